using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;

namespace Tributary.Runs;

/// <summary>Reads and commits a plan, or a part of one, and keeps what was learned on the way.</summary>
internal sealed class PlanReading(AccountConnections accounts, RunRecords records, TimeProvider clock)
{
    /// <summary>Reads a plan.</summary>
    /// <param name="run">The run; rows and windows carry its id.</param>
    /// <param name="prepared">How the report is read.</param>
    /// <param name="stored">The partitions stored before.</param>
    /// <param name="plan">The windows.</param>
    /// <param name="totals">The totals of days; null where they are not looked at.</param>
    /// <param name="owner">By whose lock commits are confirmed: the run, or a part of it.</param>
    /// <param name="progress">Told of every window.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What came of it, and whether states changed behind the store's copy of them.</returns>
    public async Task<(RunResult Result, bool HasReopened)> ReadAsync(
        RunAtWork run, PreparedRun prepared, IReadOnlyList<PartitionRecord> stored, Plan plan, DayTotals? totals, string owner, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var (record, runId, account, destination) = run;
        var definition = record.Definition;
        var drift = new Drift(definition, await records.Schemas.ReadSteadyAsync(record.Id, cancellationToken));
        var key = ReportRequests.PaceKey(prepared.Reading, plan);
        var pace = await records.Paces.OfAsync(account.Id, key, cancellationToken);
        using var runner = new Runner(
            definition, record.Table, prepared.Reading with { RunId = runId }, destination, new Planner(clock), totals, drift, pace, AccountConnections.SettingsOf(account).ParallelRequests, token => records.Runs.Locks.ConfirmAsync(owner, token));
        var result = await runner.RunAsync(plan, stored, window => RecordAsync(record.Id, runId, window), progress, cancellationToken);
        if (runner.Stopped is { } stopped && RunErrors.StopsAccount(stopped))
        {
            await accounts.StopAsync(account, stopped.Message, CancellationToken.None);
        }

        await records.Paces.KeepAsync(account.Id, key, CancellationToken.None);
        await destination.ReviseAsync(record.Table, runner.Reopened, CancellationToken.None);
        return (await WithColumnsAsync(run, await WithDriftAsync(run, result, drift), drift, prepared.Reading.Report), runner.Reopened.Count > 0);
    }

    /// <summary>Tells of chosen columns that no run has met.</summary>
    private static async Task<RunResult> WithColumnsAsync(RunAtWork run, RunResult result, Drift drift, ReportDefinition report)
    {
        var chosen = run.Record.Definition.Details.Columns;
        if (chosen.Count == 0 || result.Partitions == 0 || !drift.HasRows)
        {
            return result;
        }

        var schema = await run.Destination.ReadSchemaAsync(run.Record.Table, CancellationToken.None);
        return ChosenColumns.WarningOf(chosen, schema ?? TableSchema.Empty, report) is { } told ? With(result, told) : result;
    }

    private static RunResult With(RunResult result, RunWarning told) => result with
    {
        Warnings = [.. result.Warnings.Append(told).OrderBy(w => w.IsNote)],
        Status = result.Status == RunStatus.Succeeded && !told.IsNote ? RunStatus.SucceededWithWarnings : result.Status,
    };

    private async Task RecordAsync(string dataSetId, string runId, RunWindow window)
    {
        if (window.Partitions.Count > 0)
        {
            await records.Partitions.WriteAsync(dataSetId, window.Partitions, onlyThese: false, CancellationToken.None);
        }

        await records.Runs.AddWindowAsync(runId, window, CancellationToken.None);
    }

    /// <summary>Records what became of the columns, and tells it where the DataSet wants to know.</summary>
    private async Task<RunResult> WithDriftAsync(RunAtWork run, RunResult result, Drift drift)
    {
        var record = run.Record;
        if (result.Partitions == 0 || !drift.HasRows)
        {
            return result;
        }

        var changes = drift.Changes;
        if (drift.IsFirst || changes.Count > 0)
        {
            var schema = await run.Destination.ReadSchemaAsync(record.Table, CancellationToken.None);
            await records.Schemas.AddAsync(record.Id, result.RunId, changes, schema?.Columns ?? [], CancellationToken.None);
        }

        await records.Schemas.CountAsync(record.Id, drift.Seen, CancellationToken.None);
        if (changes.Count == 0)
        {
            return result;
        }

        var told = new RunWarning("drift.columns", $"The columns of the report changed: {Drift.InWords(changes)}. The table follows.") { IsNote = record.Definition.Drift == DriftPolicy.Evolve };
        return With(result, told);
    }
}
