using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>Runs that wait, are taken by a worker, and are watched and stopped by others.</summary>
internal sealed class RunQueue(StoreDatabase store, RunStore runs, TimeProvider clock)
{
    private readonly RunRows _rows = new(clock);

    /// <summary>Whether runs of DataSets on the embedded destination may be taken: see <see cref="EmbeddedHome"/>.</summary>
    public bool TakesEmbedded { get; set; } = true;

    /// <summary>Queues a run; its id.</summary>
    public Task<string> AddAsync(NewRun run, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) => (await _rows.AddAsync(connection, transaction, run, "queued", cancellationToken)).Id,
        cancellationToken);

    /// <summary>Queues a run that a person asks for, unless the same waits already: asked twice is wanted once. The id of the one that waits.</summary>
    public Task<string> AddOnceAsync(NewRun run, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) => await connection.Command(
            "SELECT id FROM runs WHERE dataset_id = @dataset AND status = 'queued' AND trigger = @trigger AND options IS NOT DISTINCT FROM @options",
            [("dataset", run.DataSetId), ("trigger", run.Trigger), ("options", run.Options)],
            transaction).ExecuteScalarAsync(cancellationToken) is string waiting
            ? waiting
            : (await _rows.AddAsync(connection, transaction, run, "queued", cancellationToken)).Id,
        cancellationToken);

    /// <summary>Whether a run waits whose time has come.</summary>
    /// <param name="only">The run meant; null for any.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<bool> AnyReadyAsync(string? only, CancellationToken cancellationToken) =>
        (await store.ReadAsync($"SELECT 1 FROM runs WHERE {Ready} LIMIT 1", [("now", clock.GetUtcNow().ToMicroseconds()), ("only", only)], _ => true, cancellationToken)).Count > 0;

    /// <summary>Takes the next run whose time has come and whose DataSet is free, with the DataSet's lock. People come before schedules.</summary>
    /// <param name="only">The run to take; null for any.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The run; null when there is none to take.</returns>
    public async Task<ClaimedRun?> ClaimAsync(string? only, CancellationToken cancellationToken)
    {
        if (!await AnyReadyAsync(only, cancellationToken))
        {
            return null;
        }

        var ready = Ready;
        (string, object?)[] values = [("now", clock.GetUtcNow().ToMicroseconds()), ("only", only)];

        var claimed = await store.ChangeAsync<ClaimedRun?>(
            async (connection, transaction) =>
            {
                foreach (var run in await ReadRunsAsync(connection, transaction, $"SELECT {RunRows.RunColumns} FROM runs WHERE {ready} ORDER BY trigger = '{RunTriggers.Manual}' DESC, id", values, cancellationToken))
                {
                    if (await runs.Locks.IsHeldAsync(connection, transaction, run.Run.DataSetId, cancellationToken))
                    {
                        continue;
                    }

                    var interrupted = await _rows.InterruptAsync(connection, transaction, run.Run.DataSetId, cancellationToken);
                    await runs.Locks.TakeAsync(connection, transaction, run.Run.DataSetId, run.Id, cancellationToken);
                    await connection.Command("UPDATE runs SET status = 'running', started_at = @now WHERE id = @id", [("now", clock.GetUtcNow().ToMicroseconds()), ("id", run.Id)], transaction).ExecuteNonQueryAsync(cancellationToken);
                    return run with { Interrupted = interrupted };
                }

                return null;
            },
            cancellationToken);
        if (claimed is not null)
        {
            runs.Locks.KeepRenewing(claimed.Id);
        }

        return claimed;
    }

    /// <summary>Ends runs whose process is gone, and queues those again that a schedule wanted.</summary>
    public async Task<IReadOnlyList<InterruptedRun>> RecoverAsync(CancellationToken cancellationToken)
    {
        if ((await store.ReadAsync("SELECT 1 FROM runs WHERE status = 'running' LIMIT 1", [], _ => true, cancellationToken)).Count == 0)
        {
            return [];
        }

        return await store.ChangeAsync<IReadOnlyList<InterruptedRun>>(
            async (connection, transaction) =>
            {
                var recovered = new List<InterruptedRun>();
                var running = await ReadRunsAsync(connection, transaction, $"SELECT {RunRows.RunColumns} FROM runs WHERE status = 'running'", [], cancellationToken);
                foreach (var dataSetId in running.Select(r => r.Run.DataSetId).Distinct(StringComparer.Ordinal))
                {
                    if (!await runs.Locks.IsHeldAsync(connection, transaction, dataSetId, cancellationToken))
                    {
                        recovered.AddRange(await _rows.InterruptAsync(connection, transaction, dataSetId, cancellationToken));
                    }
                }

                return recovered;
            },
            cancellationToken);
    }

    /// <summary>Asks the running run of a DataSet to stop, and ends its queued ones as cancelled.</summary>
    /// <param name="dataSetId">The DataSet.</param>
    /// <param name="only">The one run meant; null for all of the DataSet.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<(int Running, int Queued)> RequestStopAsync(string dataSetId, string? only, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            (string, object?)[] values = [("dataset", dataSetId), ("only", only)];
            const string Meant = "dataset_id = @dataset AND id = coalesce(@only, id)";
            var running = await connection.Command($"UPDATE runs SET stop_requested = 1 WHERE {Meant} AND status = 'running'", values, transaction).ExecuteNonQueryAsync(cancellationToken);
            var name = (string?)await connection.Command("SELECT name FROM datasets WHERE id = @dataset", [("dataset", dataSetId)], transaction).ExecuteScalarAsync(cancellationToken);
            var queued = await ReadRunsAsync(connection, transaction, $"SELECT {RunRows.RunColumns} FROM runs WHERE {Meant} AND status = 'queued'", values, cancellationToken);
            foreach (var run in queued)
            {
                await connection.Command(
                    "UPDATE runs SET status = 'cancelled', ended_at = @now, result = @result WHERE id = @id",
                    [("now", clock.GetUtcNow().ToMicroseconds()), ("result", StoreJson.Write(new RunResult { DataSet = name ?? "", RunId = run.Id, Status = RunStatus.Cancelled })), ("id", run.Id)],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
                await _rows.LogAsync(connection, transaction, run.Id, "info", "Stopped by a person before it began.", cancellationToken);
            }

            return (running, queued.Count);
        },
        cancellationToken);

    /// <summary>Writes where a run is; whether it is asked to stop, null when it was ended by another process. One that is gone with its DataSet goes on.</summary>
    public async Task<bool?> BeatAsync(string runId, RunProgress? progress, CancellationToken cancellationToken) =>
        await store.ChangeAsync<bool?>(
            "UPDATE runs SET progress = CASE WHEN status = 'running' THEN coalesce(@progress, progress) END WHERE id = @run RETURNING stop_requested, status",
            [("progress", progress is null ? null : StoreJson.Write(progress)), ("run", runId)],
            r => r.GetString(1) == "running" ? r.Flag(0) : null,
            cancellationToken) is [var asked] ? asked : false;

    /// <inheritdoc cref="StoreDatabase.PresentAsync"/>
    public Task<DateTimeOffset> PresentAsync(CancellationToken cancellationToken) => store.PresentAsync(clock, cancellationToken);

    /// <summary>How long those who live have to renew their locks after nobody could.</summary>
    public TimeSpan RecoveryGrace => store.Engine.IsShared ? store.Engine.LockLifetime : TimeSpan.Zero;

    /// <summary>How often runs are looked for whose process is gone.</summary>
    public TimeSpan RecoveryEvery => store.Engine.LockLifetime / 4;

    /// <summary>Where a run stands; null when it is gone with its DataSet.</summary>
    public async Task<RunState?> StateAsync(string runId, CancellationToken cancellationToken) =>
        (await store.ReadAsync(
            "SELECT status, progress, result FROM runs WHERE id = @run",
            [("run", runId)],
            r => new RunState(r.GetString(0), r.Text(1) is { } progress ? StoreJson.Read<RunProgress>(progress) : null, r.Text(2) is { } result ? StoreJson.Read<RunResult>(result) : null),
            cancellationToken)).FirstOrDefault();

    private string Ready =>
        $"status = 'queued' AND coalesce(not_before, 0) <= {store.Engine.Now} AND id = coalesce(@only, id){(TakesEmbedded ? "" : $" AND EXISTS (SELECT 1 FROM datasets d WHERE d.id = runs.dataset_id AND {store.Engine.Json("d.definition", "destination_id")} IS NOT NULL)")}";

    private static async Task<List<ClaimedRun>> ReadRunsAsync(DbConnection connection, DbTransaction transaction, string sql, (string Name, object? Value)[] values, CancellationToken cancellationToken)
    {
        var found = new List<ClaimedRun>();
        await using var read = connection.Command(sql, values, transaction);
        await using var rows = await read.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            found.Add(RunRows.ReadRun(rows));
        }

        return found;
    }
}
