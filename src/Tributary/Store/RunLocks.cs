using System.Collections.Concurrent;
using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>
/// Keeps two runs of one DataSet apart, over the processes and machines that use a store. A lock ends with its holder: at once when its
/// process is seen to be gone from this machine, else when it was not renewed for <see cref="StoreEngine.LockLifetime"/>, a third of which lies between two renewals so that one failed write does no harm. A container that is made anew has
/// another host name, and its first process has the number of the one before: neither may keep a DataSet from ever running again.
/// </summary>
internal sealed class RunLocks(StoreDatabase store, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, ITimer> _renewals = new(StringComparer.Ordinal);

    /// <summary>Whether another run has the DataSet.</summary>
    public async Task<bool> IsHeldAsync(DbConnection connection, DbTransaction transaction, string dataSetId, CancellationToken cancellationToken)
    {
        await using var read = connection.Command($"SELECT host, process_id, process_started FROM run_locks WHERE dataset_id = @id AND expires_at > {store.Engine.Now}", [("id", dataSetId), ("now", Now())], transaction);
        await using var held = await read.ExecuteReaderAsync(cancellationToken);
        return await held.ReadAsync(cancellationToken)
            && ProcessIdentity.MayLive(held.GetString(0), held.GetInt32(1), held.GetInt64(2));
    }

    /// <summary>Whether any DataSet is had by a run.</summary>
    public async Task<bool> AnyHeldAsync(CancellationToken cancellationToken) => (await store.ReadAsync(
        $"SELECT host, process_id, process_started FROM run_locks WHERE expires_at > {store.Engine.Now}",
        [("now", Now())],
        r => ProcessIdentity.MayLive(r.GetString(0), r.GetInt32(1), r.GetInt64(2)),
        cancellationToken)).Contains(true);

    /// <summary>Runs that are said to be at work and whose process is gone, with their DataSets.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GoneAsync(CancellationToken cancellationToken)
    {
        var running = await store.ReadAsync("SELECT id, dataset_id FROM runs WHERE status = 'running'", [], r => (Id: r.GetString(0), DataSet: r.GetString(1)), cancellationToken);
        if (running.Count == 0)
        {
            return new Dictionary<string, string>();
        }

        var held = await store.ReadAsync(
            $"SELECT dataset_id, host, process_id, process_started FROM run_locks WHERE expires_at > {store.Engine.Now}",
            [("now", Now())],
            r => (DataSet: r.GetString(0), Lives: ProcessIdentity.MayLive(r.GetString(1), r.GetInt32(2), r.GetInt64(3))),
            cancellationToken);
        return running.ExceptBy(held.Where(h => h.Lives).Select(h => h.DataSet), r => r.DataSet).ToDictionary(r => r.Id, r => r.DataSet);
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
        _renewals.AddOrUpdate(runId, timer, (_, before) =>
        {
            before.Dispose();
            return timer;
        });
    }

    /// <summary>Leaves a run's lock as it is.</summary>
    public async ValueTask StopRenewingAsync(string runId)
    {
        if (_renewals.TryRemove(runId, out var timer))
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

    private long Now() => clock.GetUtcNow().ToMicroseconds();

    private long Lifetime() => (long)store.Engine.LockLifetime.TotalMicroseconds;
}
