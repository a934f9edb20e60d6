using System.Globalization;
using Tributary.Accounts;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>What a run knew when it began, for it and for all parts of it.</summary>
/// <param name="Owner">By whose lock commits are confirmed: the run, or a part of it.</param>
/// <param name="Known">What runs before say of the columns; new where the run made the table, in a part of it that was read before.</param>
/// <param name="IsWhole">Whether the plan is all of the run: only then can it be told in time that a column vanished.</param>
internal sealed record PartBasis(string Owner, ColumnsKnown Known, bool IsWhole);

/// <summary>What came of reading a plan, or a part of one.</summary>
/// <param name="Result">What was stored and met.</param>
/// <param name="Columns">What was met of columns.</param>
/// <param name="HasReopened">Whether states changed behind the store's copy of them.</param>
/// <param name="IsEnded">Whether something ended it after which nothing else of the run can succeed.</param>
internal sealed record PlanRead(RunResult Result, ColumnsMet Columns, bool HasReopened, bool IsEnded);

/// <summary>Reads and commits a plan, or a part of one, and keeps what was learned on the way.</summary>
internal sealed class PlanReading(AccountConnections accounts, RunRecords records, TimeProvider clock)
{
    // Before that, an empty answer is more likely an archive that is being made anew than one that was deleted.
    private const int LongOver = 30;

    /// <summary>What runs before say of the columns.</summary>
    public Task<ColumnsKnown> KnownAsync(RunAtWork run, CancellationToken cancellationToken) => records.Schemas.ReadKnownAsync(run.Record.Id, cancellationToken);

    /// <summary>Reads a plan.</summary>
    /// <param name="run">The run; rows and windows carry its id.</param>
    /// <param name="prepared">How the report is read.</param>
    /// <param name="stored">The partitions stored before.</param>
    /// <param name="plan">The windows.</param>
    /// <param name="totals">The totals of days; null where they are not looked at.</param>
    /// <param name="basis">What the run knew when it began.</param>
    /// <param name="progress">Told of every window.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<PlanRead> ReadAsync(
        RunAtWork run, PreparedRun prepared, IReadOnlyList<PartitionRecord> stored, Plan plan, DayTotals? totals, PartBasis basis, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var (record, runId, account, destination) = run;
        var definition = record.Definition;
        var drift = new Drift(definition, basis.Known.Steady, basis.Known.AreNew, basis.IsWhole);
        var key = ReportRequests.PaceKey(prepared.Reading, plan);
        var pace = await records.Paces.OfAsync(account.Id, key, cancellationToken);
        using var runner = new Runner(
            definition, record.Table, prepared.Reading with { RunId = runId }, destination, new Planner(clock), totals, drift, pace, AccountConnections.SettingsOf(account).ParallelRequests, token => records.Runs.Locks.ConfirmAsync(basis.Owner, token))
        { ShapedAt = basis.Known.ShapedAt };
        var result = await runner.RunAsync(plan, stored, window => RecordAsync(record.Id, runId, window), progress, cancellationToken);
        if (runner.Stopped is { } stopped && RunErrors.StopsAccount(stopped))
        {
            await accounts.StopAsync(account, stopped.Message, CancellationToken.None);
        }

        await records.Paces.KeepAsync(account.Id, key, CancellationToken.None);
        var (revised, note) = await RevisedAsync(record.Id, definition, runner.Kept);
        if (revised.Count > 0)
        {
            await records.Runs.Locks.ConfirmAsync(basis.Owner, CancellationToken.None);
            await destination.ReviseAsync(record.Table, revised, CancellationToken.None);
        }

        return new PlanRead(note is null ? result : With(result, note), drift.Met, revised.Count > 0, runner.Stopped is not null);
    }

    /// <summary>What becomes of partitions that were kept against an empty answer: they wait to be read again, or are final where Matomo no longer has them.</summary>
    private async Task<(IReadOnlyList<PartitionRecord> Revised, RunWarning? Note)> RevisedAsync(string dataSetId, DataSetDefinition definition, IReadOnlyList<PartitionRecord> kept)
    {
        var longOver = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-LongOver);
        List<PartitionRecord> mayBeGone = definition.Update == UpdateMethod.Partition ? [.. kept.Where(p => p.Key.Period != Period.None && p.Key.End < longOver)] : [];
        var (forGood, added) = mayBeGone.Count == 0 ? (new HashSet<PartitionKey>(), 0) : await records.Kept.CountAsync(dataSetId, mayBeGone, CancellationToken.None);
        IEnumerable<PartitionRecord> decided = kept.Select(p => p with { State = forGood.Contains(p.Key) ? PartitionState.Final : PartitionState.Provisional });
        var note = added == 0 ? null : new RunWarning("partition.kept_for_good", string.Create(
            CultureInfo.InvariantCulture,
            $"{added} {(added == 1 ? "partition" : "partitions")} came back empty from several runs over a week: Matomo no longer has them. Their rows are kept as they are and not asked for any more; a backfill of these dates with --full asks once more."))
        { IsNote = true };
        return ([.. decided.Except(kept)], note);
    }

    /// <summary>Records what became of the columns over a whole run, and tells it where the DataSet wants to know.</summary>
    public async Task<RunResult> TellAsync(RunAtWork run, RunResult result, ColumnsMet met, IReadOnlySet<string> steady, ReportDefinition report)
    {
        var record = run.Record;
        var (chosen, changes) = (record.Definition.Details.Columns, Drift.ChangesOf(met, steady));
        if (result.Partitions == 0 || met.Seen.Count == 0)
        {
            return result;
        }

        var schema = met.IsFirst || changes.Count > 0 || chosen.Count > 0 ? await run.Destination.ReadSchemaAsync(record.Table, CancellationToken.None) ?? TableSchema.Empty : TableSchema.Empty;
        if (met.IsFirst)
        {
            // What a person's edit changed is history, and nothing to tell.
            var versions = await records.Schemas.ReadAsync(record.Id, CancellationToken.None);
            IReadOnlyList<SchemaChange> edited = versions is [.., var last] ? Drift.Between(new TableSchema(last.Columns), schema) : [];
            if (versions.Count == 0 || edited.Count > 0)
            {
                await records.Schemas.AddAsync(record.Id, result.RunId, edited, schema.Columns, CancellationToken.None);
            }
        }
        else if (changes.Count > 0)
        {
            await records.Schemas.AddAsync(record.Id, result.RunId, changes, schema.Columns, CancellationToken.None);
        }

        await records.Schemas.CountAsync(record.Id, met.Seen.ToHashSet(StringComparer.OrdinalIgnoreCase), CancellationToken.None);
        if (changes.Count > 0)
        {
            result = With(result, new RunWarning("drift.columns", $"The columns of the report changed: {Drift.InWords(changes)}. The table follows.") { IsNote = record.Definition.Drift == DriftPolicy.Evolve });
        }

        return chosen.Count > 0 && ChosenColumns.WarningOf(chosen, schema, report) is { } missing ? With(result, missing) : result;
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
}
