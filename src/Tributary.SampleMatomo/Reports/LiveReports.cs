using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Reports;

/// <summary>Visits as they are, with their actions.</summary>
internal static class LiveReports
{
    public static List<Obj> LastVisits(Parameters p, ArchiveStore store, IReadOnlyList<SiteProfile> sites, Segment segment, int actionsShown)
    {
        var limit = p.Integer("filter_limit") ?? p.Integer("countVisitorsToFetch") ?? -1;
        // -1 switches the offset off (measured on 5.2).
        var offset = limit < 0 ? 0 : p.Integer("filter_offset") ?? 0;
        var minimum = p.Integer("minTimestamp") ?? 0;
        var visits = sites.SelectMany(s => store.Visits(new ArchiveKey(s, Stretch(p, store.Log.Today(s)), segment))).Where(v => v.End >= minimum);
        visits = p["filter_sort_order"] == "asc" ? visits.OrderBy(v => v.End).ThenBy(v => v.Id) : visits.OrderByDescending(v => v.End).ThenByDescending(v => v.Id);
        visits = visits.Skip(offset);
        var hidden = p.List("hideColumns");
        var withoutActions = p.Flag("doNotFetchActions");
        return [.. (limit < 0 ? visits : visits.Take(limit)).Select(v =>
        {
            var o = VisitWriter.Write(v, withoutActions ? null : actionsShown);
            o.RemoveAll(hidden.Contains);
            return o;
        })];
    }

    public static string MostRecent(Parameters p, ArchiveStore store, IReadOnlyList<SiteProfile> sites)
    {
        var last = sites.SelectMany(s => store.Visits(new ArchiveKey(s, Stretch(p, store.Log.Today(s)), Segment.Everything))).Select(v => v.End).DefaultIfEmpty(0).Max();
        return last == 0 ? "" : DateTimeOffset.FromUnixTimeSeconds(last).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    public static List<Obj> Counters(Parameters p, ArchiveStore store, IReadOnlyList<SiteProfile> sites)
    {
        var now = store.Log.Clock.GetUtcNow().ToUnixTimeSeconds();
        var from = now - (60L * (p.Integer("lastMinutes") ?? throw ApiException.Missing("lastMinutes")));
        var visits = sites.SelectMany(s =>
        {
            var today = store.Log.Today(s);
            return store.Visits(new ArchiveKey(s, new Span("range", today.AddDays(-1), today), Segment.Everything));
        }).Where(v => v.End >= from).ToList();
        return
        [
            new Obj().Add("visits", visits.Count).Add("actions", visits.Sum(v => v.ActionCount)).Add("visitors", visits.Select(v => v.Visitor.Id).Distinct().Count())
                .Add("visitsConverted", visits.Count(v => v.Converted)),
        ];
    }

    /// <summary>Today answers yesterday and today; previousN has no end and includes today (measured on 5.2).</summary>
    private static Span Stretch(Parameters p, DateOnly today)
    {
        if (p["period"] is null || p["date"] is null)
        {
            return new Span("range", today.AddDays(-1), today);
        }

        var span = Dates.Stretch(p, today);
        if (p["period"] == "day" && span.Start == today)
        {
            return new Span("range", today.AddDays(-1), today);
        }

        return p["date"]!.StartsWith("previous", StringComparison.Ordinal) ? new Span("range", span.Start, today) : span;
    }
}
