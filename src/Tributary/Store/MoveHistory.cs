namespace Tributary.Store;

/// <summary>What became of DataSets before they went to another destination.</summary>
internal sealed class MoveHistory(StoreDatabase store)
{
    /// <summary>How many runs changed a DataSet's table after a run and before the last move, which took the table along and not what these replaced.</summary>
    /// <param name="dataSetId">The DataSet.</param>
    /// <param name="runId">The run.</param>
    /// <param name="endedAt">When it ended.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<long> CountChangesAsync(string dataSetId, string runId, DateTimeOffset endedAt, CancellationToken cancellationToken) => (await store.ReadAsync(
        $"""
        SELECT count(*) FROM runs r WHERE r.dataset_id = @dataset AND r.id <> @run AND r.ended_at > @ended
            AND r.ended_at <= (SELECT max(ended_at) FROM runs WHERE dataset_id = @dataset AND trigger = '{RunTriggers.Move}' AND status = 'succeeded')
            AND ((r.trigger = '{RunTriggers.Revert}' AND r.status = 'succeeded') OR (r.{RunTriggers.IsUpdate} AND EXISTS (SELECT 1 FROM run_windows w WHERE w.run_id = r.id AND w.error_code IS NULL)))
        """,
        [("dataset", dataSetId), ("run", runId), ("ended", endedAt.ToMicroseconds())],
        r => r.GetInt64(0),
        cancellationToken))[0];
}
