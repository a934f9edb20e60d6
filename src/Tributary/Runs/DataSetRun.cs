using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>One run of one stored DataSet: lock, prepare, plan, run, record. Every failure becomes its result.</summary>
internal sealed class DataSetRun(AccountConnections accounts, AccountReports reports, RunStore runs, PartitionStore partitions, IDestination destination, TimeProvider clock)
{
    /// <summary>Runs a DataSet.</summary>
    public async Task<RunResult> RunAsync(
        DataSetRecord record,
        PlanOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        if (await runs.BeginAsync(record.Id, "manual", cancellationToken) is not { } runId)
        {
            return new RunResult
            {
                DataSet = record.Definition.Name,
                RunId = "",
                Status = RunStatus.Skipped,
                Warnings = [new RunWarning("run.already_running", $"'{record.Definition.Name}' is being updated by another process. Nothing was done.")],
            };
        }

        RunResult result;
        try
        {
            result = await RunAsync(record, runId, options, progress, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            result = new RunResult { DataSet = record.Definition.Name, RunId = runId, Status = RunStatus.Cancelled };
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            result = new RunResult { DataSet = record.Definition.Name, RunId = runId, Status = RunStatus.Failed, Error = RunErrors.Of(error) };
        }

        result = result with { Elapsed = clock.GetElapsedTime(started) };
        await runs.EndAsync(result, CancellationToken.None);
        return result;
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

        await runs.AddWindowAsync(runId, window, CancellationToken.None);
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
