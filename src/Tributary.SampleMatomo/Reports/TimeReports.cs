using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;

namespace Tributary.SampleMatomo.Reports;

/// <summary>Hours and weekdays, and how long, how deep, how often people came: fixed sets of rows in their natural order.</summary>
internal static class TimeReports
{
    private static readonly (int From, int To, string Label)[] Durations =
    [
        (0, 10, "0-10s"), (11, 30, "11-30s"), (31, 60, "31-60s"), (61, 120, "1-2 min"), (121, 240, "2-4 min"), (241, 420, "4-7 min"), (421, 600, "7-10 min"), (601, 900, "10-15 min"),
        (901, 1800, "15-30 min"), (1801, int.MaxValue, "30+ min"),
    ];

    private static readonly (int From, int To, string Label)[] Depths =
    [
        (1, 1, "1 page"), (2, 2, "2 pages"), (3, 3, "3 pages"), (4, 4, "4 pages"), (5, 5, "5 pages"), (6, 7, "6-7 pages"), (8, 10, "8-10 pages"), (11, 14, "11-14 pages"),
        (15, 20, "15-20 pages"), (21, int.MaxValue, "21+ pages"),
    ];

    private static readonly (int From, int To, string Label)[] Gaps =
    [
        (-1, -1, "New visits"), (0, 0, "0 days"), (1, 1, "1 day"), (2, 2, "2 days"), (3, 3, "3 days"), (4, 4, "4 days"), (5, 5, "5 days"), (6, 6, "6 days"), (7, 7, "7 days"),
        (8, 14, "8-14 days"), (15, 30, "15-30 days"), (31, 60, "31-60 days"), (61, 120, "61-120 days"), (121, 364, "121-364 days"), (365, int.MaxValue, "365+ days"),
    ];

    private static readonly (int From, int To, string Label)[] Counts =
    [
        (1, 1, "1 visit"), (2, 2, "2 visits"), (3, 3, "3 visits"), (4, 4, "4 visits"), (5, 5, "5 visits"), (6, 6, "6 visits"), (7, 7, "7 visits"), (8, 8, "8 visits"),
        (9, 14, "9-14 visits"), (15, 25, "15-25 visits"), (26, 50, "26-50 visits"), (51, 100, "51-100 visits"), (101, 200, "101-200 visits"), (201, int.MaxValue, "201+ visits"),
    ];

    public static IEnumerable<Report> All() =>
    [
        Hours("VisitTime.getVisitInformationPerServerTime", "ServerHour", "CoreHome_VisitFirstActionTime", ServerHour, (sites, all, _) =>
        {
            if (all)
            {
                throw ApiException.Parameter("An unexpected website was found in the request: website id was set to 'all' .");
            }
        }),
        Hours("VisitTime.getVisitInformationPerLocalTime", "LocalHour", "VisitTime_LocalTime", (o, r, _) => o.Add("segment", $"visitLocalHour=={r.Key}")),
        new FreeReport("VisitTime.getByDayOfWeek", ByDayOfWeek) { Refuse = RefuseWeekdays },
        Buckets("VisitorInterest.getNumberOfVisitsPerVisitDuration", "Duration", Durations, "VisitorInterest_VisitDuration", "visitDuration"),
        Buckets("VisitorInterest.getNumberOfVisitsPerPage", "Depth", Depths, "VisitorInterest_PagesPerVisit", "actions"),
        Buckets("VisitorInterest.getNumberOfVisitsByDaysSinceLast", "SinceLast", Gaps, "VisitorInterest_VisitorDaysSinceLast", "daysSinceLastVisit"),
        Buckets("VisitorInterest.getNumberOfVisitsByVisitCount", "VisitCount", Counts, "VisitorInterest_VisitsbyVisitNumber", "visitCount", percentages: true),
    ];

    private static TableReport Hours(string method, string record, string dimension, Action<Obj, Row, Query> decorate, Action<int, bool, bool>? refuse = null) =>
        new(method, _ => record, new Level(dimension, (r, q) => q.Flat ? r.Key : r.Key.PadLeft(2, '0'), decorate))
        {
            Metrics = (o, line, q) => Metrics.Visits(line.Row.Sources > 0 ? Text.Always : Text.Never)(o, line, q),
            NaturalOrder = true,
            Refuse = refuse,
            FlatLabel = (line, _) => line.Row.Key.PadLeft(2, '0'),
            Rows = (table, _) => table.Count == 0 ? [] : Enumerable.Range(0, 24).Select(h => table.Find(Key(h)) ?? Zeros(Key(h), table.Columns)),
        };

    private static Row Zeros(string key, Columns columns)
    {
        var row = new Row(key, columns.All.Count);
        Array.Clear(row.Values);
        return row;
    }

    /// <summary>The condition is in UTC hours, whatever the site's zone.</summary>
    private static void ServerHour(Obj o, Row r, Query q)
    {
        var start = q.Site.Zone.StartOf(q.Span.Start);
        o.Add("segment", $"visitStartServerHour=={(DateTimeOffset.FromUnixTimeSeconds(start).Hour + int.Parse(r.Key, CultureInfo.InvariantCulture)) % 24}");
    }

    private static void RefuseWeekdays(int sites, bool all, bool dates)
    {
        if (all)
        {
            throw ApiException.Parameter("An unexpected website was found in the request: website id was set to 'all' .");
        }

        if (dates)
        {
            throw ApiException.Parameter("VisitTime.getByDayOfWeek does not support multiple dates.");
        }

        if (sites > 1)
        {
            throw ApiException.Parameter("VisitTime.getByDayOfWeek does not support multiple sites.");
        }
    }

    private static object ByDayOfWeek(Query q)
    {
        if (q.Totals().Visits == 0)
        {
            return Array.Empty<object>();
        }

        var days = q.Span.Days().GroupBy(d => ((int)d.DayOfWeek + 6) % 7).ToDictionary(g => g.Key, g => g.ToList());
        var rows = Enumerable.Range(0, 7).Select(w => Weekday(q, w, days.GetValueOrDefault(w)));
        return rows.Skip(q.Parameters.Integer("filter_offset") ?? 0).Take(q.Parameters.Integer("filter_limit") is >= 0 and var limit ? limit : 7).ToList();
    }

    private static Obj Weekday(Query q, int weekday, List<DateOnly>? days)
    {
        var o = new Obj().Add("label", q.Words.Weekdays[weekday]);
        var sum = new Totals();
        double people = 0, users = 0;
        foreach (var day in days ?? [])
        {
            var totals = q.Store.Totals(q.Key with { Span = new Span("day", day, day) });
            sum.Add(totals);
            people += totals.People;
            users += totals.Users;
        }

        o.Add("nb_visits", sum.Visits);
        if (days is not null)
        {
            o.Add("nb_uniq_visitors", people).Add("nb_actions", sum.Actions).Add("nb_users", users).Add("sum_visit_length", sum.Length)
                .Add("bounce_count", sum.Bounces).Add("nb_visits_converted", sum.Converted);
        }

        o.Add("day_of_week", weekday + 1);
        return q.Flat ? o.Add("VisitTime_DayOfTheWeek", q.Words.Weekdays[weekday]) : o;
    }

    private static TableReport Buckets(string method, string record, (int From, int To, string Label)[] buckets, string dimension, string segment, bool percentages = false) =>
        new(method, _ => record, new Level(dimension, (r, q) => q.Flat ? Stored(buckets, r) : r.Key, (o, r, _) => o.Add("segment", Condition(segment, buckets.First(b => b.Label == r.Key)))))
        {
            NaturalOrder = true,
            Metrics = (o, line, q) =>
            {
                o.Add("nb_visits", q.IsDay ? Metrics.Number(line.Row.Values[1]) : line.Row.Values[1]);
                if (percentages)
                {
                    o.Add("nb_visits_percentage", q.Percent(line.Row.Values[1], q.Totals().Visits, 4));
                }
            },
            FlatLabel = (line, _) => line.Row.Key,
            Rows = (table, _) => table.Count == 0 ? [] : buckets.Select(b =>
            {
                var row = Zeros(b.Label, table.Columns);
                row.Values[1] = table.Rows.Where(r => int.Parse(r.Key, CultureInfo.InvariantCulture) is var n && n >= b.From && n <= b.To).Sum(r => r.Values[1]);
                return row;
            }),
        };

    private static string Stored((int From, int To, string Label)[] buckets, Row row)
    {
        var (from, to, _) = buckets.First(b => b.Label == row.Key);
        return from < 0 ? "General_NewVisits" : to == int.MaxValue ? $"{from}%2B" : $"{from}-{to}";
    }

    private static string Condition(string segment, (int From, int To, string Label) bucket) => bucket switch
    {
        ( < 0, _, _) => "visitorType==new",
        (var from, int.MaxValue, _) => $"{segment}>={from}",
        var (from, to, _) => from == to ? $"{segment}=={from}" : $"{segment}>={from};{segment}<={to}",
    };

    private static string Key(int n) => n.ToString(CultureInfo.InvariantCulture);
}
