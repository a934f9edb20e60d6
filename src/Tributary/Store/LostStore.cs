using Tributary.Model;

namespace Tributary.Store;

/// <summary>Partitions that were gone with their table, until each is read again: what a backfill brought lies outside the dates of a DataSet's own plan, so that no later run would ask for it.</summary>
internal sealed class LostStore(StoreDatabase store)
{
    private const string SamePartition =
        "p.dataset_id = l.dataset_id AND p.site_id = l.site_id AND p.period = l.period AND p.period_start = l.period_start AND p.period_end = l.period_end AND p.segment = l.segment";

    /// <summary>Moves all that the store's copy knows of a DataSet to what is lost.</summary>
    public Task AddAsync(string dataSetId, CancellationToken cancellationToken) => store.TogetherAsync(
        async (connection, transaction) =>
        {
            await connection.Command(
                """
                INSERT INTO lost_partitions (dataset_id, site_id, period, period_start, period_end, segment, rows, read_at, run_id)
                SELECT dataset_id, site_id, period, period_start, period_end, segment, rows, read_at, run_id FROM partitions WHERE dataset_id = @id
                ON CONFLICT DO NOTHING
                """,
                [("id", dataSetId)],
                transaction).ExecuteNonQueryAsync(cancellationToken);
            await connection.Command("DELETE FROM partitions WHERE dataset_id = @id", [("id", dataSetId)], transaction).ExecuteNonQueryAsync(cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>What was lost and is not stored again, as partitions that are to be read.</summary>
    public Task<List<PartitionRecord>> ReadAsync(string dataSetId, CancellationToken cancellationToken) => store.ReadAsync(
        $"""
        SELECT site_id, period, period_start, period_end, segment, rows, read_at, run_id FROM lost_partitions l
        WHERE dataset_id = @id AND NOT EXISTS (SELECT 1 FROM partitions p WHERE {SamePartition})
        """,
        [("id", dataSetId)],
        r => new PartitionRecord(PartitionStore.Key(r), PartitionState.Provisional, r.GetInt64(5), r.Instant(6)!.Value, r.GetString(7)),
        cancellationToken);

    /// <summary>Nothing of it is asked for any more.</summary>
    public Task ForgetAsync(string dataSetId, CancellationToken cancellationToken) => store.TogetherAsync(
        async (connection, transaction) => await connection.Command("DELETE FROM lost_partitions WHERE dataset_id = @id", [("id", dataSetId)], transaction).ExecuteNonQueryAsync(cancellationToken),
        cancellationToken);
}
