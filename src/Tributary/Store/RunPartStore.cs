using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>A part of a run that is this process's to read: it has the part's lock.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Owner">By whom its lock is owned: another each time it is taken, so that who lost it never looks like who has it.</param>
/// <param name="RunId">The run.</param>
/// <param name="DataSetId">The DataSet.</param>
/// <param name="Number">1 for the first.</param>
/// <param name="IsAgain">Whether it was begun before.</param>
/// <param name="Windows">What is to be read, as a document.</param>
internal sealed record RunPart(string Id, string Owner, string RunId, string DataSetId, int Number, bool IsAgain, string Windows);

/// <summary>Parts of long runs, which any node takes. A part has a lock as a DataSet has; it ends with its run.</summary>
internal sealed class RunPartStore(StoreDatabase store, RunLocks locks, TimeProvider clock)
{
    // What ends its process each time would do so for ever.
    private const int MostDeaths = 5;

    private readonly RunRows _rows = new(clock);

    /// <summary>Whether several nodes may take parts.</summary>
    public bool IsShared => store.Engine.IsShared;

    /// <summary>Offers parts of a run, in the order they are to be taken.</summary>
    public Task AddAsync(string runId, int firstNumber, IReadOnlyList<string> windows, string line, CancellationToken cancellationToken) => store.TogetherAsync(
        async (connection, transaction) =>
        {
            foreach (var (part, index) in windows.Select((w, i) => (w, i)))
            {
                await connection.Command(
                    "INSERT INTO run_parts (id, run_id, number, windows, status, takes, deaths, ready_at, ends_run) VALUES (@id, @run, @number, @windows, 'waiting', 0, 0, 0, 0)",
                    [("id", Guid.CreateVersion7(clock.GetUtcNow()).ToString()), ("run", runId), ("number", firstNumber + index), ("windows", part)],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
            }

            return await _rows.LogAsync(connection, transaction, runId, "info", line, cancellationToken);
        },
        cancellationToken);

    /// <summary>The runs that have a part to take, oldest first.</summary>
    public Task<List<string>> OfferedAsync(CancellationToken cancellationToken) =>
        store.ReadAsync($"SELECT DISTINCT p.run_id {Ready} ORDER BY p.run_id", Values(null), r => r.GetString(0), cancellationToken);

    /// <summary>Takes the next part of a run that waits, with its lock.</summary>
    /// <returns>The part; null when none waits.</returns>
    public async Task<RunPart?> TakeAsync(string runId, CancellationToken cancellationToken)
    {
        if ((await store.ReadAsync($"SELECT 1 {Ready} LIMIT 1", Values(runId), _ => true, cancellationToken)).Count == 0)
        {
            return null;
        }

        var taken = await store.ChangeAsync<RunPart?>(
            async (connection, transaction) =>
            {
                RunPart part;
                await using (var read = connection.Command($"SELECT p.id, p.run_id, r.dataset_id, p.number, p.takes, p.windows {Ready} ORDER BY p.number LIMIT 1", Values(runId), transaction))
                await using (var rows = await read.ExecuteReaderAsync(cancellationToken))
                {
                    if (!await rows.ReadAsync(cancellationToken))
                    {
                        return null;
                    }

                    part = new RunPart(rows.GetString(0), Guid.NewGuid().ToString(), rows.GetString(1), rows.GetString(2), rows.GetInt32(3), rows.GetInt32(4) > 0, rows.GetString(5));
                }

                await connection.Command(
                    "UPDATE run_parts SET status = 'running', takes = takes + 1, node = @node WHERE id = @id",
                    [("node", $"{store.Engine.Host.Split('/')[0]}, process {Environment.ProcessId}"), ("id", part.Id)],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
                await locks.TakeAsync(connection, transaction, part.Id, part.Owner, cancellationToken);
                return part;
            },
            cancellationToken);
        if (taken is not null)
        {
            locks.KeepRenewing(taken.Owner);
        }

        return taken;
    }

    /// <summary>Whether a part is still whose it was when it was taken.</summary>
    public async Task<bool> IsMineAsync(RunPart part, CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT 1 FROM run_locks WHERE dataset_id = @part AND owner = @owner", [("part", part.Id), ("owner", part.Owner)], _ => true, cancellationToken)).Count > 0;

    /// <summary>Leaves the lock of a part to end by itself, where nothing more can be written of it.</summary>
    public static ValueTask LetGoAsync(RunPart part) => RunLocks.StopRenewingAsync(part.Owner);

    /// <summary>Writes how a part ended; nothing where it, or its run, was taken from this process.</summary>
    public async Task EndAsync(RunPart part, PartResult result, string line, CancellationToken cancellationToken)
    {
        await RunLocks.StopRenewingAsync(part.Owner);
        await store.ChangeAsync(
            async (connection, transaction) =>
            {
                if (await GiveBackAsync(connection, transaction, part, cancellationToken) == 0)
                {
                    return 0;
                }

                await connection.Command(
                    "UPDATE run_parts SET status = 'done', result = @result, ends_run = @ends, windows = '' WHERE id = @id",
                    [("result", StoreJson.Write(result)), ("ends", result.EndsRun ? 1 : 0), ("id", part.Id)],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
                return await _rows.LogAsync(connection, transaction, part.RunId, result.Run.Error is null ? "info" : "error", line, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Has a part wait again.</summary>
    /// <param name="part">The part.</param>
    /// <param name="wait">How long nobody is to take it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task PutBackAsync(RunPart part, TimeSpan wait, CancellationToken cancellationToken)
    {
        await RunLocks.StopRenewingAsync(part.Owner);
        await store.ChangeAsync(
            async (connection, transaction) => await GiveBackAsync(connection, transaction, part, cancellationToken) == 0
                ? 0
                : await connection.Command(
                    $"UPDATE run_parts SET status = 'waiting', node = NULL, ready_at = {store.Engine.Now} + @wait WHERE id = @id",
                    [("id", part.Id), ("now", Now()), ("wait", (long)wait.TotalMicroseconds)],
                    transaction).ExecuteNonQueryAsync(cancellationToken),
            cancellationToken);
    }

    /// <summary>Has parts wait again whose process is gone. One that ended too many processes ends as failed.</summary>
    public Task<int> RecoverAsync(string runId, string dataSet, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            var running = new List<(string Id, int Number, int Deaths)>();
            await using (var read = connection.Command("SELECT id, number, deaths + 1 FROM run_parts WHERE run_id = @run AND status = 'running'", [("run", runId)], transaction))
            await using (var rows = await read.ExecuteReaderAsync(cancellationToken))
            {
                while (await rows.ReadAsync(cancellationToken))
                {
                    running.Add((rows.GetString(0), rows.GetInt32(1), rows.GetInt32(2)));
                }
            }

            var recovered = 0;
            foreach (var (id, number, deaths) in running)
            {
                if (await locks.IsHeldAsync(connection, transaction, id, cancellationToken))
                {
                    continue;
                }

                await connection.Command("DELETE FROM run_locks WHERE dataset_id = @part", [("part", id)], transaction).ExecuteNonQueryAsync(cancellationToken);
                var result = deaths < MostDeaths ? null : new PartResult(
                    new RunResult
                    {
                        DataSet = dataSet,
                        RunId = runId,
                        Status = RunStatus.Failed,
                        Error = new RunError("run.interrupted", $"Part {number} ended its process {deaths} times. What was committed of it is whole and stays.", Fault.Workspace),
                    },
                    ColumnsMet.None,
                    EndsRun: false);
                await connection.Command(
                    "UPDATE run_parts SET status = @status, deaths = @deaths, node = NULL, result = @result WHERE id = @id",
                    [("status", result is null ? "waiting" : "done"), ("deaths", deaths), ("result", result is null ? null : StoreJson.Write(result)), ("id", id)],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
                recovered++;
                await _rows.LogAsync(connection, transaction, runId, "warning", $"Part {number}: its process is gone.{(result is null ? " It waits again." : "")}", cancellationToken);
            }

            return recovered;
        },
        cancellationToken);

    /// <summary>Takes parts that wait off the list: nothing would come of them.</summary>
    public Task<int> DropWaitingAsync(string runId, CancellationToken cancellationToken) =>
        store.ExecuteAsync("DELETE FROM run_parts WHERE run_id = @run AND status = 'waiting'", [("run", runId)], cancellationToken);

    /// <summary>Ends the parts of a run that is to stop: who reads one commits nothing more of it.</summary>
    public Task CloseAsync(string runId, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            await RemoveLocksAsync(connection, transaction, runId, cancellationToken);
            return await connection.Command("DELETE FROM run_parts WHERE run_id = @run AND status <> 'done'", [("run", runId)], transaction).ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    /// <summary>How many parts of a run are not done, and whether one that is has ended the run.</summary>
    public async Task<(int Left, bool IsEnded)> LeftAsync(string runId, CancellationToken cancellationToken) => (await store.ReadAsync(
        "SELECT coalesce(sum(CASE WHEN status <> 'done' THEN 1 ELSE 0 END), 0), coalesce(max(ends_run), 0) FROM run_parts WHERE run_id = @run",
        [("run", runId)],
        r => (r.GetInt32(0), r.GetInt64(1) > 0),
        cancellationToken))[0];

    /// <summary>What became of the parts that are done.</summary>
    public Task<List<PartResult>> ResultsAsync(string runId, CancellationToken cancellationToken) =>
        store.ReadAsync("SELECT result FROM run_parts WHERE run_id = @run AND status = 'done' ORDER BY number", [("run", runId)], r => StoreJson.Read<PartResult>(r.GetString(0)), cancellationToken);

    /// <summary>What the windows of a run have brought so far, whichever node read them.</summary>
    public async Task<(long Rows, int Partitions, int Requests, long Bytes)> SumAsync(string runId, CancellationToken cancellationToken) => (await store.ReadAsync(
        "SELECT coalesce(sum(rows), 0), coalesce(sum(partitions), 0), coalesce(sum(requests), 0), coalesce(sum(bytes), 0) FROM run_windows WHERE run_id = @run",
        [("run", runId)],
        r => (r.GetInt64(0), r.GetInt32(1), r.GetInt32(2), r.GetInt64(3)),
        cancellationToken))[0];

    /// <summary>Ends the parts of a run with it: who reads one finds its lock gone.</summary>
    public static async Task RemoveAsync(DbConnection connection, DbTransaction transaction, string runId, CancellationToken cancellationToken)
    {
        await RemoveLocksAsync(connection, transaction, runId, cancellationToken);
        await connection.Command("DELETE FROM run_parts WHERE run_id = @run", [("run", runId)], transaction).ExecuteNonQueryAsync(cancellationToken);
    }

    private string Ready => $"FROM run_parts p JOIN runs r ON r.id = p.run_id WHERE p.status = 'waiting' AND p.ready_at <= {store.Engine.Now} AND r.status = 'running' AND r.stop_requested = 0 AND p.run_id = coalesce(@run, p.run_id)";

    private (string, object?)[] Values(string? runId) => [("run", runId), ("now", Now())];

    private long Now() => clock.GetUtcNow().ToMicroseconds();

    private static Task<int> RemoveLocksAsync(DbConnection connection, DbTransaction transaction, string runId, CancellationToken cancellationToken) =>
        connection.Command("DELETE FROM run_locks WHERE dataset_id IN (SELECT id FROM run_parts WHERE run_id = @run)", [("run", runId)], transaction).ExecuteNonQueryAsync(cancellationToken);

    private static Task<int> GiveBackAsync(DbConnection connection, DbTransaction transaction, RunPart part, CancellationToken cancellationToken) =>
        connection.Command("DELETE FROM run_locks WHERE dataset_id = @part AND owner = @owner", [("part", part.Id), ("owner", part.Owner)], transaction).ExecuteNonQueryAsync(cancellationToken);
}
