using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>How many visits Matomo's summary counts in partitions of one site: the yardstick for what other reports say.</summary>
internal static class VisitCounts
{
    /// <summary>The visits of each partition; null when the server does not say.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="keys">Partitions of one site and period, side by side.</param>
    /// <param name="segment">The segment counted; empty for all visits.</param>
    /// <param name="cost">What it cost.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<IReadOnlyDictionary<PartitionKey, long>?> OfAsync(MatomoClient client, IReadOnlyList<PartitionKey> keys, string segment, ReadCost cost, CancellationToken cancellationToken)
    {
        var several = keys.Count > 1;
        var counter = new Counter(several ? keys.ToDictionary(MatomoPeriods.Label, StringComparer.Ordinal) : null, keys[0]);
        var request = new MatomoRequest
        {
            Method = "VisitsSummary.get",
            Shape = ReplyShape.Row,
            Site = keys[0].SiteId,
            Period = MatomoPeriods.Requested(keys[0]),
            From = keys[0].Start,
            To = keys[^1].End,
            KeyedByDate = several,
            Segment = segment.Length > 0 ? segment : null,
        };
        try
        {
            cost.Add(await client.ReadAsync(request, counter, cancellationToken));
            return counter.Counts;
        }
        catch (MatomoException error) when (!RunErrors.StopsAccount(error))
        {
            return null;
        }
    }

    private sealed class Counter(Dictionary<string, PartitionKey>? byLabel, PartitionKey only) : ReplyHandler
    {
        private PartitionKey? _key;

        public Dictionary<PartitionKey, long> Counts { get; } = [];

        public override void BeginPart(ReplyPart part)
        {
            _key = byLabel is null ? only : part.Date is { } date ? byLabel.GetValueOrDefault(date) : null;
            if (_key is not null)
            {
                Counts.TryAdd(_key, 0);
            }
        }

        public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
        {
            if (_key is not null && path.SequenceEqual("nb_visits"u8) && Numbers.TryInteger(value.Utf8, out var visits))
            {
                Counts[_key] = visits;
            }
        }
    }
}
