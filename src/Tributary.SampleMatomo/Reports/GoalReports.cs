using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Reports;

/// <summary>Goals, orders, abandoned carts and products.</summary>
internal static class GoalReports
{
    private static readonly (int From, int To, string Label)[] DaysBuckets =
    [
        (0, 0, "0 days"), (1, 1, "1 day"), (2, 2, "2 days"), (3, 3, "3 days"), (4, 4, "4 days"), (5, 5, "5 days"), (6, 6, "6 days"), (7, 7, "7 days"), (8, 14, "8-14 days"),
        (15, 30, "15-30 days"), (31, 60, "31-60 days"), (61, 120, "61-120 days"), (121, 364, "121-364 days"), (365, int.MaxValue, "365+ days"),
    ];

    private static readonly (int From, int To, string Label)[] VisitBuckets =
    [
        (1, 1, "1 visit"), (2, 2, "2 visits"), (3, 3, "3 visits"), (4, 4, "4 visits"), (5, 5, "5 visits"), (6, 6, "6 visits"), (7, 7, "7 visits"), (8, 8, "8 visits"),
        (9, 14, "9-14 visits"), (15, 25, "15-25 visits"), (26, 50, "26-50 visits"), (51, 100, "51-100 visits"), (101, int.MaxValue, "101+ visits"),
    ];

    public static IEnumerable<Report> All() =>
    [
        new RowReport("Goals.get", q => Get(q)),
        new RowReport("Goals.getMetrics", Overview),
        Until("Goals.getDaysToConversion", v => v.DaysSinceFirst, DaysBuckets, "Goals_DaysToConversion"),
        Until("Goals.getVisitsUntilConversion", v => v.VisitCount, VisitBuckets, "Goals_VisitsUntilConversion"),
        Items("getItemsSku", "ProductSku", "productSku"),
        Items("getItemsName", "ProductName", "productName"),
        Items("getItemsCategory", "ProductCategory", "productCategory"),
    ];

    public static Obj Overview(Query q)
    {
        var o = new Obj();
        Numbers(o, q, null, "", null);
        return o;
    }

    public static Obj Definition(SiteProfile site, Goal g)
    {
        var o = new Obj().Add("idsite", site.Id).Add("idgoal", g.Id).Add("name", g.Name).Add("description", g.Description).Add("match_attribute", g.Attribute);
        if (g.Pattern is not null)
        {
            o.Add("pattern", g.Pattern).Add("pattern_type", g.PatternType).Add("case_sensitive", 0);
        }

        return o.Add("allow_multiple", g.AllowMultiple ? 1 : 0).Add("revenue", g.Revenue).Add("deleted", 0).Add("event_value_as_revenue", g.ValueAsRevenue ? 1 : 0);
    }

    private static int? GoalId(Query q) => q.Parameters["idGoal"] switch
    {
        null or "0" => null,
        "ecommerceOrder" => 0,
        "ecommerceAbandonedCart" => -1,
        var id => int.TryParse(id, out var n) ? n : 0,
    };

    private static Obj Get(Query q)
    {
        var o = new Obj();
        var goal = GoalId(q);
        foreach (var (suffix, which) in new (string, bool?)[] { ("", null), ("_new_visit", true), ("_returning_visit", false) })
        {
            Numbers(o, q, which, suffix, goal);
        }

        return o;
    }

    private static void Numbers(Obj o, Query q, bool? which, string suffix, int? goal)
    {
        var totals = q.Totals(which);
        var all = goal is null && q.Parameters.Flag("showAllGoalSpecificMetrics");
        if (all)
        {
            o.Add($"nb_visits{suffix}", totals.Visits);
        }

        var cells = new double[VisitTables.GoalCells];
        foreach (var (id, c) in totals.Goals.Where(g => goal is null ? g.Key >= 0 : g.Key == goal))
        {
            for (var i = 0; i < c.Length; i++)
            {
                cells[i] += c[i];
            }
        }

        var converted = goal is null ? totals.Converted : cells[1];
        o.Add($"nb_conversions{suffix}", cells[0]).Add($"nb_visits_converted{suffix}", converted).Add($"revenue{suffix}", q.Money(Php.Round(cells[2], 2)));
        if (goal == 0)
        {
            o.Add($"revenue_subtotal{suffix}", cells[3]).Add($"revenue_tax{suffix}", cells[4]).Add($"revenue_shipping{suffix}", cells[5]).Add($"revenue_discount{suffix}", cells[6]);
        }

        if (goal <= 0)
        {
            o.Add($"items{suffix}", cells[7]).Add($"avg_order_revenue{suffix}", Php.Quotient(cells[2], cells[0], 2));
        }

        if (all)
        {
            Each(o, q, totals, suffix);
        }

        o.Add($"conversion_rate{suffix}", q.Percent(converted, totals.Visits, 4));
    }

    private static void Each(Obj o, Query q, Totals totals, string suffix)
    {
        foreach (var id in q.Site.Goals.Select(g => g.Id))
        {
            var c = totals.Goals.GetValueOrDefault(id) ?? new double[VisitTables.GoalCells];
            o.Add($"goal_{id}_nb_conversions{suffix}", c[0]).Add($"goal_{id}_nb_visits_converted{suffix}", c[1]).Add($"goal_{id}_revenue{suffix}", c[2])
                .Add($"goal_{id}_conversion_rate{suffix}", q.Percent(c[1], totals.Visits, 4));
        }
    }

    private static TableReport Until(string method, Func<Visit, int> distance, (int From, int To, string Label)[] buckets, string dimension) =>
        new(method, _ => "", new Level(dimension, (r, _) => r.Key))
        {
            NaturalOrder = true,
            Given = new Table(VisitTables.Columns),
            Metrics = (o, line, _) => o.Add("nb_conversions", line.Row.Values[1]),
            Rows = (table, q) =>
            {
                var goal = GoalId(q);
                var counts = new double[buckets.Length];
                foreach (var visit in q.Store.Visits(q.Key))
                {
                    var bucket = Array.FindIndex(buckets, b => distance(visit) is var n && n >= b.From && n <= b.To);
                    counts[bucket] += visit.Conversions.Count(c => goal is null ? c.GoalId >= 0 : c.GoalId == goal);
                }

                return counts.Sum() == 0 ? [] : buckets.Select((b, i) =>
                {
                    var row = new Row(b.Label, table.Columns.All.Count);
                    row.Values[1] = counts[i];
                    return row;
                });
            },
        };

    private static TableReport Items(string method, string record, string segment) => new(
        $"Goals.{method}", q => q.Parameters.Flag("abandonedCarts") ? $"{record}.abandoned" : record,
        new Level($"Ecommerce_{record}", (r, _) => r.Key, (o, r, _) => o.Add("segment", $"{segment}=={Php.UrlEncode(r.Key)}")))
    {
        Metrics = Metrics.Products,
        DefaultSort = _ => "revenue",
    };

    public static string Plain(int n) => n.ToString(CultureInfo.InvariantCulture);
}
