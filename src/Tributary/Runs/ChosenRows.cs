using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Runs;

/// <summary>The staged rows of some partitions: what a check holds back stays out of the commit.</summary>
internal sealed class ChosenRows(IStagedRows rows, IReadOnlyList<PartitionRecord> partitions) : IStagedRows
{
    public long Count => partitions.Sum(p => p.Rows);

    /// <summary>The rows as they are where all are chosen.</summary>
    public static IStagedRows Of(IStagedRows rows, IReadOnlyList<PartitionRecord> partitions) =>
        partitions.Sum(p => p.Rows) == rows.Count ? rows : new ChosenRows(rows, partitions);

    public IEnumerable<RowBatch> ReadBatches()
    {
        var chosen = new RowPartitions(partitions.Select(p => p.Key));
        foreach (var batch in rows.ReadBatches())
        {
            int[] kept = [.. Enumerable.Range(0, batch.Rows).Where(row => chosen.Of(batch, row) is not null)];
            if (kept.Length == batch.Rows)
            {
                yield return batch;
            }
            else if (kept.Length > 0)
            {
                yield return batch.Pick(kept);
            }
        }
    }
}
