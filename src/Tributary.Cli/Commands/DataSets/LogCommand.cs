using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Forms;
using Tributary.DataCenter.Forms;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class LogCommand : CliCommand
{
    private readonly Argument<string> _name = Kinds.Name("NAME", "The DataSet.");
    private readonly Option<string> _run = Kinds.Text("--run", "ID", "The run, by its id or the begin of it. Default: the last.");
    private readonly Option<bool> _json = Kinds.Json();

    public LogCommand()
        : base("log", "What a run did, line by line: its windows, warnings and end.",
            "tributary dataset log Pages",
            "tributary dataset log Pages --run 019d4a3c")
    {
        Add(_name);
        AddAll([_run, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        var log = await workspace.ReadLogAsync(call.Value(_name), call.Value(_run), cancellationToken);

        if (call.Value(_json))
        {
            call.WriteJson([.. log.Lines.Select(line => LogLineForm.Of(log.Run.RunId, line))], JsonForms.Indented.IReadOnlyListLogLineForm);
            return ExitCode.Ok;
        }

        foreach (var line in log.Lines)
        {
            call.Terminal.Out.WriteLine($"{Words.Instant(line.At)} {line.Level,-7} {TextTable.Clean(line.Message)}");
        }

        call.Say($"run {log.Run.RunId}: {Words.Plain(log.Run.Status)}");
        return ExitCode.Ok;
    }
}
