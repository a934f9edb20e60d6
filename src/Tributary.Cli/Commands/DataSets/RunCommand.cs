using System.CommandLine;
using Tributary.Cli.Options;
using Tributary.Cli.Output;
using Tributary.Cli.Output.Progress;
using Tributary.Model;

namespace Tributary.Cli.Commands.DataSets;

internal sealed class RunCommand : CliCommand
{
    private readonly Argument<string[]> _names = new("NAME") { HelpName = "NAME", Description = "The DataSets.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _all = Kinds.Switch("--all", "Every DataSet.");
    private readonly Option<string> _tag = Kinds.Text("--tag", "T", "Every DataSet with this tag.");
    private readonly Option<DateOnly?> _from = Kinds.Date("--from", "First day of a backfill, instead of the DataSet's own dates.");
    private readonly Option<DateOnly?> _to = Kinds.Date("--to", "Last day of a backfill, inclusive.");
    private readonly Option<bool> _full = Kinds.Switch("--full", "Read final partitions again too.");
    private readonly Option<string> _quiet = Kinds.Text("--quiet-hours", "22-6", "Ask Matomo in these hours of the workspace's zone only, and wait outside of them.");
    private readonly Option<bool> _dryRun = Kinds.Switch("--dry-run", "Say what would be asked for; read nothing.");
    private readonly Option<bool> _strict = Kinds.Switch("--strict", "Exit with 1 when a run ends with warnings, or is left out because another process makes it.");
    private readonly Option<bool> _json = Kinds.Json();

    public RunCommand()
        : base("run", "Read what is new or may have changed, and replace those partitions whole. Ctrl-C ends it cleanly.",
            "tributary dataset run Pages Countries",
            "tributary dataset run --all --strict",
            "tributary dataset run Pages --from 2025-01-01 --to 2025-12-31 --dry-run",
            "tributary dataset run Pages --from 2023-01-01 --to 2025-12-31 --quiet-hours 22-6")
    {
        Add(_names);
        AddAll([_all, _tag, _from, _to, _full, _quiet, _dryRun, _strict, _json]);
    }

    public override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var request = Read(call);
        await using var workspace = await call.OpenWorkspaceAsync(cancellationToken);
        if (call.Value(_dryRun))
        {
            RunPrint.Plans(await workspace.PlanAsync(request, cancellationToken), call, call.Value(_json));
            return ExitCode.Ok;
        }

        if (await workspace.HasWorkerAsync(cancellationToken))
        {
            call.Say("A `tributary serve` works on this workspace: it makes the run. Ctrl-C stops it.");
        }

        if (request.From is not null)
        {
            RunPrint.SayBackfill(await workspace.PlanAsync(request, cancellationToken), call);
        }

        var runs = await RunDisplay.ShowAsync(call.Terminal, progress => workspace.RunAsync(request, progress, cancellationToken));

        RunPrint.Results(runs, call, call.Value(_json));
        return ExitCode.Of(runs, call.Value(_strict));
    }

    private RunRequest Read(Call call)
    {
        var request = new RunRequest
        {
            Names = call.Value(_names),
            All = call.Value(_all),
            Tag = call.Value(_tag),
            From = call.Value(_from),
            To = call.Value(_to),
            Full = call.Value(_full),
            QuietHours = call.Value(_quiet),
        };
        List<Problem> problems = [];
        var ways = (request.Names.Count > 0 ? 1 : 0) + (request.All ? 1 : 0) + (request.Tag is not null ? 1 : 0);
        if (ways != 1)
        {
            problems.Add(new Problem("NAME", ways == 0 ? "which DataSets? Give their names, --tag T or --all." : "give names, --tag or --all: one of them."));
        }

        if (request.From is null != request.To is null)
        {
            problems.Add(request.From is null ? new Problem("--from", "--to needs a --from.") : new Problem("--to", "--from needs a --to."));
        }
        else if (request.From > request.To)
        {
            problems.Add(new Problem("--from", $"{Words.Date(request.From.Value)} is after --to {Words.Date(request.To!.Value)}."));
        }

        return problems.Count == 0 ? request : throw new InputException(problems);
    }
}
