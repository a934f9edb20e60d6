using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;

namespace Tributary.Cli.Commands.Accounts;

internal sealed class TestCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The account.");
    private readonly Option<bool> _json = Kinds.Json();

    public TestCommand()
        : base("test", "Test an account step by step: address, TLS, Matomo, version, token, sites.", "tributary account test Main")
    {
        Add(_name);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var test = await workspace.Accounts.TestAsync(call.Value(_name), cancellationToken);

        ConnectionSteps.Say(test, call.Terminal);
        AccountPrint.Test(test, call, call.Value(_json));
        return ConnectionSteps.ExitCodeOf(test);
    }
}
