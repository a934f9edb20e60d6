using Tributary.Model;
using Tributary.Planning;
using Tributary.Runs;
using Tributary.Scheduling;
using Tributary.Store;

namespace Tributary.DataSets;

/// <summary>The runs of a workspace: made here, made by a worker and followed, and looked back on.</summary>
internal sealed class DataSetRuns(RunStores runs, WorkerStore workers, DataSetStore dataSets, EmbeddedHome home, Scheduler scheduler, DataSetRun run, TimeProvider clock)
{
    // Twice a second looks alive to a person and costs the store nothing.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private const int ShownRuns = 1_000;

    // While one DataSet is prepared or committed, others keep the server busy; how much it is asked at once is the account's business.
    private const int AtOnce = 6;

    /// <summary>Whether a worker lives.</summary>
    public Task<bool> HasWorkerAsync(CancellationToken cancellationToken) => workers.AnyLivesAsync(cancellationToken);

    /// <summary>Whether a worker of this process lives.</summary>
    public async Task<bool> HasOwnWorkerAsync(CancellationToken cancellationToken) => (await workers.ListAsync(cancellationToken)).Any(w => w.ProcessId == Environment.ProcessId && w.Started == ProcessIdentity.OwnStart);

    /// <summary>Runs DataSets.</summary>
    public async Task<IReadOnlyList<RunResult>> RunAsync(IReadOnlyList<DataSetRecord> chosen, PlanOptions options, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        if (!await workers.AnyLivesAsync(cancellationToken))
        {
            return await MakeHereAsync(chosen, options, progress, cancellationToken);
        }

        // The worker that lives may be one that leaves those of the embedded file alone: nobody would take them.
        var own = chosen.Where(home.IsOneNodes).ToList();
        var queued = new List<(DataSetRecord Record, string RunId)>();
        foreach (var record in chosen.Except(own))
        {
            queued.Add((record, await runs.Queue.AddAsync(DataSetRun.NewRun(record, options), cancellationToken)));
        }

        var followed = Task.WhenAll(queued.Select(q => FollowAsync(q.Record, q.RunId, progress, cancellationToken)));
        var made = await MakeHereAsync(own, options, progress, cancellationToken);
        var places = chosen.Select((record, place) => (record.Definition.Name, place)).ToDictionary(p => p.Name, p => p.place, StringComparer.Ordinal);
        return [.. made.Concat(await followed).OrderBy(r => places.GetValueOrDefault(r.DataSet))];
    }

    private async Task<IReadOnlyList<RunResult>> MakeHereAsync(IReadOnlyList<DataSetRecord> chosen, PlanOptions options, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow();
        var results = new RunResult?[chosen.Count];
        var isCancelled = false;
        await Parallel.ForEachAsync(Enumerable.Range(0, chosen.Count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (index, _) =>
        {
            if (!isCancelled)
            {
                results[index] = Ended(await RefusalAsync(chosen[index], cancellationToken) ?? await run.RunAsync(chosen[index], options, since, progress, cancellationToken), progress);
                isCancelled |= results[index]!.Status == RunStatus.Cancelled;
            }
        });
        return [.. results.OfType<RunResult>()];
    }

    /// <summary>Why this node may not make a run at all. It is no run of the DataSet's: the node that has its file goes on updating it.</summary>
    private async Task<RunResult?> RefusalAsync(DataSetRecord record, CancellationToken cancellationToken)
    {
        try
        {
            await home.RequireAsync(record.Definition, cancellationToken);
            return null;
        }
        catch (TributaryException error)
        {
            return new RunResult { DataSet = record.Definition.Name, RunId = "", Status = RunStatus.Failed, Error = RunErrors.Of(error) };
        }
    }

    /// <summary>Works until cancelled.</summary>
    public Task WorkAsync(int atOnce, Action<string> say, CancellationToken cancellationToken) =>
        new Worker(runs.Queue, workers, scheduler, MakeAsync, TakePartAsync, HelpAsync, TellAsync, clock, atOnce, say).WorkAsync(cancellationToken);

    /// <summary>Asks the run of a DataSet to stop and ends its waiting ones. One whose process is gone is ended first: nobody would hear it.</summary>
    public async Task<(int Running, int Queued)> StopAsync(string dataSetId, CancellationToken cancellationToken)
    {
        await EndGoneAsync(dataSetId, cancellationToken);
        return await runs.Queue.RequestStopAsync(dataSetId, null, cancellationToken);
    }

    /// <summary>Ends a run of a DataSet whose process is gone, and tells of it, before something that is no update takes its place without a word.</summary>
    public async Task EndGoneAsync(string dataSetId, CancellationToken cancellationToken)
    {
        if ((await runs.Runs.Locks.GoneAsync(cancellationToken)).Values.Contains(dataSetId))
        {
            await TellAsync(await runs.Queue.RecoverAsync(cancellationToken));
        }
    }

    /// <summary>The runs of a DataSet, newest first.</summary>
    public async Task<RunHistory> ReadHistoryAsync(DataSetRecord record, CancellationToken cancellationToken)
    {
        var entries = await RunEntry.OfAsync(runs.Runs.Locks, await runs.History.ListAsync(record.Id, ShownRuns, cancellationToken), cancellationToken);
        var updates = entries.Where(e => e.Trigger is not (RunTriggers.Move or RunTriggers.Revert)).ToList();
        var tried = updates.Where(e => e.Status is RunStatus.Failed or RunStatus.Partial || HasSucceeded(e)).ToList();
        return new RunHistory(
            record.Definition.Name,
            entries,
            tried.Count == 0 ? null : (double)tried.Count(HasSucceeded) / tried.Count,
            updates.Find(HasSucceeded)?.EndedAt);
    }

    /// <summary>The log of a run.</summary>
    public async Task<RunLog> ReadLogAsync(DataSetRecord record, string? runId, CancellationToken cancellationToken)
    {
        var entries = await RunEntry.OfAsync(runs.Runs.Locks, await runs.History.ListAsync(record.Id, ShownRuns, cancellationToken), cancellationToken);
        if (runId is null)
        {
            var last = entries.Find(e => e.Status is not (RunStatus.Queued or RunStatus.Skipped)) ?? entries.FirstOrDefault()
                ?? throw new InputException("NAME", $"'{record.Definition.Name}' has no runs yet. Run it first: tributary dataset run {ShellWord.Of(record.Definition.Name)}");
            return new RunLog(last, await runs.History.LogAsync(last.RunId, cancellationToken));
        }

        return entries.Where(e => e.RunId.StartsWith(runId, StringComparison.OrdinalIgnoreCase)).Take(2).ToList() switch
        {
            [var one] => new RunLog(one, await runs.History.LogAsync(one.RunId, cancellationToken)),
            [] => throw new InputException("--run", $"'{record.Definition.Name}' has no run {runId}. `tributary dataset history` lists its runs."),
            _ => throw new InputException("--run", $"Several runs of '{record.Definition.Name}' begin with {runId}. Give more of the id."),
        };
    }

    /// <summary>Makes a run taken from the queue; what became of it, in words.</summary>
    private async Task<string> MakeAsync(ClaimedRun claimed, CancellationToken cancellationToken)
    {
        try
        {
            return await MakeClaimedAsync(claimed, cancellationToken);
        }
        finally
        {
            // Whatever went wrong: a lock that nobody renews ends, and the run is found interrupted.
            await RunLocks.StopRenewingAsync(claimed.Id);
        }
    }

    private async Task<string> MakeClaimedAsync(ClaimedRun claimed, CancellationToken cancellationToken)
    {
        if (await dataSets.GetAsync(claimed.Run.DataSetId, CancellationToken.None) is not { } record)
        {
            await runs.Runs.EndAsync(new RunResult { DataSet = "", RunId = claimed.Id, Status = RunStatus.Cancelled }, CancellationToken.None);
            return "A run ended with its DataSet, which was deleted.";
        }

        var result = await run.RunAsync(record, claimed, null, cancellationToken);
        return result is null
            ? $"{record.Definition.Name}: queued again"
            : $"{record.Definition.Name}: {RunStore.StatusName(result.Status).Replace('_', ' ')}, {result.Partitions} partitions, {result.Rows} rows, {result.Elapsed.TotalSeconds:0.0} s{(result.Error is { } error ? $". {error.Message} ({error.Code})" : "")}";
    }

    private async Task<RunPart?> TakePartAsync(CancellationToken cancellationToken) => runs.Parts.IsShared ? await run.TakePartAsync(cancellationToken) : null;

    /// <summary>Helps with a part of another node's run; what became of it, in words.</summary>
    private async Task<string> HelpAsync(RunPart part, CancellationToken cancellationToken)
    {
        try
        {
            if (await dataSets.GetAsync(part.DataSetId, CancellationToken.None) is not { } record)
            {
                return "Parts of a run ended with its DataSet, which was deleted.";
            }

            var read = await run.HelpAsync(record, part, () => runs.Queue.AnyReadyAsync(null, cancellationToken), cancellationToken);
            return $"{record.Definition.Name}: helped with {read} {(read == 1 ? "part" : "parts")} of a run";
        }
        finally
        {
            await RunPartStore.LetGoAsync(part);
        }
    }

    private async Task TellAsync(IReadOnlyList<InterruptedRun> interrupted)
    {
        foreach (var one in interrupted)
        {
            if (await dataSets.GetAsync(one.Run.Run.DataSetId, CancellationToken.None) is { } record)
            {
                await run.TellAsync(record, one.Run, one.Result, isFinal: !one.IsQueuedAgain);
            }
        }
    }

    /// <summary>Follows a queued run to its end. Made here when the worker goes before it began; found interrupted when the worker goes in its midst.</summary>
    private async Task<RunResult> FollowAsync(DataSetRecord record, string runId, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        RunProgress? told = null;
        var stopAsked = false;
        while (true)
        {
            switch (await runs.Queue.StateAsync(runId, CancellationToken.None))
            {
                case null:
                    return Ended(new RunResult { DataSet = record.Definition.Name, RunId = runId, Status = RunStatus.Cancelled }, progress);
                case { Result: { } result }:
                    return Ended(result, progress);
                case { Status: "queued" } when !cancellationToken.IsCancellationRequested && !await workers.AnyLivesAsync(CancellationToken.None) && await runs.Queue.ClaimAsync(runId, CancellationToken.None) is { } claimed:
                    await run.RunAsync(record, claimed, progress, cancellationToken);
                    continue;
                case { Status: "running" } when !await workers.AnyLivesAsync(CancellationToken.None) && await runs.Queue.RecoverAsync(CancellationToken.None) is { Count: > 0 } interrupted:
                    await TellAsync(interrupted);
                    continue;
                case { Progress: { } at } when at != told:
                    told = at;
                    progress?.Report(at);
                    break;
            }

            if (cancellationToken.IsCancellationRequested && !stopAsked)
            {
                stopAsked = true;
                await runs.Queue.RequestStopAsync(record.Id, runId, CancellationToken.None);
                continue;
            }

            // Ctrl-C ends the wait, and is seen above.
            await Task.Delay(Look, clock, stopAsked ? CancellationToken.None : cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static RunResult Ended(RunResult result, IProgress<RunProgress>? progress)
    {
        progress?.Report(new RunProgress(result.DataSet, 0, 0, result.Rows, result.BytesRead, result.Elapsed) { Result = result });
        return result;
    }

    private static bool HasSucceeded(RunEntry run) => run.Status is RunStatus.Succeeded or RunStatus.SucceededWithWarnings;
}
