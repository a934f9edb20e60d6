namespace Tributary.Store;

/// <summary>The workers of a workspace, each seen again and again while it lives.</summary>
internal sealed class WorkerStore(StoreDatabase store, TimeProvider clock)
{
    /// <summary>How often a worker says that it lives.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    // Three beats, so that one failed write does no harm.
    private static readonly TimeSpan Fresh = Beat * 3;

    /// <summary>Says that a worker of this process lives.</summary>
    public Task SeenAsync(string id, CancellationToken cancellationToken) => store.ExecuteAsync(
        "INSERT INTO workers (id, host, process_id, process_started, seen_at) VALUES (@id, @host, @process, @started, @now) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
        [("id", id), ("host", Environment.MachineName), ("process", Environment.ProcessId), ("started", ProcessIdentity.OwnStart), ("now", clock.GetUtcNow().ToMicroseconds())],
        cancellationToken);

    /// <summary>Takes a worker off the list, and those that went without a word a day ago.</summary>
    public Task RemoveAsync(string id, CancellationToken cancellationToken) => store.ExecuteAsync(
        "DELETE FROM workers WHERE id = @id OR seen_at < @old",
        [("id", id), ("old", (clock.GetUtcNow() - TimeSpan.FromDays(1)).ToMicroseconds())],
        cancellationToken);

    /// <summary>Whether a worker lives.</summary>
    public async Task<bool> AnyLivesAsync(CancellationToken cancellationToken) =>
        (await store.ReadAsync(
            "SELECT host, process_id, process_started FROM workers WHERE seen_at > @fresh",
            [("fresh", (clock.GetUtcNow() - Fresh).ToMicroseconds())],
            r => (r.GetString(0), r.GetInt32(1), r.GetInt64(2)),
            cancellationToken)).Any(w => ProcessIdentity.MayLive(w.Item1, w.Item2, w.Item3));
}
