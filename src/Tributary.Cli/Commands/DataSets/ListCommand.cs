using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class ListCommand : CliCommand
{
    private readonly Option<bool> _json = Kinds.Json();

    public ListCommand()
        : base("list", "All DataSets, with their tables, last and next runs.", "tributary dataset list")
    {
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        if (call.Value(_json))
        {
            call.WriteJson([.. (await workspace.ListDataSetsAsync(cancellationToken)).Select(DataSetForm.Of)], JsonForms.Indented.IReadOnlyListDataSetForm);
            return ExitCode.Ok;
        }

        var lines = await workspace.ListDataSetLinesAsync(null, cancellationToken);
        if (lines.Count == 0)
        {
            call.Say("No DataSets yet. `tributary dataset add NAME --account A --report REPORT` adds one.");
        }
        else
        {
            call.WriteTable(TableOf(lines));
        }

        return ExitCode.Ok;
    }

    internal static TextTable TableOf(IEnumerable<DataSetLine> lines)
    {
        var table = new TextTable("DATASET", "TABLE", "REPORT", "ACCOUNT", "ROWS", "PARTITIONS", "LAST STATUS", "LAST RUN", "NEXT RUN", "SCHEDULE").AlignRight(4, 5);
        foreach (var d in lines)
        {
            table.Add(
                d.Name, d.Table, d.Report, d.AccountName ?? "-", Words.Number(d.Rows), Words.Number(d.Partitions),
                d.LastStatus is { } status ? Words.Plain(status) : "never run", Words.Moment(d.LastRunAt), d.NextRunAt is null ? "-" : Words.Moment(d.NextRunAt), d.Schedule);
        }

        return table;
    }
}
