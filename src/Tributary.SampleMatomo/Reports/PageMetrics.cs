using System.Globalization;
using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;

namespace Tributary.SampleMatomo.Reports;

/// <summary>The many numbers of a page, and the few of a download or a search.</summary>
internal static class PageMetrics
{
    private static readonly HashSet<string> Texts = new(
        [
            "nb_hits_following_search", "entry_nb_visits", "entry_nb_actions", "entry_sum_visit_length", "entry_bounce_count", "exit_nb_visits",
            .. ActionTables.Phases.Select(p => $"nb_hits_with_time_{p}"),
        ],
        StringComparer.Ordinal);

    private static readonly Columns C = ActionTables.Columns;

    public static Action<Obj, Line, Query> Page { get; } = (o, line, q) => Write(o, line, q, timings: true, goals: true, averages: true);

    /// <summary>A single page: without the timing phases (recorded on 5.2).</summary>
    public static Action<Obj, Line, Query> OnePage { get; } = (o, line, q) => Write(o, line, q, timings: false, goals: true, averages: true);

    public static Action<Obj, Line, Query> File { get; } = (o, line, q) => Write(o, line, q, timings: false, goals: false, averages: false);

    public static Action<Obj, Line, Query> Search { get; } = (o, line, q) =>
    {
        Write(o, line, q, timings: false, goals: false, averages: true, bandwidthText: true);
        o.Add("nb_pages_per_search", 1);
    };

    private static void Write(Obj o, Line line, Query q, bool timings, bool goals, bool averages, bool bandwidthText = false)
    {
        var row = line.Row;
        var textual = Metrics.Textual(Text.OfOneSource, row, q);
        // Counts of timings are texts in 4.16 too, the others are not.
        var fourDay = q.Store.Version.IsFour && q.IsDay && row is { IsOthers: false, Sources: 1 };
        bandwidthText |= q.Flat || line.InSubtable;
        for (var i = 0; i < C.All.Count; i++)
        {
            var column = C.All[i];
            var value = row.Values[i];
            if (column.Hidden || (!timings && column.Name.Contains("_time_", StringComparison.Ordinal) && column.Name != "sum_time_spent"))
            {
                continue;
            }

            if (double.IsNaN(value))
            {
                if (column.Fold is Fold.Min or Fold.Max)
                {
                    o.Add(column.Name, null);
                }

                continue;
            }

            o.Add(column.NameOver(q.IsDay), Out(column, value, textual, bandwidthText, fourDay));
        }

        if (goals && row.Goals is { } byGoal)
        {
            o.Add("goals", Goals(byGoal, row, q));
        }

        // Rows of expanded subtables come without the averages of plugins (recorded on 5.2).
        if (!line.InSubtable)
        {
            o.Add("avg_bandwidth", Php.Quotient(row.Values[C["sum_bandwidth"]], row.Values[C["nb_hits_with_bandwidth"]], 0));
        }

        if (timings && !line.InSubtable)
        {
            Averages(o, row, q);
        }

        if (averages)
        {
            o.Add("avg_time_on_page", q.Duration(Php.Quotient(row.Values[C["sum_time_spent"]], row.Values[C["nb_hits"]], 0)));
            o.Add("bounce_rate", q.Percent(row.Values[C["entry_bounce_count"]], row.Values[C["entry_nb_visits"]], 2));
            o.Add("exit_rate", q.Percent(row.Values[C["exit_nb_visits"]], row.Values[C["nb_visits"]], 2));
        }
    }

    private static object Out(Column column, double value, bool textual, bool bandwidthText, bool fourDay)
    {
        if (column.Name is "sum_bandwidth" or "nb_hits_with_bandwidth")
        {
            return textual && bandwidthText ? Metrics.Number(value) : value;
        }

        if (column.Name.StartsWith("min_time", StringComparison.Ordinal) || column.Name.StartsWith("max_time", StringComparison.Ordinal))
        {
            return value.ToString("0.0000", CultureInfo.InvariantCulture);
        }

        return (textual || (fourDay && column.Name.StartsWith("nb_hits_with_time_", StringComparison.Ordinal))) && Texts.Contains(column.Name) ? Metrics.Number(value) : value;
    }

    private static void Averages(Obj o, Row row, Query q)
    {
        double total = 0;
        foreach (var phase in ActionTables.Phases)
        {
            var average = Php.Quotient(row.Values[C[$"sum_time_{phase}"]] / 1000, row.Values[C[$"nb_hits_with_time_{phase}"]], 3);
            total += average;
            o.Add($"avg_time_{phase}", q.Format is "1" or "all" ? $"{average.ToString(CultureInfo.InvariantCulture)}s" : average);
        }

        o.Add("avg_page_load_time", q.Format is "1" or "all" ? $"{Php.Round(total, 2).ToString(CultureInfo.InvariantCulture)}s" : Php.Round(total, 3));
    }

    private static Obj Goals(SortedDictionary<int, double[]> goals, Row row, Query q)
    {
        var all = new Obj();
        var totals = q.Totals().Goals;
        var entries = row.Values[C["entry_nb_visits"]];
        foreach (var (goal, c) in goals)
        {
            var cells = new Obj().Add("nb_conversions", c[0]).Add("revenue", c[1]);
            if (goal >= 0)
            {
                cells.Add("nb_conv_pages_before", c[2]).Add("nb_conversions_attrib", Php.Round(c[3], 4));
            }

            cells.Add("nb_conversions_page_rate", Php.Quotient(c[4], totals.TryGetValue(goal, out var t) ? t[0] : 0, 3)).Add("nb_conversions_page_uniq", c[4]);
            if (goal >= 0)
            {
                cells.Add("revenue_attrib", Php.Round(c[5], 2));
                if (c[6] > 0)
                {
                    cells.Add("revenue_entry", c[7]).Add("nb_conversions_entry_rate", Php.Quotient(c[6], entries, 3))
                        .Add("revenue_per_entry", Php.Quotient(c[7], entries, 3)).Add("nb_conversions_entry", c[6]);
                }
            }

            all.Add($"idgoal={Metrics.GoalName(goal)}", cells);
        }

        return all;
    }
}
