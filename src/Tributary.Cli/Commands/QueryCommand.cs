using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Cli.Commands;

internal sealed class QueryCommand : CliCommand
{
    private readonly Argument<string> _sql = Kinds.Name("SQL", "One statement that reads, in DuckDB's SQL. `tributary dataset list` shows the tables.");
    private readonly Option<string> _destination = Kinds.Text("--destination", "D", "Ask this destination, in its own SQL. Default: the data file of the workspace.");
    private readonly Option<string> _format = Kinds.Choice("--format", "How to print. Default: table.", "table", "csv", "json");
    private readonly Option<bool> _json = Kinds.Switch("--json", "The same as --format json.");

    public QueryCommand()
        : base("query", "Ask the stored tables in SQL. Reading only.",
            "tributary query \"SELECT period_start, sum(nb_hits) AS hits FROM pages GROUP BY 1 ORDER BY 1\"",
            "tributary query \"SELECT * FROM pages\" --format csv > pages.csv",
            "tributary query \"SELECT count(*) FROM pages\" --destination Warehouse")
    {
        Add(_sql);
        AddAll([_destination, _format, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var format = call.Value(_json) ? "json" : call.Value(_format) ?? "table";
        if (string.IsNullOrWhiteSpace(call.Value(_sql)))
        {
            throw new InputException("SQL", "The statement is empty. Write one that reads: \"SELECT count(*) FROM pages\".");
        }

        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        await using var result = call.Value(_destination) is { } destination
            ? await workspace.Destinations.QueryAsync(destination, call.Value(_sql), QueryLimits.None, cancellationToken)
            : await workspace.QueryAsync(call.Value(_sql), cancellationToken);

        await QueryPrint.WriteAsync(new QueryPrint.Answer([.. result.Columns.Select(c => (c.Name, c.Type))], result.Rows), format, call, cancellationToken);
        return ExitCode.Ok;
    }
}
