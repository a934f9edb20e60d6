using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Reports;

/// <summary>All sites side by side, each compared with the period before.</summary>
internal static class MultiSiteReports
{
    public static List<Obj> All(Parameters p, ArchiveStore store, IEnumerable<SiteProfile> sites, Span span) => Lists.ListMethods.Limited<Obj>(
        [.. sites.Where(s => Of(store, s, span).Visits > 0).OrderByDescending(s => Of(store, s, span).Visits).Select(s => One(store, s, span, withLabel: true))], p);

    public static Obj One(ArchiveStore store, SiteProfile site, Span span, bool withLabel)
    {
        var previous = span.Period == "range" ? new Span("range", span.Start.AddDays(span.Start.DayNumber - span.End.DayNumber - 1), span.Start.AddDays(-1)) : span.Previous();
        var (now, before) = (Of(store, site, span), Of(store, site, previous));
        var (revenue, revenueBefore) = (Revenue(now), Revenue(before));
        var o = new Obj();
        if (withLabel)
        {
            o.Add("label", site.Name);
        }

        o.Add("nb_visits", now.Visits).Add("nb_actions", now.Actions).Add("nb_pageviews", now.Pageviews).Add("revenue", revenue);
        Evolution(o, "visits", now.Visits, before.Visits);
        Evolution(o, "actions", now.Actions, before.Actions);
        Evolution(o, "pageviews", now.Pageviews, before.Pageviews);
        Evolution(o, "revenue", revenue, revenueBefore);
        return o.Add("idsite", site.Id).Add("ratio", 1).Add("currencySymbol", Currencies.Symbol(site.Currency)).Add("previous_nb_visits", before.Visits).Add("periodName", span.Period)
            .Add("previousRange", previous.Start.ToString("ddd, MMM d", CultureInfo.InvariantCulture)).Add("previous_nb_actions", before.Actions).Add("previous_Actions_nb_pageviews", before.Pageviews)
            .Add("previous_Goal_revenue", revenueBefore).Add("group", site.Group).Add("main_url", site.Url);
    }

    private static Totals Of(ArchiveStore store, SiteProfile site, Span span) => store.Totals(new ArchiveKey(site, span, Segment.Everything));

    private static double Revenue(Totals t) => Php.Round(t.Goals.Where(g => g.Key >= 0).Sum(g => g.Value[2]), 2);

    private static void Evolution(Obj o, string name, double now, double before)
    {
        var percent = before == 0 ? (now == 0 ? 0 : 100) : Php.Round((now - before) / before * 100, 1);
        o.Add($"{name}_evolution", $"{percent.ToString(CultureInfo.InvariantCulture)}%").Add($"{name}_evolution_trend", Math.Sign(percent));
    }
}
