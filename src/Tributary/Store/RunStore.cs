using System.Globalization;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>The runs of a workspace, and the lock that keeps two runs of one DataSet apart.</summary>
internal sealed class RunStore(StoreDatabase store, TimeProvider clock)
{
    private readonly RunLocks _locks = new(store, clock);

    /// <summary>Takes the DataSet's lock and writes the run as running. A lock whose process is gone is taken over, and its run ended as failed: see <see cref="RunLocks"/>.</summary>
    /// <returns>The run's id; null when another process runs the DataSet.</returns>
    public async Task<string?> BeginAsync(string dataSetId, string trigger, CancellationToken cancellationToken)
    {
        var run = await WriteBeginAsync(dataSetId, trigger, cancellationToken);
        if (run is not null)
        {
            _locks.KeepRenewing(run);
        }

        return run;
    }

    /// <summary>Writes how the run ended and gives the lock back.</summary>
    public async Task EndAsync(RunResult result, CancellationToken cancellationToken)
    {
        await _locks.StopRenewingAsync(result.RunId);
        await WriteEndAsync(result, cancellationToken);
    }

    /// <summary>Writes what became of a window.</summary>
    public Task AddWindowAsync(string runId, RunWindow outcome, CancellationToken cancellationToken) => store.ExecuteAsync(
        """
        INSERT INTO run_windows (run_id, window_id, site_id, first_day, last_day, partitions, rows, requests, bytes, seconds, error_code, error)
        VALUES ($run, $window, $site, $first, $last, $partitions, $rows, $requests, $bytes, $seconds, $code, $error)
        """,
        [
            ("run", runId), ("window", outcome.WindowId), ("site", outcome.SiteId), ("first", Iso(outcome.From)), ("last", Iso(outcome.To)),
            ("partitions", outcome.Partitions.Count), ("rows", outcome.Partitions.Sum(p => p.Rows)), ("requests", outcome.Requests), ("bytes", outcome.Bytes), ("seconds", outcome.Elapsed.TotalSeconds),
            ("code", outcome.Error?.Code), ("error", outcome.Error?.Message),
        ],
        cancellationToken);

    /// <summary>The last run of each DataSet that ended with a result, by DataSet id.</summary>
    public async Task<Dictionary<string, (RunResult Result, DateTimeOffset EndedAt)>> LastAsync(CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            "SELECT dataset_id, result, ended_at FROM runs WHERE id IN (SELECT max(id) FROM runs WHERE result IS NOT NULL GROUP BY dataset_id)",
            [],
            r => (r.GetString(0), StoreJson.Read<RunResult>(r.GetString(1)), r.Instant(2)!.Value),
            cancellationToken);
        return rows.ToDictionary(r => r.Item1, r => (r.Item2, r.Item3), StringComparer.Ordinal);
    }

    /// <summary>The ids of a DataSet's runs, oldest first.</summary>
    public Task<List<string>> ReadIdsAsync(string dataSetId, CancellationToken cancellationToken) =>
        store.ReadAsync("SELECT id FROM runs WHERE dataset_id = $dataset ORDER BY id", [("dataset", dataSetId)], r => r.GetString(0), cancellationToken);

    /// <summary>A status as it is written everywhere.</summary>
    public static string StatusName(RunStatus status) => status switch
    {
        RunStatus.SucceededWithWarnings => "succeeded_with_warnings",
        _ => status.ToString().ToLower(CultureInfo.InvariantCulture),
    };

    private Task<string?> WriteBeginAsync(string dataSetId, string trigger, CancellationToken cancellationToken) => store.ChangeAsync<string?>(
        async (connection, transaction) =>
        {
            if (await _locks.IsHeldAsync(connection, transaction, dataSetId, cancellationToken))
            {
                return null;
            }

            var now = clock.GetUtcNow();
            var id = Guid.CreateVersion7(now).ToString();
            await connection.Command(
                "UPDATE runs SET status = 'failed', ended_at = $now WHERE dataset_id = $dataset AND status = 'running'",
                [("dataset", dataSetId), ("now", now.ToMicroseconds())],
                transaction).ExecuteNonQueryAsync(cancellationToken);
            await _locks.TakeAsync(connection, transaction, dataSetId, id, cancellationToken);
            await connection.Command(
                "INSERT INTO runs (id, dataset_id, status, trigger, started_at) VALUES ($run, $dataset, 'running', $trigger, $now)",
                [("run", id), ("dataset", dataSetId), ("trigger", trigger), ("now", now.ToMicroseconds())],
                transaction).ExecuteNonQueryAsync(cancellationToken);
            return id;
        },
        cancellationToken);

    private Task<bool> WriteEndAsync(RunResult result, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            await connection.Command(
                "UPDATE runs SET status = $status, ended_at = $now, result = $result WHERE id = $run",
                [("status", StatusName(result.Status)), ("now", clock.GetUtcNow().ToMicroseconds()), ("result", StoreJson.Write(result)), ("run", result.RunId)],
                transaction).ExecuteNonQueryAsync(cancellationToken);
            await connection.Command("DELETE FROM run_locks WHERE owner = $run", [("run", result.RunId)], transaction).ExecuteNonQueryAsync(cancellationToken);
            return true;
        },
        cancellationToken);

    private static string? Iso(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
