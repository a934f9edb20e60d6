namespace Tributary.Store;

/// <summary>Which runs a run goes on from: those of the same request before it that did not come to their end, and those that left dates unread.</summary>
internal sealed class RunChains(StoreDatabase store, TimeProvider clock)
{
    /// <summary>When runs over the DataSet's own dates began that failed, wholly or in part.</summary>
    public Task<List<DateTimeOffset>> FailedAtAsync(string dataSetId, DateTimeOffset since, CancellationToken cancellationToken) => store.ReadAsync(
        $"SELECT started_at FROM runs WHERE dataset_id = @dataset AND status IN ('failed', 'partial') AND {RunTriggers.IsUpdate} AND started_at >= @since AND {store.Engine.Json("options", "from")} IS NULL ORDER BY started_at",
        [("dataset", dataSetId), ("since", since.ToMicroseconds())],
        r => r.Instant(0)!.Value,
        cancellationToken);

    /// <summary>Notes what a run was asked to do and finds the unfinished runs of the same request right before it.</summary>
    /// <param name="dataSetId">The DataSet.</param>
    /// <param name="runId">The run that begins.</param>
    /// <param name="request">What it was asked to do, as one text.</param>
    /// <param name="within">How long ago an unfinished run may have ended; null for any time.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlySet<string>> GoOnAsync(string dataSetId, string runId, string request, TimeSpan? within, CancellationToken cancellationToken)
    {
        await store.ExecuteAsync("UPDATE runs SET chain = @request WHERE id = @run", [("request", request), ("run", runId)], cancellationToken);
        var earlier = await store.ReadAsync(
            "SELECT id, status, chain, coalesce(ended_at, started_at) FROM runs WHERE dataset_id = @dataset AND id <> @run AND status NOT IN ('queued', 'skipped') ORDER BY started_at DESC, id DESC LIMIT 100",
            [("dataset", dataSetId), ("run", runId)],
            r => (Id: r.GetString(0), Status: r.GetString(1), Request: r.Text(2), EndedAt: r.Instant(3)!.Value),
            cancellationToken);
        var earliest = within is { } span ? clock.GetUtcNow() - span : DateTimeOffset.MinValue;
        return earlier.TakeWhile(r => r.Status is "failed" or "partial" or "cancelled" or "running" && r.Request == request && r.EndedAt >= earliest).Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
    }
}
