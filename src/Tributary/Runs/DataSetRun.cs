using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>One run of one stored DataSet: lock, prepare, plan, run, record. Every failure becomes its result.</summary>
internal sealed class DataSetRun(
    AccountConnections accounts,
    AccountReports reports,
    RunStores stores,
    PartitionStore partitions,
    IDestination destination,
    IReadOnlyList<IRunObserver> observers,
    TimeProvider clock)
{
    /// <summary>Runs a DataSet at once, unless another process does.</summary>
    public async Task<RunResult> RunAsync(
        DataSetRecord record,
        PlanOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (await stores.Runs.BeginAsync(NewRun(record, options), cancellationToken) is not { } run)
        {
            return new RunResult
            {
                DataSet = record.Definition.Name,
                RunId = "",
                Status = RunStatus.Skipped,
                Warnings = [new RunWarning("run.already_running", $"'{record.Definition.Name}' is being updated by another process. Nothing was done.")],
            };
        }

        var (result, stopRequested) = await WatchAsync(record, run, options, progress, cancellationToken);
        await EndAsync(record, run, result, stopRequested);
        return result;
    }

    /// <summary>Makes a run that was taken from the queue. One that is cancelled from here, and not by a person, goes back into it.</summary>
    /// <returns>How it ended; null when it went back.</returns>
    public async Task<RunResult?> RunAsync(DataSetRecord record, ClaimedRun run, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var options = run.Run.Options is { } asked ? StoreJson.Read<PlanOptions>(asked) : new PlanOptions();
        var (result, stopRequested) = await WatchAsync(record, run, options, progress, cancellationToken);
        if (result.Status == RunStatus.Cancelled && !stopRequested)
        {
            await stores.Runs.PutBackAsync(run.Id, CancellationToken.None);
            return null;
        }

        await EndAsync(record, run, result, stopRequested);
        return result;
    }

    /// <summary>A run that a person asks for.</summary>
    public static NewRun NewRun(DataSetRecord record, PlanOptions options) => new(record.Id, RunTriggers.Manual) { Options = StoreJson.Write(options), RequestedBy = Environment.UserName };

    private async Task<(RunResult Result, bool StopRequested)> WatchAsync(DataSetRecord record, ClaimedRun run, PlanOptions options, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        await using var watch = new RunWatch(stores, run.Id, progress, clock, cancellationToken);
        RunResult result;
        try
        {
            await stores.History.WriteLogAsync(run.Id, [("info", RunLogWords.Started(run.Run))], watch.Token);
            result = await RunAsync(record, run.Id, options, watch, watch.Token);
        }
        catch (OperationCanceledException) when (watch.Token.IsCancellationRequested)
        {
            result = new RunResult { DataSet = record.Definition.Name, RunId = run.Id, Status = RunStatus.Cancelled };
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            result = new RunResult { DataSet = record.Definition.Name, RunId = run.Id, Status = RunStatus.Failed, Error = RunErrors.Of(error) };
        }

        return (result with { Elapsed = clock.GetElapsedTime(started) }, watch.StopRequested);
    }

    private async Task EndAsync(DataSetRecord record, ClaimedRun run, RunResult result, bool stopRequested)
    {
        var again = Retries.After(run.Run, result, record.Definition.Retry, clock.GetUtcNow());
        await stores.Runs.EndAsync(result, again, RunLogWords.Ended(result, stopRequested, again), CancellationToken.None);
        foreach (var observer in observers)
        {
            try
            {
                await observer.EndedAsync(record, result, again is null, run.Run.Trigger, CancellationToken.None);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The run is what it is, whoever could not be told of it.
                await stores.History.WriteLogAsync(run.Id, [("warning", $"What follows a run could not be done: {RunErrors.Of(error).Message}")], CancellationToken.None);
            }
        }
    }

    private async Task<RunResult> RunAsync(
        DataSetRecord record,
        string runId,
        PlanOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken)
    {
        var definition = record.Definition;
        var account = await accounts.OfDataSetAsync(definition, cancellationToken);
        if (AccountConnections.IsStopped(account))
        {
            throw new TributaryException(
                "account.needs_attention",
                Fault.Source,
                $"Account '{account.Name}' waits for you: {account.Reason} Nothing was asked, because Matomo locks out addresses that keep failing. Mend it, then: tributary account test \"{account.Name}\"");
        }

        var client = await accounts.ClientAsync(account, cancellationToken);
        try
        {
            var prepared = await reports.PrepareAsync(account, client, definition.Details, cancellationToken);
            var stored = await RestoreAsync(record, cancellationToken);
            var planner = new Planner(clock);
            var plan = planner.Make(prepared.Reading.Details, prepared.Reading.Report, prepared.Sites, stored, options);
            plan = plan with { Notes = [.. plan.Notes, .. prepared.Notes, .. MissingSites(prepared, stored)] };
            using var runner = new Runner(definition, record.Table, prepared.Reading with { RunId = runId }, destination, planner, AccountConnections.SettingsOf(account).ParallelRequests);
            var result = await runner.RunAsync(plan, stored, window => RecordAsync(record.Id, runId, window), progress, cancellationToken);
            if (runner.Stopped is { } stopped && RunErrors.StopsAccount(stopped))
            {
                await accounts.StopAsync(account, stopped.Message, CancellationToken.None);
            }

            return result;
        }
        catch (MatomoException error) when (RunErrors.StopsAccount(error))
        {
            await accounts.StopAsync(account, error.Message, CancellationToken.None);
            throw;
        }
    }

    /// <summary>The partition states, from the destination: its own change in the transaction of the data, the store's copy may miss what was committed before a crash.</summary>
    private async Task<IReadOnlyList<PartitionRecord>> RestoreAsync(DataSetRecord record, CancellationToken cancellationToken)
    {
        var stored = await destination.ReadPartitionsAsync(record.Table, cancellationToken);
        var copy = await partitions.ReadAsync(record.Id, cancellationToken);
        if (!stored.ToHashSet().SetEquals(copy))
        {
            await partitions.WriteAsync(record.Id, stored, onlyThese: true, cancellationToken);
        }

        return stored;
    }

    private async Task RecordAsync(string dataSetId, string runId, RunWindow window)
    {
        if (window.Partitions.Count > 0)
        {
            await partitions.WriteAsync(dataSetId, window.Partitions, onlyThese: false, CancellationToken.None);
        }

        await stores.Runs.AddWindowAsync(runId, window, CancellationToken.None);
    }

    /// <summary>Sites that were chosen, or have rows stored, and that the token no longer sees.</summary>
    private static IEnumerable<RunWarning> MissingSites(PreparedRun prepared, IReadOnlyList<PartitionRecord> stored)
    {
        // Sites left out on purpose are told by a note of their own.
        var known = prepared.Sites.Select(s => s.Id).Concat(prepared.Notes.Select(n => n.SiteId).OfType<int>()).ToHashSet();
        var gone = prepared.Reading.Details.Sites is null ? stored.Select(p => p.Key.SiteId).Distinct().Where(id => !known.Contains(id)) : prepared.Missing;
        return gone.Order().Select(id =>
            new RunWarning("site.missing", $"The token no longer sees site {id}: it was removed, or the token lost its view access. Its stored rows were kept and are not updated.", id));
    }
}
