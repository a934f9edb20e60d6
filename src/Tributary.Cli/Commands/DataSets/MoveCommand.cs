using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class MoveCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The DataSet.");
    private readonly Option<string> _to = Kinds.Text("--to", "DESTINATION", "Where it is written from now on; embedded is the data file of the workspace.", required: true);
    private readonly Option<bool> _keep = Kinds.Switch("--keep", "Leave the table where it was, too.");
    private readonly Option<bool> _json = Kinds.Json();

    public MoveCommand()
        : base("move", "Move a DataSet to another destination with its rows and the states of its partitions. Matomo is not read.",
            "tributary dataset move Pages --to Warehouse",
            "tributary dataset move Pages --to embedded --keep")
    {
        Add(_name);
        AddAll([_to, _keep, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var move = await workspace.MoveToDestinationAsync(call.Value(_name), call.Value(_to)!, call.Value(_keep), null, cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(DestinationMoveForm.Of(move), JsonForms.Indented.DestinationMoveForm);
        }

        call.Say($"{move.DataSet} is written to {move.To} now: {Words.Count(move.Rows, "row")} in {Words.Count(move.Partitions, "partition")} moved.");
        foreach (var note in move.Notes)
        {
            call.Say($"note: {note}");
        }

        return ExitCode.Ok;
    }
}
