using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>A part of a run that is this process's to read: it has the part's lock.</summary>
/// <param name="Id">Its id, by which its lock is owned.</param>
/// <param name="RunId">The run.</param>
/// <param name="DataSetId">The DataSet.</param>
/// <param name="Number">1 for the first.</param>
/// <param name="Attempt">1 for the first node that takes it.</param>
/// <param name="Windows">What is to be read, as a document.</param>
internal sealed record RunPart(string Id, string RunId, string DataSetId, int Number, int Attempt, string Windows);

/// <summary>Where the parts of a run stand.</summary>
/// <param name="Left">Parts that are not done.</param>
/// <param name="Results">Of those that are.</param>
internal sealed record RunPartStates(int Left, IReadOnlyList<RunResult> Results);

/// <summary>Parts of long runs, which any node takes. A part has a lock as a DataSet has; it ends with its run.</summary>
internal sealed class RunPartStore(StoreDatabase store, RunLocks locks, TimeProvider clock)
{
    // What ends its process each time would do so for ever.
    private const int MostAttempts = 5;

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
                    "INSERT INTO run_parts (id, run_id, number, windows, status, attempts) VALUES (@id, @run, @number, @windows, 'waiting', 0)",
                    [("id", Guid.CreateVersion7(clock.GetUtcNow()).ToString()), ("run", runId), ("number", firstNumber + index), ("windows", part)],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
            }

            return await _rows.LogAsync(connection, transaction, runId, "info", line, cancellationToken);
        },
        cancellationToken);

    /// <summary>Takes the next part that waits, with its lock.</summary>
    /// <param name="runId">The run; null for any that goes on.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The part; null when none waits.</returns>
    public async Task<RunPart?> TakeAsync(string? runId, CancellationToken cancellationToken)
    {
        const string Ready = "FROM run_parts p JOIN runs r ON r.id = p.run_id WHERE p.status = 'waiting' AND r.status = 'running' AND r.stop_requested = 0 AND p.run_id = coalesce(@run, p.run_id)";
        (string, object?)[] values = [("run", runId)];
        if ((await store.ReadAsync($"SELECT 1 {Ready} LIMIT 1", values, _ => true, cancellationToken)).Count == 0)
        {
            return null;
        }

        var taken = await store.ChangeAsync<RunPart?>(
            async (connection, transaction) =>
            {
                RunPart part;
                await using (var read = connection.Command($"SELECT p.id, p.run_id, r.dataset_id, p.number, p.attempts + 1, p.windows {Ready} ORDER BY p.run_id, p.number LIMIT 1", values, transaction))
                await using (var rows = await read.ExecuteReaderAsync(cancellationToken))
                {
                    if (!await rows.ReadAsync(cancellationToken))
                    {
                        return null;
                    }

                    part = new RunPart(rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetInt32(3), rows.GetInt32(4), rows.GetString(5));
                }

                await connection.Command(
                    "UPDATE run_parts SET status = 'running', attempts = @attempt, node = @node WHERE id = @id",
                    [("attempt", part.Attempt), ("node", $"{store.Engine.Host.Split('/')[0]}, process {Environment.ProcessId}"), ("id", part.Id)],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
                await locks.TakeAsync(connection, transaction, part.Id, part.Id, cancellationToken);
                return part;
            },
            cancellationToken);
        if (taken is not null)
        {
            locks.KeepRenewing(taken.Id);
        }

        return taken;
    }

    /// <summary>Whether a part is still this process's.</summary>
    public async Task<bool> IsMineAsync(string partId, CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT 1 FROM run_locks WHERE owner = @part", [("part", partId)], _ => true, cancellationToken)).Count > 0;

    /// <summary>Writes how a part ended; nothing where it, or its run, was taken from this process.</summary>
    public async Task EndAsync(RunPart part, RunResult result, string line, CancellationToken cancellationToken)
    {
        await locks.StopRenewingAsync(part.Id);
        await store.ChangeAsync(
            async (connection, transaction) =>
            {
                if (await GiveBackAsync(connection, transaction, part.Id, cancellationToken) == 0)
                {
                    return 0;
                }

                await connection.Command("UPDATE run_parts SET status = 'done', result = @result, windows = '' WHERE id = @id", [("result", StoreJson.Write(result)), ("id", part.Id)], transaction).ExecuteNonQueryAsync(cancellationToken);
                return await _rows.LogAsync(connection, transaction, part.RunId, result.Error is null ? "info" : "error", line, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Has a part wait again.</summary>
    public async Task PutBackAsync(RunPart part, CancellationToken cancellationToken)
    {
        await locks.StopRenewingAsync(part.Id);
        await store.ChangeAsync(
            async (connection, transaction) => await GiveBackAsync(connection, transaction, part.Id, cancellationToken) == 0
                ? 0
                : await connection.Command("UPDATE run_parts SET status = 'waiting', node = NULL WHERE id = @id", [("id", part.Id)], transaction).ExecuteNonQueryAsync(cancellationToken),
            cancellationToken);
    }

    /// <summary>Has parts wait again whose process is gone. One that was tried too often ends as failed.</summary>
    public Task<int> RecoverAsync(string runId, string dataSet, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            var running = new List<(string Id, int Number, int Attempts)>();
            await using (var read = connection.Command("SELECT id, number, attempts FROM run_parts WHERE run_id = @run AND status <> 'done'", [("run", runId)], transaction))
            await using (var rows = await read.ExecuteReaderAsync(cancellationToken))
            {
                while (await rows.ReadAsync(cancellationToken))
                {
                    running.Add((rows.GetString(0), rows.GetInt32(1), rows.GetInt32(2)));
                }
            }

            var recovered = 0;
            foreach (var (id, number, attempts) in running.Where(r => r.Attempts > 0))
            {
                if (await locks.IsHeldAsync(connection, transaction, id, cancellationToken))
                {
                    continue;
                }

                await GiveBackAsync(connection, transaction, id, cancellationToken);
                var result = attempts < MostAttempts ? null : new RunResult
                {
                    DataSet = dataSet,
                    RunId = runId,
                    Status = RunStatus.Failed,
                    Error = new RunError("run.interrupted", $"Part {number} ended its process {attempts} times. What was committed of it is whole and stays.", Fault.Workspace),
                };
                if (await connection.Command(
                    "UPDATE run_parts SET status = @status, node = NULL, result = @result WHERE id = @id AND (status = 'running' OR @status = 'done')",
                    [("status", result is null ? "waiting" : "done"), ("result", result is null ? null : StoreJson.Write(result)), ("id", id)],
                    transaction).ExecuteNonQueryAsync(cancellationToken) > 0)
                {
                    recovered++;
                    await _rows.LogAsync(connection, transaction, runId, "warning", $"Part {number}: its process is gone.{(result is null ? " It waits again." : "")}", cancellationToken);
                }
            }

            return recovered;
        },
        cancellationToken);

    /// <summary>Takes parts that wait off the list: nothing would come of them.</summary>
    public Task<int> DropWaitingAsync(string runId, CancellationToken cancellationToken) =>
        store.ExecuteAsync("DELETE FROM run_parts WHERE run_id = @run AND status = 'waiting'", [("run", runId)], cancellationToken);

    /// <summary>Where the parts of a run stand.</summary>
    public async Task<RunPartStates> StatesAsync(string runId, CancellationToken cancellationToken)
    {
        var parts = await store.ReadAsync("SELECT result FROM run_parts WHERE run_id = @run ORDER BY number", [("run", runId)], r => r.Text(0) is { } result ? StoreJson.Read<RunResult>(result) : null, cancellationToken);
        return new RunPartStates(parts.Count(p => p is null), [.. parts.OfType<RunResult>()]);
    }

    /// <summary>What the windows of a run have brought so far, whichever node read them.</summary>
    public async Task<(long Rows, int Partitions, int Requests, long Bytes)> SumAsync(string runId, CancellationToken cancellationToken) => (await store.ReadAsync(
        "SELECT coalesce(sum(rows), 0), coalesce(sum(partitions), 0), coalesce(sum(requests), 0), coalesce(sum(bytes), 0) FROM run_windows WHERE run_id = @run",
        [("run", runId)],
        r => (r.GetInt64(0), r.GetInt32(1), r.GetInt32(2), r.GetInt64(3)),
        cancellationToken))[0];

    /// <summary>Ends the parts of a run with it: who reads one finds its lock gone.</summary>
    public static async Task RemoveAsync(DbConnection connection, DbTransaction transaction, string runId, CancellationToken cancellationToken)
    {
        await connection.Command("DELETE FROM run_locks WHERE owner IN (SELECT id FROM run_parts WHERE run_id = @run)", [("run", runId)], transaction).ExecuteNonQueryAsync(cancellationToken);
        await connection.Command("DELETE FROM run_parts WHERE run_id = @run", [("run", runId)], transaction).ExecuteNonQueryAsync(cancellationToken);
    }

    private static Task<int> GiveBackAsync(DbConnection connection, DbTransaction transaction, string partId, CancellationToken cancellationToken) =>
        connection.Command("DELETE FROM run_locks WHERE owner = @part", [("part", partId)], transaction).ExecuteNonQueryAsync(cancellationToken);
}
