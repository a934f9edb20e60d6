using System.Collections.Concurrent;
using System.Globalization;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>A part of a run as it is written down, with all that a node needs to read it as the run began.</summary>
/// <param name="Plan">What is read.</param>
/// <param name="Definition">The DataSet as the run began with it.</param>
/// <param name="IsFirst">Whether the run made the table, or is the first since its columns were changed.</param>
/// <param name="ShapedAt">When a person last changed what rows or columns are; null when nobody did.</param>
internal sealed record SharedPart(PlanPart Plan, DataSetDefinition Definition, bool IsFirst, DateTimeOffset? ShapedAt = null)
{
    public static SharedPart Of(RunPart part) => StoreJson.Read<SharedPart>(part.Windows);
}

/// <summary>A long plan read by several nodes: the run offers parts of it and reads them too, workers of other nodes that have nothing else to do help.</summary>
internal sealed class SharedReading(PlanReading reading, RunRecords records, WorkerStore workers, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // A part whose node is gone is missed by the run alone; its lock ends in its own time.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    // A node that could not read a part, or write it, for reasons of its own would take the next one and spoil that too.
    private static readonly TimeSpan Aloof = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, long> _leftAlone = new(StringComparer.Ordinal);

    /// <summary>The parts of a plan that other nodes may help with; empty where one node reads it whole.</summary>
    public async Task<IReadOnlyList<PlanPart>> PartsOfAsync(RunAtWork run, Plan plan, CancellationToken cancellationToken)
    {
        // Replace changes the table once, at the end. Merge looks for its keys in other partitions too.
        var mayBeShared = records.Parts.IsShared && run.Destination.Capabilities.Shared && run.Record.Definition.Update is UpdateMethod.Partition or UpdateMethod.Append;
        return mayBeShared && plan.Partitions >= PlanPart.WorthSharing && (await workers.ListAsync(cancellationToken)).Count is > 1 and var nodes
            ? PlanPart.Of(plan, nodes)
            : [];
    }

    /// <summary>Takes a part of some run, but not of one that this node left alone lately; null when there is none.</summary>
    public async Task<RunPart?> TakeAsync(CancellationToken cancellationToken)
    {
        foreach (var (runId, _) in _leftAlone.Where(l => clock.GetElapsedTime(l.Value) >= Aloof))
        {
            _leftAlone.TryRemove(runId, out var _);
        }

        foreach (var runId in (await records.Parts.OfferedAsync(cancellationToken)).Where(r => !_leftAlone.ContainsKey(r)))
        {
            if (await records.Parts.TakeAsync(runId, cancellationToken) is { } part)
            {
                return part;
            }
        }

        return null;
    }

    /// <summary>Has this node take no parts of a run for some minutes.</summary>
    public void LeaveAlone(string runId) => _leftAlone[runId] = clock.GetTimestamp();

    /// <summary>Reads a plan in parts, with whoever helps.</summary>
    public async Task<RunResult> ReadAsync(
        RunAtWork run, PreparedRun prepared, IReadOnlyList<PartitionRecord> stored, Plan plan, IReadOnlyList<PlanPart> parts, DayTotals? totals, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        // The first alone: it makes the table and finds out what the server answers well.
        var begun = clock.GetTimestamp();
        var known = await reading.KnownAsync(run, cancellationToken);
        var first = await reading.ReadAsync(run, prepared, stored, plan with { Windows = parts[0].Windows(prepared.Sites, _ => false) }, totals, new PartBasis(run.RunId, known, IsWhole: false), null, cancellationToken);
        if (!first.IsEnded && first.Result.Status != RunStatus.Cancelled)
        {
            var documents = parts.Skip(1).Select(p => StoreJson.Write(new SharedPart(p, run.Record.Definition, first.Columns.IsFirst, known.ShapedAt)));
            await records.Parts.AddAsync(run.RunId, 2, [.. documents], string.Create(CultureInfo.InvariantCulture, $"{plan.Partitions} partitions, in {parts.Count} parts that other nodes may take."), CancellationToken.None);
            await ReadPartsAsync(run, prepared, stored, parts.Count, begun, totals, progress, cancellationToken);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            // Before it is summed up: who still reads a part commits nothing more.
            await records.Parts.CloseAsync(run.RunId, CancellationToken.None);
        }

        var results = (await records.Parts.ResultsAsync(run.RunId, CancellationToken.None)).Prepend(new PartResult(first.Result, first.Columns, first.IsEnded)).ToList();
        var met = new ColumnsMet([.. results.SelectMany(r => r.Columns.Seen).Distinct(StringComparer.OrdinalIgnoreCase)], [.. results.SelectMany(r => r.Columns.Changes).Distinct()], first.Columns.IsFirst);
        return await reading.TellAsync(run, await SumAsync(run, first.Result, results, plan.Skipped, cancellationToken.IsCancellationRequested), met, known.Steady, prepared.Reading.Report);
    }

    /// <summary>Reads a part, and further ones of the same run while there are some and this node is not wanted elsewhere.</summary>
    /// <returns>How many.</returns>
    public async Task<int> HelpAsync(RunAtWork run, PreparedRun prepared, RunPart part, DayTotals? totals, Func<Task<bool>> isWanted, CancellationToken cancellationToken)
    {
        var stored = await run.Destination.ReadPartitionsAsync(run.Record.Table, cancellationToken);
        var read = 0;
        for (var next = part; next is not null;)
        {
            read += await ReadPartAsync(run, prepared, stored, next, totals, isHelping: true, cancellationToken) ? 1 : 0;
            next = cancellationToken.IsCancellationRequested || _leftAlone.ContainsKey(part.RunId) || await isWanted() ? null : await records.Parts.TakeAsync(part.RunId, cancellationToken);
        }

        return read;
    }

    private async Task ReadPartsAsync(RunAtWork run, PreparedRun prepared, IReadOnlyList<PartitionRecord> stored, int parts, long begun, DayTotals? totals, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var (looked, recovered, told) = (clock.GetTimestamp(), clock.GetTimestamp(), (Left: -1, At: begun));
        while (!cancellationToken.IsCancellationRequested)
        {
            var (left, isEnded) = await records.Parts.LeftAsync(run.RunId, CancellationToken.None);
            if (left == 0)
            {
                return;
            }

            if (isEnded)
            {
                await records.Parts.DropWaitingAsync(run.RunId, CancellationToken.None);
            }

            if (left != told.Left || clock.GetElapsedTime(told.At) >= Recovery)
            {
                await TellAsync(run, left, parts, begun, progress);
                told = (left, clock.GetTimestamp());
            }

            if (!isEnded && await records.Parts.TakeAsync(run.RunId, CancellationToken.None) is { } part)
            {
                await ReadPartAsync(run, prepared, stored, part, totals, isHelping: false, cancellationToken);
                looked = clock.GetTimestamp();
                continue;
            }

            if (clock.GetElapsedTime(looked) > Recovery + Look)
            {
                // While the records were away, or this process stood still, nobody could renew: who lives has to come first.
                recovered = clock.GetTimestamp();
            }
            else if (clock.GetElapsedTime(recovered) >= Recovery)
            {
                await records.Parts.RecoverAsync(run.RunId, run.Record.Definition.Name, CancellationToken.None);
                recovered = clock.GetTimestamp();
            }

            looked = clock.GetTimestamp();
            await Task.Delay(Look, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reads a part to its end, or puts it back.</summary>
    /// <returns>Whether it was read.</returns>
    private async Task<bool> ReadPartAsync(RunAtWork run, PreparedRun prepared, IReadOnlyList<PartitionRecord> stored, RunPart part, DayTotals? totals, bool isHelping, CancellationToken cancellationToken)
    {
        var document = SharedPart.Of(part);
        if (WaitOf(document.Plan.Quiet) is { } wait)
        {
            await records.Parts.PutBackAsync(part, wait, CancellationToken.None);
            return false;
        }

        var begun = clock.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(part, document.Plan.Quiet, stop);
        PlanRead? read = null;
        Exception? failure = null;
        try
        {
            read = await ReadAsync(run, prepared, stored, part, document, totals, stop.Token);
        }
        catch (Exception error)
        {
            failure = error;
        }
        finally
        {
            await stop.CancelAsync();
            await watching;
        }

        if (failure is OperationCanceledException || read?.Result.Status == RunStatus.Cancelled)
        {
            await records.Parts.PutBackAsync(part, WaitOf(document.Plan.Quiet) ?? TimeSpan.Zero, CancellationToken.None);
            return false;
        }

        if (isHelping && IsOfThisNode(failure, read?.Result))
        {
            LeaveAlone(part.RunId);
            await records.Parts.PutBackAsync(part, TimeSpan.Zero, CancellationToken.None);
            return false;
        }

        var result = read?.Result ?? new RunResult { DataSet = run.Record.Definition.Name, RunId = run.RunId, Status = RunStatus.Failed, Error = RunErrors.Of(failure!) };
        await records.Parts.EndAsync(
            part,
            new PartResult(WithMissing(result, document, prepared), read?.Columns ?? ColumnsMet.None, read?.IsEnded ?? true),
            string.Create(CultureInfo.InvariantCulture, $"Part {part.Number}, by {Environment.MachineName}, process {Environment.ProcessId}: {result.Partitions} partitions, {result.Rows} rows, {result.Requests} requests, {clock.GetElapsedTime(begun).TotalSeconds:0.0} s."),
            CancellationToken.None);
        return true;
    }

    private async Task<PlanRead> ReadAsync(RunAtWork run, PreparedRun prepared, IReadOnlyList<PartitionRecord> stored, RunPart part, SharedPart document, DayTotals? totals, CancellationToken cancellationToken)
    {
        // What another node had committed of the part is not read again.
        stored = part.IsAgain ? await run.Destination.ReadPartitionsAsync(run.Record.Table, cancellationToken) : stored;
        var sites = document.Plan.Spans.Select(s => s.Site).ToHashSet();
        List<PartitionRecord> mine = [.. stored.Where(p => sites.Contains(p.Key.SiteId))];
        var done = part.IsAgain ? mine.Where(p => p.RunId == run.RunId).Select(p => p.Key).ToHashSet() : [];
        var basis = new PartBasis(part.Owner, new ColumnsKnown(new HashSet<string>(), document.IsFirst, document.ShapedAt), IsWhole: false);
        return await reading.ReadAsync(run, prepared, mine, new Plan(document.Plan.Windows(prepared.Sites, done.Contains), 0, []), totals, basis, null, cancellationToken);
    }

    /// <summary>Stops a part that was taken away, since its run has ended or another node has it, and one whose quiet hours are over.</summary>
    private async Task WatchAsync(RunPart part, QuietHours? quiet, CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Look, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (!stop.IsCancellationRequested && (WaitOf(quiet) is not null || !await records.Parts.IsMineAsync(part, stop.Token)))
                {
                    await stop.CancelAsync();
                }
            }
            catch (Exception error) when (error is TributaryException or OperationCanceledException)
            {
                // The next look comes in a second; before each commit it is looked at in any case.
            }
        }
    }

    /// <summary>How long it is until the quiet hours; null inside of them.</summary>
    private TimeSpan? WaitOf(QuietHours? quiet) => QuietWait.Of(quiet, clock.GetUtcNow());

    /// <summary>Whether what went wrong may be this node's alone: its disk, its way to the destination or to Matomo.</summary>
    private static bool IsOfThisNode(Exception? failure, RunResult? result) =>
        (failure is not null && !RunErrors.StopsAccount(failure))
        || result is { Partitions: 0, Error: { Fault: Fault.Workspace or Fault.Destination or Fault.Defect } or { Code: "matomo.host_not_found" or "matomo.connection" or "matomo.tls" } };

    /// <summary>Tells sites of the part that this node's account does not see: it was given to another token meanwhile, or lost access.</summary>
    private static RunResult WithMissing(RunResult result, SharedPart document, PreparedRun prepared)
    {
        var seen = prepared.Sites.Select(s => s.Id).ToHashSet();
        var missing = document.Plan.Spans.Select(s => s.Site).Distinct().Where(s => !seen.Contains(s)).Order().ToList();
        return missing.Count == 0 ? result : result with
        {
            Warnings = [.. result.Warnings, .. missing.Select(DataSetUpdate.MissingSite)],
            Status = result.Status == RunStatus.Succeeded ? RunStatus.SucceededWithWarnings : result.Status,
        };
    }

    private async Task TellAsync(RunAtWork run, int left, int parts, long begun, IProgress<RunProgress>? progress)
    {
        if (progress is not null)
        {
            var sum = await records.Parts.SumAsync(run.RunId, CancellationToken.None);
            progress.Report(new RunProgress(run.Record.Definition.Name, parts - left, parts, sum.Rows, sum.Bytes, clock.GetElapsedTime(begun)));
        }
    }

    private async Task<RunResult> SumAsync(RunAtWork run, RunResult first, List<PartResult> parts, int skipped, bool isCancelled)
    {
        var results = parts.ConvertAll(p => p.Run);
        var sum = await records.Parts.SumAsync(run.RunId, CancellationToken.None);
        var hasFailed = results.Exists(r => r.Status is RunStatus.Failed or RunStatus.Partial);
        return first with
        {
            Status = isCancelled ? RunStatus.Cancelled
                : hasFailed ? sum.Partitions > 0 ? RunStatus.Partial : RunStatus.Failed
                : results.Exists(r => r.Status == RunStatus.SucceededWithWarnings) ? RunStatus.SucceededWithWarnings
                : RunStatus.Succeeded,
            Rows = sum.Rows,
            Partitions = sum.Partitions,
            PartitionsSkipped = skipped,
            Requests = sum.Requests,
            BytesRead = sum.Bytes,
            Warnings = [.. FoldedWarnings.Of(results.SelectMany(r => r.Warnings)).OrderBy(w => w.IsNote)],
            Error = results.Select(r => r.Error).FirstOrDefault(e => e is not null),
        };
    }
}
