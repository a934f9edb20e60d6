using System.Globalization;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>A long plan read by several nodes: the run offers parts of it and reads them too, workers of other nodes that have nothing else to do help.</summary>
internal sealed class SharedReading(PlanReading reading, RunRecords records, WorkerStore workers, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // A part whose node is gone is missed by the run alone; its lock ends in its own time.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    /// <summary>The parts of a plan that other nodes may help with; empty where one node reads it whole.</summary>
    public async Task<IReadOnlyList<PlanPart>> PartsOfAsync(RunAtWork run, Plan plan, CancellationToken cancellationToken)
    {
        // Replace changes the table once, at the end. Merge looks for its keys in other partitions too.
        var mayBeShared = records.Parts.IsShared && run.Destination.Capabilities.Shared && run.Record.Definition.Update is UpdateMethod.Partition or UpdateMethod.Append;
        return mayBeShared && plan.Partitions >= PlanPart.WorthSharing && (await workers.ListAsync(cancellationToken)).Count is > 1 and var nodes
            ? PlanPart.Of(plan, nodes)
            : [];
    }

    /// <summary>Reads a plan in parts, with whoever helps.</summary>
    public async Task<RunResult> ReadAsync(
        RunAtWork run, PreparedRun prepared, IReadOnlyList<PartitionRecord> stored, Plan plan, IReadOnlyList<PlanPart> parts, DayTotals? totals, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        // The first alone: it makes the table and finds out what the server answers well.
        var begun = clock.GetTimestamp();
        var (first, _) = await reading.ReadAsync(run, prepared, stored, plan with { Windows = parts[0].Windows(prepared.Sites, _ => false) }, totals, run.RunId, null, cancellationToken);
        if (first.Status is RunStatus.Failed or RunStatus.Cancelled)
        {
            return first with { PartitionsSkipped = plan.Skipped };
        }

        await records.Parts.AddAsync(
            run.RunId, 2, [.. parts.Skip(1).Select(StoreJson.Write)], string.Create(CultureInfo.InvariantCulture, $"{plan.Partitions} partitions, in {parts.Count} parts that other nodes may take."), CancellationToken.None);
        var recovered = clock.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await records.Parts.TakeAsync(run.RunId, cancellationToken) is { } part)
            {
                await ReadPartAsync(run, prepared, stored, part, totals, cancellationToken);
                await TellAsync(run, parts.Count, begun, progress);
                continue;
            }

            var states = await records.Parts.StatesAsync(run.RunId, cancellationToken);
            if (states.Results.Any(r => Retries.NeedsPerson(r.Error)))
            {
                await records.Parts.DropWaitingAsync(run.RunId, cancellationToken);
            }

            if (states.Left == 0)
            {
                break;
            }

            if (clock.GetElapsedTime(recovered) >= Recovery)
            {
                await records.Parts.RecoverAsync(run.RunId, run.Record.Definition.Name, cancellationToken);
                recovered = clock.GetTimestamp();
            }

            await TellAsync(run, parts.Count, begun, progress);
            await Task.Delay(Look, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await SumAsync(run, first, plan.Skipped, cancellationToken.IsCancellationRequested);
    }

    /// <summary>Reads a part, and further ones of the same run while there are some.</summary>
    /// <returns>How many.</returns>
    public async Task<int> HelpAsync(RunAtWork run, PreparedRun prepared, RunPart part, DayTotals? totals, CancellationToken cancellationToken)
    {
        var stored = await run.Destination.ReadPartitionsAsync(run.Record.Table, cancellationToken);
        var read = 0;
        for (var next = part; next is not null; next = cancellationToken.IsCancellationRequested ? null : await records.Parts.TakeAsync(part.RunId, cancellationToken))
        {
            await ReadPartAsync(run, prepared, stored, next, totals, cancellationToken);
            read++;
        }

        return read;
    }

    private async Task ReadPartAsync(RunAtWork run, PreparedRun prepared, IReadOnlyList<PartitionRecord> stored, RunPart part, DayTotals? totals, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(part.Id, stop);
        RunResult result;
        try
        {
            // What a node that died had committed of the part is not read again.
            stored = part.Attempt > 1 ? await run.Destination.ReadPartitionsAsync(run.Record.Table, stop.Token) : stored;
            var plan = StoreJson.Read<PlanPart>(part.Windows);
            var done = part.Attempt > 1 ? stored.Where(p => p.RunId == run.RunId).Select(p => p.Key).ToHashSet() : [];
            (result, _) = await reading.ReadAsync(run, prepared, stored, new Plan(plan.Windows(prepared.Sites, done.Contains), 0, []) { Quiet = plan.Quiet }, totals, part.Id, null, stop.Token);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            result = new RunResult { DataSet = run.Record.Definition.Name, RunId = run.RunId, Status = RunStatus.Failed, Error = RunErrors.Of(error) };
        }
        catch (OperationCanceledException)
        {
            result = new RunResult { DataSet = run.Record.Definition.Name, RunId = run.RunId, Status = RunStatus.Cancelled };
        }
        finally
        {
            await stop.CancelAsync();
            await watching;
        }

        if (result.Status == RunStatus.Cancelled)
        {
            await records.Parts.PutBackAsync(part, CancellationToken.None);
            return;
        }

        await records.Parts.EndAsync(
            part,
            result,
            string.Create(CultureInfo.InvariantCulture, $"Part {part.Number}, by {Environment.MachineName}, process {Environment.ProcessId}: {result.Partitions} partitions, {result.Rows} rows, {result.Requests} requests, {clock.GetElapsedTime(begun).TotalSeconds:0.0} s."),
            CancellationToken.None);
    }

    /// <summary>Stops a part that was taken away: its run has ended, or another node has it.</summary>
    private async Task WatchAsync(string partId, CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Look, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (!stop.IsCancellationRequested && !await records.Parts.IsMineAsync(partId, stop.Token))
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

    private async Task TellAsync(RunAtWork run, int parts, long begun, IProgress<RunProgress>? progress)
    {
        if (progress is not null)
        {
            var (left, sum) = ((await records.Parts.StatesAsync(run.RunId, CancellationToken.None)).Left, await records.Parts.SumAsync(run.RunId, CancellationToken.None));
            progress.Report(new RunProgress(run.Record.Definition.Name, parts - left, parts, sum.Rows, sum.Bytes, clock.GetElapsedTime(begun)));
        }
    }

    private async Task<RunResult> SumAsync(RunAtWork run, RunResult first, int skipped, bool isCancelled)
    {
        var results = (await records.Parts.StatesAsync(run.RunId, CancellationToken.None)).Results.Prepend(first).ToList();
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
            Warnings = [.. results.SelectMany(r => r.Warnings).Distinct().OrderBy(w => w.IsNote)],
            Error = results.Select(r => r.Error).FirstOrDefault(e => e is not null),
        };
    }
}
