using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Alerts;

internal sealed class RemoveCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The alert.");
    private readonly Option<bool> _json = Kinds.Json();

    public RemoveCommand()
        : base("remove", "Forget an alert with the messages it has yet to send.", "tributary alert remove Team")
    {
        Add(_name);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        await workspace.Alerts.RemoveAsync(call.Value(_name), cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(new RemovedAlertForm(call.Value(_name)), JsonForms.Indented.RemovedAlertForm);
            return ExitCode.Ok;
        }

        call.Say($"{call.Value(_name)} is removed.");
        return ExitCode.Ok;
    }
}
