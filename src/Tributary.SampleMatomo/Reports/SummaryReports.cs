using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;

namespace Tributary.SampleMatomo.Reports;

/// <summary>VisitsSummary, VisitFrequency, Actions.get, PagePerformance.get: one object each.</summary>
internal static class SummaryReports
{
    public static IEnumerable<Report> All() =>
    [
        new RowReport("VisitsSummary.get", q => Visits(new Obj(), q, null, "")),
        new RowReport("VisitFrequency.get", q => Visits(Visits(new Obj(), q, true, "_new"), q, false, "_returning")),
        new RowReport("Actions.get", Actions),
        new RowReport("PagePerformance.get", Performance),
        new RowReport("API.get", q => Merge(Visits(new Obj(), q, null, ""), Actions(q), GoalReports.Overview(q), Performance(q)))
        {
            Refuse = (sites, all, _) =>
            {
                if (all || sites > 1)
                {
                    throw ApiException.Parameter("Referrers.getReferrerType with multiple sites is not supported (yet).");
                }
            },
        },
        Scalar("VisitsSummary.getVisits", t => t.Visits),
        Scalar("VisitsSummary.getActions", t => t.Actions),
        Scalar("VisitsSummary.getMaxActions", t => t.MaxActions),
        Scalar("VisitsSummary.getBounceCount", t => t.Bounces),
        Scalar("VisitsSummary.getVisitsConverted", t => t.Converted),
        Scalar("VisitsSummary.getSumVisitsLength", t => t.Length),
        Scalar("VisitsSummary.getSumVisitsLengthPretty", t => Words.Duration(t.Length)),
        new ScalarReport("VisitsSummary.getUniqueVisitors", q => Counted(q, "nb_uniq_visitors") ? q.Totals().People : 0),
        new ScalarReport("VisitsSummary.getUsers", q => Counted(q, "nb_users") ? q.Totals().Users : 0),
    ];

    private static ScalarReport Scalar(string method, Func<Totals, object> value) => new(method, q => value(q.Totals()));

    private static bool Counted(Query q, string metric) => q.Span.CountsPeople
        ? true
        : throw ApiException.Parameter($"The metric {metric} is not enabled for the requested period. Please see this FAQ: https://matomo.org/faq/how-to/faq_113/");

    private static Obj Visits(Obj o, Query q, bool? newVisitors, string suffix)
    {
        var t = q.Totals(newVisitors);
        if (q.Span.CountsPeople)
        {
            o.Add($"nb_uniq_visitors{suffix}", t.People).Add($"nb_users{suffix}", t.Users);
        }

        return o.Add($"nb_visits{suffix}", t.Visits).Add($"nb_actions{suffix}", t.Actions).Add($"nb_visits_converted{suffix}", t.Converted)
            .Add($"bounce_count{suffix}", t.Bounces).Add($"sum_visit_length{suffix}", t.Length).Add($"max_actions{suffix}", t.MaxActions)
            .Add($"bounce_rate{suffix}", q.Percent(t.Bounces, t.Visits, 2)).Add($"nb_actions_per_visit{suffix}", Php.Quotient(t.Actions, t.Visits, 1))
            .Add($"avg_time_on_site{suffix}", q.Duration(Php.Quotient(t.Length, t.Visits, 0)));
    }

    private static Obj Actions(Query q)
    {
        var t = q.Totals();
        return new Obj().Add("nb_pageviews", t.Pageviews).Add("nb_uniq_pageviews", t.UniquePageviews).Add("nb_downloads", t.Downloads).Add("nb_uniq_downloads", t.UniqueDownloads)
            .Add("nb_outlinks", t.Outlinks).Add("nb_uniq_outlinks", t.UniqueOutlinks).Add("nb_searches", t.Searches).Add("nb_keywords", q.Table("Searches").Rows.Count);
    }

    private static Obj Performance(Query q)
    {
        var t = q.Totals();
        var o = new Obj();
        double total = 0;
        for (var i = 0; i < ActionTables.Phases.Count; i++)
        {
            var average = Php.Quotient(t.PhaseSums[i] / 1000, t.PhaseHits[i], 3);
            total += average;
            o.Add($"avg_time_{ActionTables.Phases[i]}", Seconds(average));
        }

        return o.Add("avg_page_load_time", Seconds(Php.Round(total, 3)));

        object Seconds(double s) => q.Format is "1" or "all" ? $"{Php.Round(s, 2).ToString(CultureInfo.InvariantCulture)}s" : s;
    }

    private static Obj Merge(Obj into, params ReadOnlySpan<Obj> others)
    {
        foreach (var other in others)
        {
            foreach (var (name, value) in other.Members)
            {
                into[name] = value;
            }
        }

        return into;
    }
}
