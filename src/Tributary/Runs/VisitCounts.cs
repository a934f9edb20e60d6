using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Model;
using Tributary.Planning;

namespace Tributary.Runs;

/// <summary>How many visits Matomo's summary counts in partitions of one site: the yardstick for what other reports say.</summary>
internal static class VisitCounts
{
    /// <summary>The report that counts them.</summary>
    public const string Method = "VisitsSummary.get";

    /// <summary>The visits of each partition; null when the server does not say.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="keys">Partitions of one site and period, side by side.</param>
    /// <param name="segment">The segment counted; empty for all visits.</param>
    /// <param name="cost">What it cost.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<IReadOnlyDictionary<PartitionKey, double>?> OfAsync(MatomoClient client, IReadOnlyList<PartitionKey> keys, string segment, ReadCost cost, CancellationToken cancellationToken)
    {
        var totals = new MetricTotals(keys, "nb_visits");
        var request = new MatomoRequest
        {
            Method = Method,
            Shape = ReplyShape.Row,
            Site = keys[0].SiteId,
            Period = MatomoPeriods.Requested(keys[0]),
            From = keys[0].Start,
            To = keys[^1].End,
            KeyedByDate = keys.Count > 1,
            Segment = segment.Length > 0 ? segment : null,
        };
        try
        {
            cost.Add(await client.ReadAsync(request, totals, cancellationToken));
            return totals.Totals;
        }
        catch (MatomoException error) when (!RunErrors.StopsAccount(error))
        {
            return null;
        }
    }
}
