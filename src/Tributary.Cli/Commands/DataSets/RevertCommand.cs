using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class RevertCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The DataSet.");
    private readonly Option<string> _run = Kinds.Text("--run", "ID", "The run after which the table was right, or the beginning of its id.", required: true);
    private readonly Option<bool> _json = Kinds.Json();

    public RevertCommand()
        : base("revert", "Bring a table back to how it was after a run, by undoing the runs since. What is provisional is read again by the next run.", "tributary dataset revert Pages --run 019ac2f1")
    {
        Add(_name);
        AddAll([_run, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var result = await workspace.RevertAsync(call.Value(_name), call.Value(_run)!, cancellationToken);
        if (call.Value(_json))
        {
            call.WriteJson(RunsForm.Of([result]), JsonForms.Indented.RunsForm);
        }

        call.Say($"{result.Warnings[0].Message} It has {Words.Count(result.Rows, "row")} in {Words.Count(result.Partitions, "partition")}.");
        return ExitCode.Ok;
    }
}
