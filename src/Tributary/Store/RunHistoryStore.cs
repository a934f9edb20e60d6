using Tributary.Model;

namespace Tributary.Store;

/// <summary>What runs left behind: their records and their logs.</summary>
internal sealed class RunHistoryStore(StoreDatabase store, TimeProvider clock)
{
    /// <summary>How long the DataSet's last windows took, by partition; null when there were none.</summary>
    public async Task<double?> SecondsAPartitionAsync(string dataSetId, CancellationToken cancellationToken) => (await store.ReadAsync(
        "SELECT sum(seconds) / sum(partitions) FROM (SELECT w.seconds, w.partitions FROM run_windows w JOIN runs r ON r.id = w.run_id WHERE r.dataset_id = $dataset AND w.partitions > 0 ORDER BY r.id DESC LIMIT 200)",
        [("dataset", dataSetId)],
        r => r.IsDBNull(0) ? (double?)null : r.GetDouble(0),
        cancellationToken)).FirstOrDefault();

    private readonly RunRows _rows = new(clock);

    /// <summary>The runs of a DataSet, newest first.</summary>
    public Task<List<RunRecord>> ListAsync(string dataSetId, int count, CancellationToken cancellationToken) => store.ReadAsync(
        $"SELECT {RunListing.Columns} FROM runs r JOIN datasets d ON d.id = r.dataset_id WHERE r.dataset_id = $dataset ORDER BY r.id DESC LIMIT $count",
        [("dataset", dataSetId), ("count", count)],
        RunListing.Read,
        cancellationToken);

    /// <summary>The lines of a run's log in order.</summary>
    public Task<List<RunLogLine>> LogAsync(string runId, CancellationToken cancellationToken) => store.ReadAsync(
        "SELECT at, level, message FROM run_log WHERE run_id = $run ORDER BY rowid",
        [("run", runId)],
        r => new RunLogLine(r.Instant(0)!.Value, r.GetString(1), r.GetString(2)),
        cancellationToken);

    /// <summary>Adds lines to a run's log.</summary>
    public Task WriteLogAsync(string runId, IReadOnlyList<(string Level, string Message)> lines, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            foreach (var (level, message) in lines)
            {
                await _rows.LogAsync(connection, transaction, runId, level, message, cancellationToken);
            }

            return true;
        },
        cancellationToken);
}
