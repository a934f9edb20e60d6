using System.Globalization;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>
/// Reads raw visits day by day and page by page, each visit once, and says what is missing: visits the summary counts and the log does not give,
/// actions a visit counts and does not carry.
/// </summary>
internal sealed class VisitLogReader(ReportReading reading, ReadCost cost, List<RunWarning> warnings)
{
    // Visits move back while they are read, so that a page may repeat the one before; a thousand new visits between two requests are no site's.
    private const int MostPagesWithoutNew = 3;

    /// <summary>The method that answers raw visits.</summary>
    public const string Method = "Live.getLastVisitsDetails";

    /// <summary>Whether a report is read from the visits log.</summary>
    public static bool Reads(ReportDefinition report) => report.Source == ReportSource.VisitLog || report.Method == Method;

    /// <summary>Reads a window of one partition.</summary>
    public async Task<IShaper> ReadAsync(MatomoRequest request, Window window, TableBuilder table, ShapeOptions options, CancellationToken cancellationToken)
    {
        var key = window.Partitions[0];
        var zone = SiteZone.Of(window.Site.TimeZone);
        var filter = new VisitFilter(zone, key);
        IShaper shaper = reading.Report.Method switch
        {
            "ClickPath.getSteps" => new ClickPathSteps(reading.Report, table, key, zone, options, filter),
            "ClickPath.getPaths" => new ClickPathPaths(reading.Report, table, key, zone, options, filter, reading.Details.Steps),
            _ when reading.Details.Flatten is "actionDetails" or "actionDetails.itemDetails" => new VisitActionsShaper(reading.Report, table, reading.Details.Flatten, key, zone, options, filter),
            _ when reading.Details.Flatten is { } field => new FlattenShaper(reading.Report, table, field, _ => key, options, filter),
            _ => new VisitPagesShaper(reading.Report, table, key, options, filter),
        };
        var today = zone.Today(reading.Clock);
        for (var day = key.Start; day <= key.End && day <= today; day = day.AddDays(1))
        {
            await ReadDayAsync(request with { Period = MatomoPeriod.Day, From = day, To = day, KeyedByDate = false }, window.Site, shaper.Handler, filter, cancellationToken);
        }

        (shaper as ClickPathShaper)?.Complete();
        if (key.End < today && !LeavesVisitsOut())
        {
            await CompareAsync(key, window.Site, filter, cancellationToken);
        }

        if (filter.Capped > 0)
        {
            warnings.Add(new RunWarning(
                "visits.actions_capped",
                string.Create(CultureInfo.InvariantCulture, $"{window.Site.Name}: {filter.Capped} {(filter.Capped == 1 ? "visit has" : "visits have")} more actions than Matomo sends with a visit; {filter.MissingActions} actions are missing. An administrator can raise visitor_log_maximum_actions_per_visit on the server."),
                window.Site.Id,
                key.Start));
        }

        return shaper;
    }

    /// <summary>Visits come newest first and only in pages; a page without rows is the end, a short one is not (matomo-org/matomo #7784).</summary>
    private async Task ReadDayAsync(MatomoRequest request, MatomoSite site, ReplyHandler handler, VisitFilter filter, CancellationToken cancellationToken)
    {
        var (met, without, perPage) = (filter.Met, 0, reading.Forms.VisitsPerPage);
        for (var offset = 0; ; offset += perPage)
        {
            var page = cost.Add(await reading.Client.ReadAsync(request with { Limit = perPage, Offset = offset }, handler, cancellationToken));
            if (page.Rows == 0)
            {
                return;
            }

            without = filter.Met == met ? without + 1 : 0;
            met = filter.Met;
            if (without == MostPagesWithoutNew)
            {
                // A server, or a cache before it, that pays no heed to the offset would be asked for ever.
                warnings.Add(new RunWarning(
                    "visits.same_page",
                    string.Create(CultureInfo.InvariantCulture, $"{site.Name}: asked for the visits of {request.From:yyyy-MM-dd} from number {offset} on, the server answered visits it had given before. What it gave is stored; if there are more, they are missing."),
                    site.Id,
                    request.From));
                return;
            }
        }
    }

    /// <summary>Parameters of the method that choose visits: the summary knows nothing of them.</summary>
    private bool LeavesVisitsOut() => reading.Details.Parameters.Keys.Any(p => p != "doNotFetchActions");

    private async Task CompareAsync(PartitionKey key, MatomoSite site, VisitFilter filter, CancellationToken cancellationToken)
    {
        if (await VisitCounts.OfAsync(reading.Client, [key], key.Segment, cost, cancellationToken) is not { } counts || (long)counts.GetValueOrDefault(key) is var counted && counted == filter.Visits)
        {
            return;
        }

        warnings.Add(new RunWarning(
            "visits.differ",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{site.Name}: the visits log gave {filter.Visits} visits for {key.Start:yyyy-MM-dd}{(key.End == key.Start ? "" : $" to {key.End:yyyy-MM-dd}")}, Matomo's summary counts {counted}. {(filter.Visits < counted ? "Old raw visits may have been deleted on the server, or the log is limited." : "The summary may not be archived again yet.")}"),
            site.Id,
            key.Start));
    }
}
