using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Destinations;

internal sealed class ShowCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The destination.");
    private readonly Option<bool> _json = Kinds.Json();

    public ShowCommand()
        : base("show", "A destination with its tables.", "tributary destination show embedded")
    {
        Add(_name);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var description = await workspace.Destinations.DescribeAsync(call.Value(_name), cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(DestinationDetailForm.Of(description), JsonForms.Indented.DestinationDetailForm);
        }
        else
        {
            call.Say($"{description.Destination.Name}: {description.Destination.Title}, {description.Place}");
            var table = new TextTable("TABLE", "DATASET", "ROWS", "COLUMNS").AlignRight(2, 3);
            foreach (var one in description.Tables)
            {
                table.Add(one.Name, one.DataSet ?? "(deleted)", Words.Number(one.Rows), one.Columns is { } columns ? Words.Number(columns) : "-");
            }

            call.WriteTable(table);
        }

        if (description.Error is { } error)
        {
            call.Say($"error: {error}");
            return ExitCode.Destination;
        }

        return ExitCode.Ok;
    }
}
