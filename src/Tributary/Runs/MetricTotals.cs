using System.Text;
using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>Adds one metric up over the rows of each partition of a reply.</summary>
/// <param name="keys">The partitions asked for: one site and period, side by side.</param>
/// <param name="metric">The metric, as Matomo spells it.</param>
internal sealed class MetricTotals(IReadOnlyList<PartitionKey> keys, string metric) : ReplyHandler
{
    private readonly Dictionary<string, PartitionKey>? _byLabel = keys.Count > 1 ? keys.ToDictionary(MatomoPeriods.Label, StringComparer.Ordinal) : null;
    private readonly byte[] _metric = Encoding.UTF8.GetBytes(metric);
    private PartitionKey? _key;

    /// <summary>The totals; a partition the reply said nothing of is not there.</summary>
    public Dictionary<PartitionKey, double> Totals { get; } = [];

    /// <inheritdoc/>
    public override void BeginPart(ReplyPart part)
    {
        _key = _byLabel is null ? keys[0] : part.Date is { } date ? _byLabel.GetValueOrDefault(date) : null;
        if (_key is not null)
        {
            Totals.TryAdd(_key, 0);
        }
    }

    /// <inheritdoc/>
    public override void EndPart(ReplyPart part, MatomoException? error)
    {
        // What is not told is not zero.
        if (error is not null && _key is not null)
        {
            Totals.Remove(_key);
        }
    }

    /// <inheritdoc/>
    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
    {
        if (_key is not null && path.SequenceEqual(_metric) && Numbers.TryDouble(value.Utf8, out var number))
        {
            Totals[_key] += number;
        }
    }
}
