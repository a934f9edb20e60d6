using System.Collections.Concurrent;
using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>
/// Keeps two runs of one DataSet apart, over the processes and machines that use a store. A lock ends with its holder: at once when its
/// process is seen to be gone from this machine, and with the records in a file only then; else when it was not renewed for <see cref="StoreEngine.LockLifetime"/>, a third of which lies between two renewals so that one failed write does no harm. A container that is made anew has
/// another host name, and its first process has the number of the one before: neither may keep a DataSet from ever running again.
/// </summary>
internal sealed class RunLocks(StoreDatabase store, TimeProvider clock)
{
    // Of all stores that this process has open: whether a run is at work here does not depend on who asks.
    private static readonly ConcurrentDictionary<string, ITimer> Renewals = new(StringComparer.Ordinal);

    /// <summary>Whether another run has the DataSet.</summary>
    public async Task<bool> IsHeldAsync(DbConnection connection, DbTransaction transaction, string dataSetId, CancellationToken cancellationToken)
    {
        await using var read = connection.Command($"SELECT {Columns} FROM run_locks WHERE dataset_id = @id", [("id", dataSetId), ("now", Now())], transaction);
        await using var held = await read.ExecuteReaderAsync(cancellationToken);
        return await held.ReadAsync(cancellationToken) && Holds(held);
    }

    /// <summary>Whether any DataSet is had by a run.</summary>
    public async Task<bool> AnyHeldAsync(CancellationToken cancellationToken) =>
        (await store.ReadAsync($"SELECT {Columns} FROM run_locks", [("now", Now())], Holds, cancellationToken)).Contains(true);

    /// <summary>Runs that are said to be at work and whose process is gone, with their DataSets.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GoneAsync(CancellationToken cancellationToken)
    {
        var running = await store.ReadAsync("SELECT id, dataset_id FROM runs WHERE status = 'running'", [], r => (Id: r.GetString(0), DataSet: r.GetString(1)), cancellationToken);
        if (running.Count == 0)
        {
            return new Dictionary<string, string>();
        }

        var held = await store.ReadAsync($"SELECT {Columns} FROM run_locks", [("now", Now())], r => (DataSet: r.GetString(0), Holds: Holds(r)), cancellationToken);
        return running.ExceptBy(held.Where(h => h.Holds).Select(h => h.DataSet), r => r.DataSet).ToDictionary(r => r.Id, r => r.DataSet);
    }

    /// <summary>Takes the lock for a run, from whoever had it.</summary>
    public Task<int> TakeAsync(DbConnection connection, DbTransaction transaction, string dataSetId, string runId, CancellationToken cancellationToken) => connection.Command(
        $"INSERT INTO run_locks (dataset_id, owner, host, process_id, process_started, taken_at, expires_at) VALUES (@dataset, @run, @host, @process, @started, {store.Engine.Now}, {store.Engine.Now} + @lifetime) ON CONFLICT (dataset_id) DO UPDATE SET owner = excluded.owner, host = excluded.host, process_id = excluded.process_id, process_started = excluded.process_started, taken_at = excluded.taken_at, expires_at = excluded.expires_at",
        [
            ("dataset", dataSetId), ("run", runId), ("host", store.Engine.Host), ("process", Environment.ProcessId), ("started", ProcessIdentity.OwnStart),
            ("now", Now()), ("lifetime", Lifetime()),
        ],
        transaction).ExecuteNonQueryAsync(cancellationToken);

    /// <summary>Renews a run's lock before it changes what another would change too if it had taken the DataSet over.</summary>
    /// <exception cref="TributaryException"><c>run.lost</c>: the run has its DataSet no more.</exception>
    public async Task ConfirmAsync(string runId, CancellationToken cancellationToken)
    {
        if (await ExtendAsync(runId, cancellationToken) == 0)
        {
            throw Lost();
        }
    }

    /// <summary>The failure of a run that has its DataSet no more.</summary>
    public TributaryException Lost() => new(
        "run.lost",
        Fault.Workspace,
        $"This run was taken over: its process stood still, or was cut off from the workspace's records, for longer than {store.Engine.LockLifetime.TotalSeconds:0} seconds. What it had committed is whole and stays; nothing was changed after.");

    /// <summary>Renews a run's lock until <see cref="StopRenewingAsync"/>.</summary>
    public void KeepRenewing(string runId)
    {
        var timer = clock.CreateTimer(_ => _ = RenewAsync(runId), null, store.Engine.LockLifetime / 3, store.Engine.LockLifetime / 3);
        Renewals.AddOrUpdate(runId, timer, (_, before) =>
        {
            before.Dispose();
            return timer;
        });
    }

    /// <summary>Leaves a run's lock as it is.</summary>
    public static async ValueTask StopRenewingAsync(string runId)
    {
        if (Renewals.TryRemove(runId, out var timer))
        {
            await timer.DisposeAsync();
        }
    }

    private async Task RenewAsync(string runId)
    {
        try
        {
            await ExtendAsync(runId, CancellationToken.None);
        }
        catch (TributaryException)
        {
            // The next renewal comes before the lock ends.
        }
    }

    // A renewal can be overtaken by the next one on its way to the store: written last, it must not take time away again.
    private Task<int> ExtendAsync(string runId, CancellationToken cancellationToken) => store.ExecuteAsync(
        $"UPDATE run_locks SET expires_at = CASE WHEN expires_at > {store.Engine.Now} + @lifetime THEN expires_at ELSE {store.Engine.Now} + @lifetime END WHERE owner = @run", [("run", runId), ("now", Now()), ("lifetime", Lifetime())], cancellationToken);

    /// <summary>What <see cref="Holds"/> reads.</summary>
    private string Columns => $"dataset_id, owner, host, process_id, process_started, CASE WHEN expires_at > {store.Engine.Now} THEN 1 ELSE 0 END";

    /// <summary>
    /// Whether the lock of a row holds. With the records in a file the process decides, where it can be seen: while a machine sleeps nobody
    /// renews, and a clock that is put on ends every lock. This process's own runs are those it renews.
    /// </summary>
    private bool Holds(DbDataReader r)
    {
        var isFresh = r.Flag(5);
        var lives = ProcessIdentity.Lives(r.GetString(2), r.GetInt32(3), r.GetInt64(4));
        return store.Engine.IsShared || lives is null
            ? isFresh && lives != false
            : lives.Value && (isFresh || r.GetInt32(3) != Environment.ProcessId || Renewals.ContainsKey(r.GetString(1)));
    }

    private long Now() => clock.GetUtcNow().ToMicroseconds();

    private long Lifetime() => (long)store.Engine.LockLifetime.TotalMicroseconds;
}
