using System.Globalization;
using Tributary.Matomo;
using Tributary.Matomo.Requests;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>
/// Says what the flat form of a report leaves out. In it Matomo puts the children in their parent's place: what the parent counts without any child is gone without a trace
/// (an event without a name under its action: 6 of 47 events of a recorded day on 5.2 and 4.16; visits of a campaign without keyword and content: 2 of 22).
/// </summary>
internal sealed class FlatGaps(ReportReading reading, ReadCost cost)
{
    private static readonly string[] Modules = ["Events.", "MarketingCampaignsReporting.", "AdvancedCampaignReporting.", "CustomVariables."];

    /// <summary>Compares the rows with the top level; null when nothing is left out, or the report cannot leave anything out.</summary>
    public async Task<RunWarning?> OfAsync(MatomoRequest request, Window window, ReportShaper shaper, CancellationToken cancellationToken)
    {
        if (!request.Flat || reading.Report.SubtableMethod is null || shaper.MainMetric is not { } metric || !Modules.Any(m => reading.Report.Method.StartsWith(m, StringComparison.Ordinal)))
        {
            return null;
        }

        var top = new MetricTotals(window.Partitions, metric);
        try
        {
            cost.Add(await reading.Client.ReadAsync(request with { Flat = false }, top, cancellationToken));
        }
        catch (MatomoException error) when (!RunErrors.StopsAccount(error))
        {
            return null;
        }

        var (all, missing) = (top.Totals.Values.Sum(), top.Totals.Sum(t => Math.Max(0, t.Value - shaper.TotalOf(t.Key))));
        return missing < 0.5
            ? null
            : new RunWarning(
                "rows.without_second_level",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{window.Site.Name}: {missing} of {all} {metric} have no value at the second level ({reading.Report.Dimensions[^1].Name}); Matomo leaves them out of the rows in full detail. --levels top counts them all."),
                window.Site.Id,
                window.From)
            {
                // A trait of the report, the same every day: nothing that a look at this run would mend.
                IsNote = true,
            };
    }
}
