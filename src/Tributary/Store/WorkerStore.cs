namespace Tributary.Store;

/// <summary>A worker that lives.</summary>
/// <param name="Host">The machine, as the engine tells them apart.</param>
/// <param name="ProcessId">The number of its process there.</param>
/// <param name="Started">When that process started: see <see cref="ProcessIdentity"/>.</param>
/// <param name="SeenAt">When it said last that it lives.</param>
internal sealed record WorkerRecord(string Host, int ProcessId, long Started, DateTimeOffset SeenAt);

/// <summary>The workers of a workspace, each seen again and again while it lives.</summary>
internal sealed class WorkerStore(StoreDatabase store, TimeProvider clock)
{
    /// <summary>How often a worker says that it lives.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    // Three beats, so that one failed write does no harm.
    private static readonly TimeSpan Fresh = Beat * 3;

    /// <summary>Says that a worker of this process lives.</summary>
    public Task SeenAsync(string id, CancellationToken cancellationToken) => store.ExecuteAsync(
        $"INSERT INTO workers (id, host, process_id, process_started, seen_at) VALUES (@id, @host, @process, @started, {store.Engine.Now}) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
        [("id", id), ("host", store.Engine.Host), ("process", Environment.ProcessId), ("started", ProcessIdentity.OwnStart), ("now", clock.GetUtcNow().ToMicroseconds())],
        cancellationToken);

    /// <summary>Takes a worker off the list, and those that went without a word a day ago.</summary>
    public Task RemoveAsync(string id, CancellationToken cancellationToken) => store.ExecuteAsync(
        $"DELETE FROM workers WHERE id = @id OR seen_at < {store.Engine.Now} - @old",
        [("id", id), ("now", clock.GetUtcNow().ToMicroseconds()), ("old", (long)TimeSpan.FromDays(1).TotalMicroseconds)],
        cancellationToken);

    /// <summary>Whether a worker lives.</summary>
    public async Task<bool> AnyLivesAsync(CancellationToken cancellationToken) => (await ListAsync(cancellationToken)).Count > 0;

    /// <summary>The workers that live, those of this workspace's folder and of every other on the same store.</summary>
    public async Task<IReadOnlyList<WorkerRecord>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await store.ReadAsync(
            $"SELECT host, process_id, process_started, seen_at FROM workers WHERE seen_at > {store.Engine.Now} - @fresh ORDER BY host, process_id",
            [("now", clock.GetUtcNow().ToMicroseconds()), ("fresh", (long)Fresh.TotalMicroseconds)],
            r => new WorkerRecord(r.GetString(0), r.GetInt32(1), r.GetInt64(2), r.Instant(3)!.Value),
            cancellationToken)).Where(w => ProcessIdentity.MayLive(w.Host, w.ProcessId, w.Started))];
}
