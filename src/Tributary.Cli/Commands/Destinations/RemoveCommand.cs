using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Destinations;

internal sealed class RemoveCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The destination.");
    private readonly Option<bool> _json = Kinds.Json();

    public RemoveCommand()
        : base("remove", "Forget a destination that no DataSet is written to. Nothing in it is touched.", "tributary destination remove Warehouse")
    {
        Add(_name);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        await workspace.Destinations.RemoveAsync(call.Value(_name), cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(new RemovedDestinationForm(call.Value(_name)), JsonForms.Indented.RemovedDestinationForm);
            return ExitCode.Ok;
        }

        call.Say($"{call.Value(_name)} is forgotten. What stands in it stays.");
        return ExitCode.Ok;
    }
}
