using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class StopCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The DataSet.");
    private readonly Option<bool> _json = Kinds.Json();

    public StopCommand()
        : base("stop", "Stop the run of a DataSet, wherever it is made, and take its waiting ones off the queue. What was committed stays.", "tributary dataset stop Pages")
    {
        Add(_name);
        Add(_json);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var (running, queued) = await workspace.StopAsync(call.Value(_name), cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson(new StoppedForm(call.Value(_name), running, queued), JsonForms.Indented.StoppedForm);
            return ExitCode.Ok;
        }

        call.Say((running, queued) switch
        {
            (0, 0) => $"{call.Value(_name)} is not being updated. Nothing was done.",
            (0, _) => $"{Words.Count(queued, "waiting run")} of {call.Value(_name)} taken off the queue.",
            (_, 0) => $"The run of {call.Value(_name)} is asked to stop: it ends within seconds, or after the commit it is in.",
            _ => $"The run of {call.Value(_name)} is asked to stop, and {Words.Count(queued, "waiting run")} taken off the queue.",
        });
        return ExitCode.Ok;
    }
}
