using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Alerts;

internal sealed class TestCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The alert.");
    private readonly Option<bool> _json = Kinds.Json();

    public TestCommand()
        : base("test", "Send a test message at once.", "tributary alert test Team")
    {
        Add(_name);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        await workspace.Alerts.TestAsync(call.Value(_name), cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(new TestedAlertForm(call.Value(_name)), JsonForms.Indented.TestedAlertForm);
            return ExitCode.Ok;
        }

        call.Say($"The test message of {call.Value(_name)} was taken.");
        return ExitCode.Ok;
    }
}
