using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>The partitions that replies have spoken of, in the order they came. One reply can hold a partition a site, and there may be thousands.</summary>
internal sealed class PartitionTallies
{
    private readonly Dictionary<PartitionKey, PartitionTally> _byKey = [];
    private readonly List<PartitionTally> _inOrder = [];

    /// <summary>The count of a partition; begun when it is first asked for.</summary>
    public PartitionTally Of(PartitionKey key)
    {
        if (!_byKey.TryGetValue(key, out var tally))
        {
            _inOrder.Add(_byKey[key] = tally = new PartitionTally(key));
        }

        return tally;
    }

    /// <summary>What was found in each.</summary>
    /// <param name="hasMainMetric">Whether the report has a metric of which Others can have a share.</param>
    public IReadOnlyList<ShapedPartition> Found(bool hasMainMetric) => _inOrder.ConvertAll(p => p.Found(hasMainMetric));
}
