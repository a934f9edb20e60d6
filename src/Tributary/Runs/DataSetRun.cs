using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>One run of one stored DataSet: lock, update, record. Every failure becomes its result.</summary>
internal sealed class DataSetRun(DataSetUpdate update, RunStores stores, IReadOnlyList<IRunObserver> observers, TimeProvider clock)
{
    // Runs that a worker begins within this time share what they find out about the server.
    private static readonly TimeSpan FactsHold = TimeSpan.FromMinutes(1);

    /// <summary>Runs a DataSet at once, unless another process does.</summary>
    public async Task<RunResult> RunAsync(
        DataSetRecord record,
        PlanOptions options,
        DateTimeOffset since,
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

        await TellInterruptedAsync(record, run);
        var (result, stopRequested) = await WatchAsync(record, run, options, since, progress, hours: null, cancellationToken);
        return await EndAsync(record, run, result, stopRequested);
    }

    /// <summary>
    /// Makes a run that was taken from the queue. One that is cancelled from here, and not by a person, goes back into it, and so does one
    /// outside of its quiet hours: it would keep a worker's place, and its DataSet from its own due times, until the evening.
    /// </summary>
    /// <returns>How it ended; null when it went back.</returns>
    public async Task<RunResult?> RunAsync(DataSetRecord record, ClaimedRun run, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        await TellInterruptedAsync(record, run);
        var options = run.Run.Options is { } asked ? StoreJson.Read<PlanOptions>(asked) : new PlanOptions();
        if (options.Quiet is { } quiet && TimeZoneNames.Find(quiet.TimeZone) is null)
        {
            // Nobody may ask the server at an hour that is not known to be a quiet one.
            var refused = new RunResult { DataSet = record.Definition.Name, RunId = run.Id, Status = RunStatus.Failed, Error = RunErrors.Of(TimeZoneNames.Unknown(quiet.TimeZone)) };
            return await EndAsync(record, run, refused, stopRequested: false);
        }

        if (QuietWait.Of(options.Quiet, clock.GetUtcNow()) is not null)
        {
            await PutBackAsync(run, options);
            return null;
        }

        var (result, stopRequested) = await WatchAsync(record, run, options, clock.GetUtcNow() - FactsHold, progress, hours: options.Quiet, cancellationToken);
        if (result.Status == RunStatus.Cancelled && !stopRequested)
        {
            await PutBackAsync(run, options);
            return null;
        }

        return await EndAsync(record, run, result, stopRequested);
    }

    /// <summary>Helps with a part of a run that another node makes.</summary>
    /// <returns>How many parts were read.</returns>
    public Task<int> HelpAsync(DataSetRecord record, RunPart part, Func<Task<bool>> isWanted, CancellationToken cancellationToken) =>
        update.HelpAsync(record, part, clock.GetUtcNow() - FactsHold, isWanted, cancellationToken);

    /// <inheritdoc cref="DataSetUpdate.TakePartAsync"/>
    public Task<RunPart?> TakePartAsync(CancellationToken cancellationToken) => update.TakePartAsync(cancellationToken);

    /// <summary>A run that a person asks for.</summary>
    public static NewRun NewRun(DataSetRecord record, PlanOptions options) => new(record.Id, RunTriggers.Manual) { Options = StoreJson.Write(options), RequestedBy = Environment.UserName };

    private Task PutBackAsync(ClaimedRun run, PlanOptions options)
    {
        var now = clock.GetUtcNow();
        return stores.Runs.PutBackAsync(run.Id, now + QuietWait.Of(options.Quiet, now), CancellationToken.None);
    }

    private async Task<(RunResult Result, bool StopRequested)> WatchAsync(DataSetRecord record, ClaimedRun run, PlanOptions options, DateTimeOffset since, IProgress<RunProgress>? progress, QuietHours? hours, CancellationToken cancellationToken)
    {
        using var activity = RunSignals.BeginRun(record.Definition.Name, run.Id, run.Run.Trigger);
        var started = clock.GetTimestamp();
        await using var watch = new RunWatch(stores, run.Id, progress, hours, clock, cancellationToken);
        RunResult result;
        try
        {
            await stores.History.WriteLogAsync(run.Id, [("info", RunLogWords.Started(run.Run))], watch.Token);
            result = await update.RunAsync(record, run.Id, options, since, watch, watch.Token);
        }
        catch (OperationCanceledException) when (watch.Token.IsCancellationRequested)
        {
            result = new RunResult { DataSet = record.Definition.Name, RunId = run.Id, Status = RunStatus.Cancelled };
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            result = new RunResult { DataSet = record.Definition.Name, RunId = run.Id, Status = RunStatus.Failed, Error = RunErrors.Of(error) };
        }

        if (watch.IsLost)
        {
            result = result with { Status = RunStatus.Failed, Error = RunErrors.Of(stores.Runs.Locks.Lost()) };
        }

        RunSignals.EndRun(activity, result);
        return (result with { Elapsed = clock.GetElapsedTime(started) }, watch.StopRequested);
    }

    /// <returns>The result; that of a lost run where another had taken it over.</returns>
    private async Task<RunResult> EndAsync(DataSetRecord record, ClaimedRun run, RunResult result, bool stopRequested)
    {
        var again = Retries.After(run.Run, result, record.Definition.Retry, clock.GetUtcNow());
        if (!await stores.Runs.EndAsync(result, again, RunLogWords.Ended(result, stopRequested, again), CancellationToken.None))
        {
            // Whoever took it over tells of it.
            return result with { Status = RunStatus.Failed, Error = RunErrors.Of(stores.Runs.Locks.Lost()) };
        }

        RunSignals.CountRun(result);
        await TellAsync(record, run, result, isFinal: again is null);
        return result;
    }

    private async Task TellInterruptedAsync(DataSetRecord record, ClaimedRun run)
    {
        foreach (var one in run.Interrupted)
        {
            await TellAsync(record, one.Run, one.Result, isFinal: !one.IsQueuedAgain);
        }
    }

    /// <summary>Tells the observers how a run ended.</summary>
    public async Task TellAsync(DataSetRecord record, ClaimedRun run, RunResult result, bool isFinal)
    {
        foreach (var observer in observers)
        {
            try
            {
                await observer.EndedAsync(record, result, isFinal, run.Run.Trigger, CancellationToken.None);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The run is what it is, whoever could not be told of it.
                await stores.History.WriteLogAsync(run.Id, [("warning", $"What follows a run could not be done: {RunErrors.Of(error).Message}")], CancellationToken.None);
            }
        }
    }
}
