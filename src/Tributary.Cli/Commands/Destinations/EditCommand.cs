using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Destinations;

internal sealed class EditCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The destination.");
    private readonly DestinationSettings _settings = new();
    private readonly Option<bool> _json = Kinds.Json();

    public EditCommand()
        : base("edit", "Change options of a destination. It is tested with them first, and nothing is changed when a step fails.",
            "tributary destination edit Warehouse --set host=db2.example.org --set-env password=PG_PASSWORD",
            "tributary destination edit Warehouse --set database=reports")
    {
        Add(_name);
        AddAll([.. _settings.All, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var destination = await workspace.Destinations.GetAsync(call.Value(_name), cancellationToken);
        var options = _settings.Read(call, option => DestinationPrint.IsSecret(workspace, destination.Kind, option));
        var test = await workspace.Destinations.EditAsync(call.Value(_name), options, cancellationToken);

        return DestinationPrint.Test(test, call, call.Value(_json), $"{destination.Name} is as it was: the step marked above failed.");
    }
}
