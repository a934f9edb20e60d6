using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Archives;

/// <summary>Tables of events and contents: two texts of an action, one below the other.</summary>
internal static class EventTables
{
    public static readonly Columns Events = new(
        new("nb_uniq_visitors", Fold.DailyUnique), new("nb_visits"), new("nb_events"), new("nb_events_with_value"), new("sum_event_value"),
        new("min_event_value", Fold.Min), new("max_event_value", Fold.Max));

    public static readonly Columns Contents = new(new("nb_uniq_visitors", Fold.DailyUnique), new("nb_visits"), new("nb_impressions"), new("nb_interactions"));

    public static Table Event(IReadOnlyList<Visit> visits, Func<VisitAction, string> key, Func<VisitAction, string> below) =>
        Build(visits, ActionKind.Event, Events, key, below, a => $"{a.Category}\n{a.Action}\n{a.Name}", (row, action) =>
        {
            row.Add(2, 1);
            row.Add(3, action.Value is null ? 0 : 1);
            row.Add(4, action.Value ?? 0);
            if (action.Value is { } value)
            {
                row.Values[5] = Table.Fold1(Fold.Min, row.Values[5], value);
                row.Values[6] = Table.Fold1(Fold.Max, row.Values[6], value);
            }
        });

    public static Table Content(IReadOnlyList<Visit> visits, Func<VisitAction, string> key, Func<VisitAction, string> below) =>
        Build(visits, ActionKind.Content, Contents, key, below, a => $"{a.Name}\n{a.Action}", (row, action) =>
        {
            row.Add(2, 1);
            row.Add(3, action.Interacted ? 1 : 0);
        });

    private static Table Build(
        IReadOnlyList<Visit> visits, ActionKind kind, Columns columns, Func<VisitAction, string> key, Func<VisitAction, string> below, Func<VisitAction, string> source, Action<Row, VisitAction> count)
    {
        var table = new Table(columns);
        var people = new Dictionary<Row, (HashSet<ulong> Visitors, HashSet<string> Sources)>();
        foreach (var visit in visits)
        {
            var seen = new HashSet<Row>();
            foreach (var action in visit.Actions.Where(a => a.Kind == kind))
            {
                var row = table.Get(key(action));
                Hit(row, action);
                var second = below(action);
                if (second.Length > 0)
                {
                    Hit((row.Sub ??= new Table(columns)).Get(second), action);
                }
            }

            void Hit(Row row, VisitAction action)
            {
                if (!people.TryGetValue(row, out var met))
                {
                    people[row] = met = ([], new(StringComparer.Ordinal));
                }

                met.Visitors.Add(visit.Visitor.Id);
                met.Sources.Add(source(action));
                row.Add(1, seen.Add(row) ? 1 : 0);
                count(row, action);
            }
        }

        foreach (var (row, (visitors, sources)) in people)
        {
            row.Values[0] = visitors.Count;
            row.Sources = sources.Count;
        }

        return table;
    }
}
