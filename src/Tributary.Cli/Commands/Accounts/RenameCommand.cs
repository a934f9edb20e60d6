using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Accounts;

internal sealed class RenameCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The account.");
    private readonly Argument<string> _new = Kinds.Name("NEW", "Its new name.");
    private readonly Option<bool> _json = Kinds.Json();

    public RenameCommand()
        : base("rename", "Give an account another name. Its DataSets stay on it.", "tributary account rename Main Shop")
    {
        Add(_name);
        Add(_new);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var account = await workspace.Accounts.RenameAsync(call.Value(_name), call.Value(_new), cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(new RenamedAccountForm(call.Value(_name), AccountForm.Of(account)), JsonForms.Indented.RenamedAccountForm);
            return ExitCode.Ok;
        }

        call.Say($"{call.Value(_name)} is now called {account.Name}.");
        return ExitCode.Ok;
    }
}
