using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>Counts one partition while its rows arrive, which may be in several replies.</summary>
internal sealed class PartitionTally(PartitionKey key)
{
    public PartitionKey Key { get; } = key;

    public long Rows { get; set; }

    /// <summary>Rows at the top of the replies, whatever became of them.</summary>
    public long TopRows { get; set; }

    /// <summary>Whether anything but zeros was seen.</summary>
    public bool HasData { get; set; }

    /// <summary>The main metric over all rows.</summary>
    public double Total { get; set; }

    /// <summary>The main metric over the summary rows.</summary>
    public double Others { get; set; }

    public bool HasOthers { get; set; }

    public MatomoException? Error { get; set; }

    /// <summary>What was found; the share is null when there is nothing to share.</summary>
    public ShapedPartition Found(bool hasMainMetric) => new(Key, Rows, hasMainMetric && Total > 0 ? Others / Total : null, HasOthers, Error) { HasData = HasData, TopRows = TopRows };
}
