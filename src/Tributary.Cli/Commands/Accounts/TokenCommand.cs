using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;

namespace Tributary.Cli.Commands.Accounts;

internal sealed class TokenCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The account.");
    private readonly TokenOptions _token = new();
    private readonly Option<bool> _json = Kinds.Json();

    public TokenCommand()
        : base("token", "Test a new token and put it in the place of the old one when it works.", "tributary account token Main --token-env MATOMO_TOKEN")
    {
        Add(_name);
        AddAll([.. _token.All, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var token = _token.Read(call, call.Value(_name));
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var test = await workspace.Accounts.ReplaceTokenAsync(call.Value(_name), token, cancellationToken);

        ConnectionSteps.Say(test, call.Terminal);
        var code = ConnectionSteps.ExitCodeOf(test);
        if (code != ExitCode.Ok)
        {
            call.Say($"error: the token of {call.Value(_name)} is not replaced: the step marked above failed.");
            return code;
        }

        AccountPrint.Test(test, call, call.Value(_json));
        return code;
    }
}
