using System.CommandLine;
using Tributary.Accounts;
using Tributary.Cli.Options;
using Tributary.Cli.Output;

namespace Tributary.Cli.Commands.Accounts;

internal sealed class EditCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The account.");
    private readonly Option<string> _url = Kinds.Text("--url", "URL", "Another address.");
    private readonly TokenOptions _token = new();
    private readonly ConnectionOptions _connection = new();
    private readonly Option<bool> _json = Kinds.Json();

    public EditCommand()
        : base("edit", "Change an account's address or connection. Only what is given changes; an empty text (--proxy \"\", --header \"K:\") takes a thing away. Tested step by step first, and kept when all is fine.",
            "tributary account edit Main --requests-per-minute 60 --parallel 1",
            "tributary account edit Main --url https://stats.example.org --token-env TOKEN --basic-env GATE")
    {
        Add(_name);
        AddAll([_url, .. _token.All, .. _connection.All, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var edit = new AccountEdit
        {
            Url = call.Value(_url),
            Token = _token.ReadGiven(call, call.Value(_name)),
            Connection = _connection.Read(call),
        };
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        if (edit.Token is null && await workspace.Accounts.LeadsElsewhereAsync(call.Value(_name), edit, cancellationToken))
        {
            call.Say("Another server or proxy gets no secret that was given for the one before: give the token again.");
            edit = edit with { Token = _token.Read(call, call.Value(_name)) };
        }

        var test = await workspace.Accounts.EditAsync(call.Value(_name), edit, cancellationToken);

        ConnectionSteps.Say(test, call.Terminal);
        var code = ConnectionSteps.ExitCodeOf(test);
        if (code != ExitCode.Ok)
        {
            call.Say($"error: the account {test.Account.Name} is not changed: the step marked above failed.");
            return code;
        }

        foreach (var consequence in test.Consequences)
        {
            call.Say(TextTable.Clean(consequence));
        }

        AccountPrint.Test(test, call, call.Value(_json));
        return code;
    }
}
