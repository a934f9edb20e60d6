using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Accounts;

internal sealed class ListCommand : CliCommand
{
    private readonly Option<bool> _json = Kinds.Json();

    public ListCommand()
        : base("list", "All accounts, with their Matomo version and state.", "tributary account list --json")
    {
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var accounts = await workspace.Accounts.ListAsync(cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson([.. accounts.Select(AccountForm.Of)], JsonForms.Indented.IReadOnlyListAccountForm);
        }
        else if (accounts.Count == 0)
        {
            call.Say("No accounts yet. `tributary account add NAME --url URL` adds one.");
        }
        else
        {
            AccountPrint.List(accounts, call);
        }

        return ExitCode.Ok;
    }
}
