using Tributary.SampleMatomo.Archives;
using Tributary.SampleMatomo.Http;

namespace Tributary.SampleMatomo.Reports;

/// <summary>Custom dimensions show their numbers in their own way: sums of time in seconds, no goals of pages, nothing as text.</summary>
internal static class DimensionMetrics
{
    private static readonly Columns C = ActionTables.Columns;

    public static Action<Obj, Line, Query> Visit { get; } = (o, line, q) =>
    {
        Metrics.Visits(Text.Never)(o, line, q);
        var v = line.Row.Values;
        o.Add("avg_bandwidth", 0).Add("avg_time_on_site", q.Duration(Php.Quotient(v[5], v[1], 0))).Add("bounce_rate", q.Percent(v[6], v[1], 2)).Add("nb_actions_per_visit", Php.Quotient(v[2], v[1], 1));
    };

    public static Action<Obj, Line, Query> Action { get; } = (o, line, q) =>
    {
        var v = line.Row.Values;
        o.Add("nb_visits", v[C["nb_visits"]]).Add(q.IsDay ? "nb_uniq_visitors" : "sum_daily_nb_uniq_visitors", v[C["nb_uniq_visitors"]]).Add("nb_hits", v[C["nb_hits"]]);
        foreach (var phase in ActionTables.Phases)
        {
            o.Add($"sum_time_{phase}", Some(v[C[$"sum_time_{phase}"]]) / 1000).Add($"nb_hits_with_time_{phase}", Some(v[C[$"nb_hits_with_time_{phase}"]]))
                .Add($"min_time_{phase}", Some(v[C[$"min_time_{phase}"]])).Add($"max_time_{phase}", Some(v[C[$"max_time_{phase}"]]));
        }

        var bounces = Some(v[C["entry_bounce_count"]]);
        var exits = Some(v[C["exit_nb_visits"]]);
        o.Add("sum_bandwidth", v[C["sum_bandwidth"]]).Add("nb_hits_with_bandwidth", v[C["nb_hits_with_bandwidth"]]).Add("min_bandwidth", Some(v[C["min_bandwidth"]])).Add("max_bandwidth", Some(v[C["max_bandwidth"]]))
            .Add("sum_time_spent", v[C["sum_time_spent"]]).Add("bounce_count", bounces).Add("exit_nb_visits", exits)
            .Add("avg_bandwidth", Php.Quotient(v[C["sum_bandwidth"]], v[C["nb_hits_with_bandwidth"]], 0)).Add("avg_time_on_dimension", q.Duration(Php.Quotient(v[C["sum_time_spent"]], v[C["nb_hits"]], 0)))
            .Add("bounce_rate", q.Percent(bounces, v[C["nb_visits"]], 2)).Add("exit_rate", q.Percent(exits, v[C["nb_visits"]], 2));
    };

    private static double Some(double value) => double.IsNaN(value) ? 0 : value;
}
