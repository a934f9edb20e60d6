using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;

namespace Tributary.SampleMatomo.Reports;

/// <summary>The numbers of a row, by family of table.</summary>
internal static class Metrics
{
    private static readonly HashSet<string> TextOfVisits = new(StringComparer.Ordinal) { "nb_actions", "sum_visit_length", "bounce_count", "nb_visits_converted" };
    private static readonly HashSet<string> TextOfEvents = new(StringComparer.Ordinal) { "nb_visits", "nb_events", "nb_events_with_value", "nb_impressions" };

    public static Action<Obj, Line, Query> Visits(Text text) => (o, line, q) =>
    {
        Plain(o, line.Row, VisitTables.Columns, q, TextOfVisits, Textual(text, line.Row, q));
        if (line.Row.Goals is { } goals)
        {
            Goals(o, goals);
        }

        if (q.Parameters["filter_add_columns_when_show_all_columns"] is not null)
        {
            var v = line.Row.Values;
            o.Add("conversion_rate", q.Percent(v[7], v[1], 4)).Add("nb_actions_per_visit", Php.Quotient(v[2], v[1], 1))
                .Add("avg_time_on_site", q.Duration(Php.Quotient(v[5], v[1], 0))).Add("bounce_rate", q.Percent(v[6], v[1], 2));
        }
    };

    public static Action<Obj, Line, Query> Events { get; } = (o, line, q) =>
    {
        var row = line.Row;
        Plain(o, row, EventTables.Events, q, TextOfEvents, Textual(Text.OfOneSource, row, q));
        foreach (var i in new[] { 5, 6 })
        {
            if (double.IsNaN(row.Values[i]))
            {
                o.Add(EventTables.Events.All[i].Name, !q.Store.Version.IsFour ? null : i == 5 ? false : 0);
            }
        }

        o.Add("avg_event_value", Php.Quotient(row.Values[4], row.Values[3], 2));
    };

    public static Action<Obj, Line, Query> Contents { get; } = (o, line, q) =>
    {
        Plain(o, line.Row, EventTables.Contents, q, TextOfEvents, Textual(Text.OfOneSource, line.Row, q));
        o.Add("interaction_rate", q.Percent(line.Row.Values[3], line.Row.Values[2], 4));
    };

    public static Action<Obj, Line, Query> Products { get; } = (o, line, q) =>
    {
        var v = line.Row.Values;
        Plain(o, line.Row, ProductTables.Columns, q, TextOfEvents, false);
        var carts = double.IsNaN(v[2]) ? v[3] : v[2];
        o.Add("avg_price", q.Money(double.IsNaN(v[1]) ? Php.Quotient(v[7], v[8], 2) : Php.Quotient(v[0], v[1], 2)));
        o.Add("avg_quantity", Php.Quotient(v[1], carts, 1)).Add("conversion_rate", q.Percent(carts, v[4], 4));
    };

    /// <summary>Columns as they are, absent where there is no value.</summary>
    public static void Plain(Obj o, Row row, Columns columns, Query q, HashSet<string> texts, bool textual)
    {
        for (var i = 0; i < columns.All.Count; i++)
        {
            var column = columns.All[i];
            if (!column.Hidden && !double.IsNaN(row.Values[i]))
            {
                o.Add(column.NameOver(q.IsDay), textual && texts.Contains(column.Name) ? Number(row.Values[i]) : row.Values[i]);
            }
        }
    }

    public static bool Textual(Text text, Row row, Query q) => q.IsDay && !q.Store.Version.IsFour && !row.IsOthers && text switch { Text.Always => true, Text.OfOneSource => row.Sources == 1, _ => false };

    public static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    public static string GoalName(int goal) => goal switch { 0 => "ecommerceOrder", -1 => "ecommerceAbandonedCart", _ => goal.ToString(CultureInfo.InvariantCulture) };

    private static void Goals(Obj o, SortedDictionary<int, double[]> goals)
    {
        var all = new Obj();
        double conversions = 0, revenue = 0;
        foreach (var (goal, c) in goals)
        {
            var cells = new Obj().Add("nb_conversions", c[0]).Add("nb_visits_converted", c[1]).Add("revenue", Cents(c[2]));
            if (goal == 0)
            {
                cells.Add("revenue_subtotal", Cents(c[3])).Add("revenue_tax", Cents(c[4])).Add("revenue_shipping", Cents(c[5])).Add("revenue_discount", Cents(c[6]));
            }

            if (goal <= 0)
            {
                cells.Add("items", c[7]);
            }

            if (goal >= 0)
            {
                conversions += c[0];
                revenue += c[2];
            }

            all.Add($"idgoal={GoalName(goal)}", cells);
        }

        o.Add("goals", all).Add("nb_conversions", conversions).Add("revenue", Cents(revenue));
    }

    /// <summary>Sums of money are binary floats in Matomo too; the dust stays.</summary>
    private static double Cents(double sum) => sum;
}
