using System.Text;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Runs;

/// <summary>Finds the partition of a staged row by its key columns.</summary>
internal sealed class RowPartitions
{
    private readonly Dictionary<(long Site, long Start, long End, string Segment), PartitionKey> _keys = [];
    private RowBatch? _batch;
    private ColumnBuffer? _site, _start, _end, _segment;

    public RowPartitions(IEnumerable<PartitionKey> keys)
    {
        foreach (var key in keys)
        {
            var isDated = key.Period != Period.None;
            _keys[(key.SiteId, isDated ? DayOf(key.Start) : 0, isDated ? DayOf(key.End) : 0, key.Segment)] = key;
        }
    }

    /// <summary>The states with as many rows as there are of each partition.</summary>
    public static IReadOnlyList<PartitionRecord> Counted(IStagedRows rows, IReadOnlyList<PartitionRecord> states)
    {
        var partitions = new RowPartitions(states.Select(s => s.Key));
        var counts = new Dictionary<PartitionKey, long>();
        foreach (var batch in rows.ReadBatches())
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                if (partitions.Of(batch, row) is { } key)
                {
                    counts[key] = counts.GetValueOrDefault(key) + 1;
                }
            }
        }

        return [.. states.Select(s => s with { Rows = counts.GetValueOrDefault(s.Key) })];
    }

    /// <summary>The partition of a row; null when it is none of them.</summary>
    public PartitionKey? Of(RowBatch batch, int row)
    {
        if (!ReferenceEquals(batch, _batch))
        {
            _batch = batch;
            (_site, _start, _end, _segment) = (Find("site_id"), Find("period_start"), Find("period_end"), Find("segment"));
        }

        var segment = _segment is null || !_segment.IsPresent(row) ? "" : Encoding.UTF8.GetString(_segment.GetUtf8(row));
        return _keys.GetValueOrDefault((_site!.GetInteger(row), _start?.GetInteger(row) ?? 0, _end?.GetInteger(row) ?? 0, segment));

        ColumnBuffer? Find(string name) => batch.IndexOf(name) is var index and >= 0 ? batch.Buffer(index) : null;
    }

    private static long DayOf(DateOnly day) => day.DayNumber - ColumnText.UnixEpochDay;
}
