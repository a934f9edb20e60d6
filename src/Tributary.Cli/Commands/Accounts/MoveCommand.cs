using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.Accounts;

internal sealed class MoveCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The account they stand on. May be left out with --dataset, as when it was removed.", isOptional: true);
    private readonly Option<string> _to = Kinds.Text("--to", "OTHER", "The account to put them on.", required: true);
    private readonly Option<string[]> _dataSets = Kinds.Texts("--dataset", "D", "Only this DataSet; may be given again. Default: all of the account.");
    private readonly Option<bool> _json = Kinds.Json();

    public MoveCommand()
        : base("move", "Put DataSets on another account. Their tables and data stay; ids of sites and goals must mean the same on both.",
            "tributary account move Old --to New",
            "tributary account move --dataset Pages --to New")
    {
        Add(_name);
        AddAll([_to, _dataSets, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var move = await workspace.Accounts.MoveDataSetsAsync(call.Value(_name), call.Value(_dataSets) ?? [], call.Value(_to)!, cancellationToken);

        if (move.DataSets.Count > 0)
        {
            call.Say("Ids of sites, goals and custom dimensions must mean the same on both accounts: the next runs write into the same tables.");
        }

        foreach (var consequence in move.Consequences)
        {
            call.Say(consequence);
        }

        if (call.Value(_json))
        {
            call.WriteJson(new MovedDataSetsForm(move.To, move.DataSets), JsonForms.Indented.MovedDataSetsForm);
            return ExitCode.Ok;
        }

        call.Say(move.DataSets.Count == 0 ? $"Nothing to move: all of them stand on {move.To}." : $"Moved to {move.To}: {string.Join(", ", move.DataSets)}.");
        return ExitCode.Ok;
    }
}
