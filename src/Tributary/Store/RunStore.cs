using System.Globalization;
using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>Runs at work: their begin, windows and end, and the lock that keeps two runs of one DataSet apart.</summary>
internal sealed class RunStore(StoreDatabase store, TimeProvider clock)
{
    // Skipped times of a schedule by the minute would push out the runs a person looks for.
    private const int RunsKept = 500;
    private const int SkippedRunsKept = 100;

    private readonly RunRows _rows = new(clock);

    /// <summary>The locks of runs of this process.</summary>
    public RunLocks Locks { get; } = new(store, clock);

    /// <inheritdoc cref="BeginAsync(NewRun, CancellationToken)"/>
    public async Task<string?> BeginAsync(string dataSetId, string trigger, CancellationToken cancellationToken) =>
        (await BeginAsync(new NewRun(dataSetId, trigger), cancellationToken))?.Id;

    /// <summary>Takes the DataSet's lock and writes the run as running. A lock whose process is gone is taken over, and its run ended as failed: see <see cref="RunLocks"/>.</summary>
    /// <returns>The run; null when another process runs the DataSet.</returns>
    public async Task<ClaimedRun?> BeginAsync(NewRun run, CancellationToken cancellationToken)
    {
        var claimed = await store.ChangeAsync<ClaimedRun?>(
            async (connection, transaction) =>
            {
                if (await Locks.IsHeldAsync(connection, transaction, run.DataSetId, cancellationToken))
                {
                    return null;
                }

                var interrupted = await _rows.InterruptAsync(connection, transaction, run.DataSetId, cancellationToken);
                var begun = await _rows.AddAsync(connection, transaction, run, "running", cancellationToken);
                await Locks.TakeAsync(connection, transaction, run.DataSetId, begun.Id, cancellationToken);
                return begun with { Interrupted = interrupted };
            },
            cancellationToken);
        if (claimed is not null)
        {
            Locks.KeepRenewing(claimed.Id);
        }

        return claimed;
    }

    /// <summary>Writes how the run ended and gives the lock back.</summary>
    public Task<bool> EndAsync(RunResult result, CancellationToken cancellationToken) => EndAsync(result, null, [], cancellationToken);

    /// <summary>Writes how the run ended with the last lines of its log, queues the next try and gives the lock back.</summary>
    /// <returns>False when the run had been taken from this process, so that how it ended is written already; nothing was written then.</returns>
    public async Task<bool> EndAsync(RunResult result, NewRun? again, IReadOnlyList<(string Level, string Message)> log, CancellationToken cancellationToken)
    {
        await RunLocks.StopRenewingAsync(result.RunId);
        return await store.ChangeAsync(
            async (connection, transaction) =>
            {
                if (await connection.Command("DELETE FROM run_locks WHERE owner = @run", [("run", result.RunId)], transaction).ExecuteNonQueryAsync(cancellationToken) == 0)
                {
                    return false;
                }

                await RunPartStore.RemoveAsync(connection, transaction, result.RunId, cancellationToken);
                var isThere = await connection.Command(
                    "UPDATE runs SET status = @status, ended_at = @now, result = @result, progress = NULL WHERE id = @run",
                    [("status", StatusName(result.Status)), ("now", clock.GetUtcNow().ToMicroseconds()), ("result", StoreJson.Write(result)), ("run", result.RunId)],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
                foreach (var (level, message) in log)
                {
                    await _rows.LogAsync(connection, transaction, result.RunId, level, message, cancellationToken);
                }

                // It is not when its DataSet was deleted meanwhile.
                if (again is not null && isThere > 0)
                {
                    await _rows.AddAsync(connection, transaction, again, "queued", cancellationToken);
                }

                await PruneAsync(connection, transaction, result.RunId, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Puts a run back into the queue as if it had not begun, and gives the lock back; nothing where it was taken from this process.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="notBefore">When its quiet hours begin; null when it goes back because its worker ends.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task PutBackAsync(string runId, DateTimeOffset? notBefore, CancellationToken cancellationToken)
    {
        await RunLocks.StopRenewingAsync(runId);
        await store.ChangeAsync(
            async (connection, transaction) =>
            {
                if (await connection.Command("DELETE FROM run_locks WHERE owner = @run", [("run", runId)], transaction).ExecuteNonQueryAsync(cancellationToken) == 0)
                {
                    return 0;
                }

                await RunPartStore.RemoveAsync(connection, transaction, runId, cancellationToken);
                var why = notBefore is { } hours ? string.Create(CultureInfo.InvariantCulture, $"Its quiet hours begin at {hours.UtcDateTime:yyyy-MM-dd HH:mm}Z.") : "The worker ends.";
                await _rows.LogAsync(connection, transaction, runId, "info", $"{why} The run is queued again.", cancellationToken);
                return await connection.Command(
                    "UPDATE runs SET status = 'queued', progress = NULL, not_before = coalesce(@before, not_before) WHERE id = @run",
                    [("run", runId), ("before", notBefore?.ToMicroseconds())],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Writes what became of a window, into the log of the run too.</summary>
    public Task AddWindowAsync(string runId, RunWindow outcome, CancellationToken cancellationToken) => store.TogetherAsync(
        async (connection, transaction) =>
        {
            await connection.Command(
                """
                INSERT INTO run_windows (run_id, window_id, site_id, first_day, last_day, segment, partitions, rows, requests, bytes, seconds, error_code, error)
                VALUES (@run, @window, @site, @first, @last, @segment, @partitions, @rows, @requests, @bytes, @seconds, @code, @error)
                """,
                [
                    ("run", runId), ("window", outcome.WindowId), ("site", outcome.SiteId), ("first", Iso(outcome.From)), ("last", Iso(outcome.To)), ("segment", outcome.Segment),
                    ("partitions", outcome.Partitions.Count), ("rows", outcome.Partitions.Sum(p => p.Rows)), ("requests", outcome.Requests), ("bytes", outcome.Bytes), ("seconds", outcome.Elapsed.TotalSeconds),
                    ("code", outcome.Error?.Code), ("error", outcome.Error?.Message),
                ],
                transaction).ExecuteNonQueryAsync(cancellationToken);
            return await _rows.LogAsync(connection, transaction, runId, outcome.Error is null ? "info" : "error", Sentence(outcome), cancellationToken);
        },
        cancellationToken);

    /// <summary>The last run of each DataSet that ended with a result, by DataSet id.</summary>
    /// <param name="dataSetId">Of this one alone; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Dictionary<string, (RunResult Result, DateTimeOffset EndedAt)>> LastAsync(string? dataSetId, CancellationToken cancellationToken)
    {
        // One by its own condition: a window over the runs of all reads all of them.
        var ofOne = dataSetId is null ? "" : " AND dataset_id = @dataset";
        var rows = await store.ReadAsync(
            $"""
            SELECT r.dataset_id, r.result, r.ended_at FROM (SELECT id, row_number() OVER (PARTITION BY dataset_id ORDER BY ended_at DESC, id DESC) AS age FROM runs WHERE result IS NOT NULL AND {RunTriggers.IsUpdate}{ofOne}) l
            JOIN runs r ON r.id = l.id WHERE l.age = 1
            """,
            dataSetId is null ? [] : [("dataset", dataSetId)],
            r => (r.GetString(0), StoreJson.Read<RunResult>(r.GetString(1)), r.Instant(2)!.Value),
            cancellationToken);
        return rows.ToDictionary(r => r.Item1, r => (r.Item2, r.Item3), StringComparer.Ordinal);
    }

    /// <summary>The runs of a DataSet that have ended, and when.</summary>
    public Task<List<(string Id, DateTimeOffset EndedAt)>> ReadEndsAsync(string dataSetId, CancellationToken cancellationToken) =>
        store.ReadAsync("SELECT id, ended_at FROM runs WHERE dataset_id = @dataset AND ended_at IS NOT NULL", [("dataset", dataSetId)], r => (r.GetString(0), r.Instant(1)!.Value), cancellationToken);

    /// <summary>A status as it is written everywhere.</summary>
    public static string StatusName(RunStatus status) => status switch
    {
        RunStatus.SucceededWithWarnings => "succeeded_with_warnings",
        _ => status.ToString().ToLower(CultureInfo.InvariantCulture),
    };

    /// <summary>The status of that name.</summary>
    public static RunStatus StatusOf(string name) => Enum.GetValues<RunStatus>().First(s => StatusName(s) == name);

    // The last update stays however many failed since: it says what the data is from, and whether it is late.
    private static async Task<int> PruneAsync(DbConnection connection, DbTransaction transaction, string runId, CancellationToken cancellationToken)
    {
        var pruned = 0;
        foreach (var (condition, kept) in new[] { ("status NOT IN ('queued', 'running', 'skipped')", RunsKept), ("status = 'skipped'", SkippedRunsKept) })
        {
            pruned += await connection.Command(
                $"""
                DELETE FROM runs WHERE {condition} AND id IN (
                    SELECT id FROM runs WHERE dataset_id = (SELECT dataset_id FROM runs WHERE id = @run) AND {condition} ORDER BY id DESC LIMIT 1000000000 OFFSET @kept)
                AND id <> coalesce((SELECT id FROM runs WHERE dataset_id = (SELECT dataset_id FROM runs WHERE id = @run) AND {RunTriggers.HasUpdated} ORDER BY ended_at DESC, id DESC LIMIT 1), '')
                """,
                [("run", runId), ("kept", kept)],
                transaction).ExecuteNonQueryAsync(cancellationToken);
        }

        return pruned;
    }

    private static string Sentence(RunWindow window)
    {
        var dates = window.From is null ? "" : window.From == window.To ? $", {Iso(window.From)}" : $", {Iso(window.From)} to {Iso(window.To)}";
        return window.Error is { } error
            ? $"Site {window.SiteId}{dates}: {error.Message} ({error.Code})"
            : string.Create(CultureInfo.InvariantCulture, $"Site {window.SiteId}{dates}: {Count(window.Partitions.Count, "partition")}, {Count(window.Partitions.Sum(p => p.Rows), "row")}, {Count(window.Requests, "request")}, {window.Bytes} bytes, {window.Elapsed.TotalSeconds:0.0} s");
    }

    private static string Count(long number, string one) => string.Create(CultureInfo.InvariantCulture, $"{number} {one}{(number == 1 ? "" : "s")}");

    private static string? Iso(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
