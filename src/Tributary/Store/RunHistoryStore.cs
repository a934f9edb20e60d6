using System.Globalization;
using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>A window that the last run of a DataSet could not store, wholly or in part.</summary>
internal sealed record FailedWindow(int SiteId, DateOnly? From, DateOnly? To, string? Segment, string Code, string Message)
{
    /// <summary>Whether it was to bring a period.</summary>
    public bool Holds(DateOnly start, DateOnly end) => From is null || To is null || (start >= From && end <= To);
}

/// <summary>What runs left behind: their records and their logs.</summary>
internal sealed class RunHistoryStore(StoreDatabase store, TimeProvider clock)
{
    /// <summary>How long the DataSet's last windows took, by partition; null when there were none.</summary>
    public async Task<double?> SecondsAPartitionAsync(string dataSetId, CancellationToken cancellationToken) => (await store.ReadAsync(
        "SELECT sum(seconds) / sum(partitions) FROM (SELECT w.seconds, w.partitions FROM run_windows w JOIN runs r ON r.id = w.run_id WHERE r.dataset_id = @dataset AND w.partitions > 0 ORDER BY r.id DESC LIMIT 200)",
        [("dataset", dataSetId)],
        r => r.IsDBNull(0) ? (double?)null : r.GetDouble(0),
        cancellationToken)).FirstOrDefault();

    private readonly RunRows _rows = new(clock);

    /// <summary>The runs of a DataSet, newest first.</summary>
    public Task<List<RunRecord>> ListAsync(string dataSetId, int count, CancellationToken cancellationToken) => store.ReadAsync(
        $"SELECT {RunListing.Columns} FROM runs r JOIN datasets d ON d.id = r.dataset_id WHERE r.dataset_id = @dataset ORDER BY r.id DESC LIMIT @count",
        [("dataset", dataSetId), ("count", count)],
        RunListing.Read,
        cancellationToken);

    /// <summary>The windows that the last run with a result could not store.</summary>
    public Task<List<FailedWindow>> FailedWindowsAsync(string dataSetId, CancellationToken cancellationToken) => store.ReadAsync(
        $"""
        SELECT site_id, first_day, last_day, segment, error_code, coalesce(error, '') FROM run_windows
        WHERE error_code IS NOT NULL AND run_id = (SELECT id FROM runs WHERE dataset_id = @dataset AND result IS NOT NULL AND {RunTriggers.IsUpdate} ORDER BY id DESC LIMIT 1)
        """,
        [("dataset", dataSetId)],
        r => new FailedWindow(r.GetInt32(0), Day(r, 1), Day(r, 2), r.Text(3), r.GetString(4), r.GetString(5)),
        cancellationToken);

    /// <summary>The results of runs that warned of something, and of the last run, newest first.</summary>
    public Task<List<(string Id, DateTimeOffset EndedAt, RunResult Result)>> ReadTellingAsync(string dataSetId, CancellationToken cancellationToken) => store.ReadAsync(
        $"""
        SELECT id, ended_at, result FROM runs WHERE dataset_id = @dataset AND result IS NOT NULL AND {RunTriggers.IsUpdate} AND (
            {store.Engine.JsonLength("result", "warnings")} > 0 OR id = (SELECT max(id) FROM runs WHERE dataset_id = @dataset AND result IS NOT NULL AND {RunTriggers.IsUpdate})) ORDER BY id DESC
        """,
        [("dataset", dataSetId)],
        r => (r.GetString(0), r.Instant(1)!.Value, StoreJson.Read<RunResult>(r.GetString(2))),
        cancellationToken);

    /// <summary>The first and last day that a run was asked for; empty texts where it was to read the DataSet's own dates.</summary>
    public async Task<(string From, string To)> DatesAskedAsync(string runId, CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT coalesce(chain, '') FROM runs WHERE id = @run", [("run", runId)], r => r.GetString(0), cancellationToken)).FirstOrDefault()?.Split('/') is [var from, var to, ..] ? (from, to) : ("", "");

    /// <summary>The dates of backfills that had stored something when they ended before their time, and that no run has read to the end since; with the last run that began on them.</summary>
    public async Task<IReadOnlyList<(DateOnly From, DateOnly To, string RunId, DateTimeOffset EndedAt)>> UnfinishedBackfillsAsync(string dataSetId, CancellationToken cancellationToken)
    {
        var open = new List<(DateOnly From, DateOnly To, string RunId, DateTimeOffset EndedAt)>();
        foreach (var run in await store.ReadAsync(
            $"""
            SELECT id, trigger, status, coalesce(chain, ''), coalesce(ended_at, started_at), (SELECT count(*) FROM run_windows w WHERE w.run_id = runs.id AND w.partitions > 0) FROM runs
            WHERE dataset_id = @dataset AND status NOT IN ('queued', 'running', 'skipped') AND (trigger = '{RunTriggers.Revert}' OR chain LIKE '____-__-__/%') ORDER BY id
            """,
            [("dataset", dataSetId)],
            r => (Id: r.GetString(0), Trigger: r.GetString(1), Status: r.GetString(2), Request: r.GetString(3), EndedAt: r.Instant(4)!.Value, Windows: r.GetInt64(5)),
            cancellationToken))
        {
            var isDone = run.Status is "succeeded" or "succeeded_with_warnings";
            if (run.Trigger == RunTriggers.Revert)
            {
                // What it had stored went with the table as it was.
                open.RemoveAll(_ => isDone);
                continue;
            }

            var dates = run.Request.Split('/');
            var (from, to) = (DateOnly.ParseExact(dates[0], "yyyy-MM-dd", CultureInfo.InvariantCulture), DateOnly.TryParseExact(dates[1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last) ? last : DateOnly.MaxValue);
            var had = open.RemoveAll(o => o.From >= from && o.To <= to && (isDone || (o.From == from && o.To == to)));
            if (!isDone && (had > 0 || run.Windows > 0))
            {
                open.Add((from, to, run.Id, run.EndedAt));
            }
        }

        return open;
    }

    /// <summary>The DataSets of which a run ended with something to tell.</summary>
    public async Task<IReadOnlySet<string>> ReadToldAsync(CancellationToken cancellationToken) => (await store.ReadAsync(
        $"SELECT DISTINCT dataset_id FROM runs WHERE status IN ('succeeded_with_warnings', 'partial', 'failed', 'cancelled') AND {RunTriggers.IsUpdate}",
        [],
        r => r.GetString(0),
        cancellationToken)).ToHashSet(StringComparer.Ordinal);

    /// <summary>What the last run said that came to read something; empty when there was none.</summary>
    public async Task<IReadOnlyList<RunWarning>> LastWarningsAsync(string dataSetId, CancellationToken cancellationToken) => (await store.ReadAsync(
        $"SELECT result FROM runs WHERE dataset_id = @dataset AND result IS NOT NULL AND {RunTriggers.IsUpdate} AND status IN ('succeeded', 'succeeded_with_warnings', 'partial') ORDER BY id DESC LIMIT 1",
        [("dataset", dataSetId)],
        r => StoreJson.Read<RunResult>(r.GetString(0)).Warnings,
        cancellationToken)).FirstOrDefault() ?? [];

    /// <summary>The lines of a run's log in order.</summary>
    public Task<List<RunLogLine>> LogAsync(string runId, CancellationToken cancellationToken) => store.ReadAsync(
        "SELECT at, level, message FROM run_log WHERE run_id = @run ORDER BY rowid",
        [("run", runId)],
        r => new RunLogLine(r.Instant(0)!.Value, r.GetString(1), r.GetString(2)),
        cancellationToken);

    /// <summary>Adds lines to a run's log.</summary>
    public Task WriteLogAsync(string runId, IReadOnlyList<(string Level, string Message)> lines, CancellationToken cancellationToken) => store.TogetherAsync(
        async (connection, transaction) =>
        {
            foreach (var (level, message) in lines)
            {
                await _rows.LogAsync(connection, transaction, runId, level, message, cancellationToken);
            }

            return true;
        },
        cancellationToken);

    private static DateOnly? Day(DbDataReader r, int column) => r.Text(column) is { } day ? DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;
}
