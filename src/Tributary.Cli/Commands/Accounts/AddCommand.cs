using System.CommandLine;
using Tributary.Accounts;
using Tributary.Cli.Options;
using Tributary.Cli.Output;

namespace Tributary.Cli.Commands.Accounts;

internal sealed class AddCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The name to call the account by.");
    private readonly Option<string> _url = Kinds.Text("--url", "URL", "Matomo's address. An address copied from the browser will do.", required: true);
    private readonly TokenOptions _token = new();
    private readonly ConnectionOptions _connection = new();
    private readonly Option<bool> _json = Kinds.Json();

    public AddCommand()
        : base("add", "Test a Matomo address with its token, step by step, and keep both when all is fine. The token is kept encrypted and asked for when neither flag names it.",
            "tributary account add Main --url https://matomo.example.org --token-env MATOMO_TOKEN",
            "tributary account add Main --url https://matomo.example.org --token-stdin < token.txt",
            "tributary account add Intranet --url https://stats.example.org --token-env MATOMO_TOKEN --basic-env GATE --header \"X-Gate: env:GATE_KEY\" --ca-file company-ca.pem")
    {
        Add(_name);
        AddAll([_url, .. _token.All, .. _connection.All, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var account = new NewAccount
        {
            Name = call.Value(_name),
            Url = call.Value(_url)!,
            Token = _token.Read(call, call.Value(_name)),
            Connection = _connection.Read(call),
        };
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var test = await workspace.Accounts.AddAsync(account, cancellationToken);

        ConnectionSteps.Say(test, call.Terminal);
        var code = ConnectionSteps.ExitCodeOf(test);
        if (code != ExitCode.Ok)
        {
            call.Say($"error: the account {account.Name} is not added: the step marked above failed.");
            return code;
        }

        AccountPrint.Test(test, call, call.Value(_json));
        return code;
    }
}
