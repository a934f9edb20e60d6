using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Destinations;

internal sealed class ListCommand : CliCommand
{
    private readonly Option<bool> _json = Kinds.Json();

    public ListCommand()
        : base("list", "All destinations: the data file of the workspace, and what was added.", "tributary destination list")
    {
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var destinations = await workspace.Destinations.ListAsync(cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson([.. destinations.Select(DestinationForm.Of)], JsonForms.Indented.IReadOnlyListDestinationForm);
            return ExitCode.Ok;
        }

        var table = new TextTable("DESTINATION", "KIND", "DATASETS", "OPTIONS").AlignRight(2);
        foreach (var destination in destinations)
        {
            table.Add(destination.Name, destination.Title, Words.Number(destination.DataSets), string.Join(" ", destination.Options.Select(o => $"{o.Key}={o.Value}")));
        }

        call.WriteTable(table);
        return ExitCode.Ok;
    }
}
