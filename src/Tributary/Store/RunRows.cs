using System.Globalization;
using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>The rows of runs, as parts of other changes.</summary>
internal sealed class RunRows(TimeProvider clock)
{
    /// <summary>Why a run ended whose process is gone.</summary>
    public static RunError Interrupted { get; } = new(
        "run.interrupted",
        "The process that made this run is gone: it was killed, or the machine went down. What it had committed is whole and stays; the same run once more reads the rest.",
        Fault.Workspace);

    // A run that ends its process each time would be begun again for ever.
    private const int MostInterruptions = 10;

    /// <summary>The columns that <see cref="ReadRun"/> reads.</summary>
    public const string RunColumns = "id, dataset_id, trigger, options, due_at, not_before, attempt, requested_by, coalesce(first_try, id)";

    /// <summary>Writes a run.</summary>
    public async Task<ClaimedRun> AddAsync(DbConnection connection, DbTransaction transaction, NewRun run, string status, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString();
        var added = run with { FirstTry = run.FirstTry ?? id };
        await connection.Command(
            """
            INSERT INTO runs (id, dataset_id, status, trigger, started_at, first_try, options, due_at, not_before, attempt, requested_by)
            VALUES (@id, @dataset, @status, @trigger, @now, @first, @options, @due, @before, @attempt, @by)
            """,
            [
                ("id", id), ("dataset", run.DataSetId), ("status", status), ("trigger", run.Trigger), ("now", now.ToMicroseconds()), ("first", added.FirstTry), ("options", run.Options),
                ("due", run.DueAt?.ToMicroseconds()), ("before", run.NotBefore?.ToMicroseconds()), ("attempt", run.Attempt), ("by", run.RequestedBy),
            ],
            transaction).ExecuteNonQueryAsync(cancellationToken);
        return new ClaimedRun(id, added);
    }

    /// <summary>Adds a line to the log of a run, unless the run is gone with its DataSet.</summary>
    public Task<int> LogAsync(DbConnection connection, DbTransaction transaction, string runId, string level, string message, CancellationToken cancellationToken) => connection.Command(
        "INSERT INTO run_log (run_id, at, level, message) SELECT @run, @now, @level, @message WHERE EXISTS (SELECT 1 FROM runs WHERE id = @run)",
        [("run", runId), ("now", clock.GetUtcNow().ToMicroseconds()), ("level", level), ("message", message)],
        transaction).ExecuteNonQueryAsync(cancellationToken);

    /// <summary>Ends the running runs of a DataSet whose process is gone, and queues those again that a schedule wanted. Call it only when the DataSet's lock is held by no one.</summary>
    /// <returns>The runs ended.</returns>
    public async Task<IReadOnlyList<InterruptedRun>> InterruptAsync(DbConnection connection, DbTransaction transaction, string dataSetId, CancellationToken cancellationToken)
    {
        var runs = new List<(ClaimedRun Run, bool StopRequested, RunResult Result)>();
        await using (var read = connection.Command(
            $"""
            SELECT {RunColumns}, stop_requested, (SELECT name FROM datasets WHERE id = dataset_id),
                (SELECT coalesce(sum(rows), 0) FROM run_windows WHERE run_id = id), (SELECT coalesce(sum(partitions), 0) FROM run_windows WHERE run_id = id),
                (SELECT coalesce(sum(requests), 0) FROM run_windows WHERE run_id = id), (SELECT coalesce(sum(bytes), 0) FROM run_windows WHERE run_id = id),
                coalesce((SELECT max(at) FROM run_log WHERE run_id = id), started_at) - started_at
            FROM runs WHERE dataset_id = @dataset AND status = 'running'
            """,
            [("dataset", dataSetId)],
            transaction))
        await using (var rows = await read.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken))
            {
                runs.Add((ReadRun(rows), rows.Flag(9), new RunResult
                {
                    DataSet = rows.GetString(10),
                    RunId = rows.GetString(0),
                    Status = RunStatus.Failed,
                    Rows = rows.GetInt64(11),
                    Partitions = rows.GetInt32(12),
                    Requests = rows.GetInt32(13),
                    BytesRead = rows.GetInt64(14),
                    Elapsed = TimeSpan.FromMicroseconds(rows.GetInt64(15)),
                    Error = Interrupted,
                }));
            }
        }

        if (runs.Count == 0)
        {
            return [];
        }

        var interrupted = new List<InterruptedRun>();
        foreach (var (run, stopRequested, result) in runs)
        {
            await connection.Command(
                "UPDATE runs SET status = 'failed', ended_at = @now, result = @result, progress = NULL WHERE id = @run",
                [("now", clock.GetUtcNow().ToMicroseconds()), ("result", StoreJson.Write(result)), ("run", run.Id)],
                transaction).ExecuteNonQueryAsync(cancellationToken);
            await connection.Command("DELETE FROM run_locks WHERE owner = @run", [("run", run.Id)], transaction).ExecuteNonQueryAsync(cancellationToken);
            await RunPartStore.RemoveAsync(connection, transaction, run.Id, cancellationToken);
            var again = run.Run.Trigger == RunTriggers.Scheduled && !stopRequested
                && Convert.ToInt32(await connection.Command("SELECT count(*) FROM runs WHERE first_try = @first AND attempt = @attempt", [("first", run.Run.FirstTry), ("attempt", run.Run.Attempt)], transaction).ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) < MostInterruptions;
            if (again)
            {
                await AddAsync(connection, transaction, run.Run with { NotBefore = null }, "queued", cancellationToken);
            }

            await LogAsync(connection, transaction, run.Id, "error", $"{result.Error!.Message}{(again ? " It is queued again." : "")}", cancellationToken);
            interrupted.Add(new InterruptedRun(run, result, again));
        }

        return interrupted;
    }

    /// <summary>The run of a row of <see cref="RunColumns"/>.</summary>
    public static ClaimedRun ReadRun(DbDataReader r) => new(r.GetString(0), new NewRun(r.GetString(1), r.GetString(2))
    {
        Options = r.Text(3),
        DueAt = r.Instant(4),
        NotBefore = r.Instant(5),
        Attempt = r.GetInt32(6),
        RequestedBy = r.Text(7),
        FirstTry = r.GetString(8),
    });
}
