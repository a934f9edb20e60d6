using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Accounts;

internal sealed class RemoveCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The account.");
    private readonly Option<bool> _json = Kinds.Json();

    public RemoveCommand()
        : base("remove", "Forget an account and its token. Its DataSets stop and keep their data.", "tributary account remove Main")
    {
        Add(_name);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var stopped = await workspace.Accounts.RemoveAsync(call.Value(_name), cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(new RemovedAccountForm(call.Value(_name), stopped), JsonForms.Indented.RemovedAccountForm);
            return ExitCode.Ok;
        }

        call.Say($"{call.Value(_name)} is removed.{(stopped.Count == 0 ? "" : $" These DataSets stop and keep their data: {string.Join(", ", stopped)}.")}");
        return ExitCode.Ok;
    }
}
