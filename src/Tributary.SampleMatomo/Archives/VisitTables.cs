using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Archives;

/// <summary>Tables that count visits by something a visit is, has or came from.</summary>
internal static class VisitTables
{
    public static readonly Columns Columns = new(
        new("nb_uniq_visitors", Fold.DailyUnique), new("nb_visits"), new("nb_actions"), new("nb_users", Fold.DailyUnique), new("max_actions", Fold.Max),
        new("sum_visit_length"), new("bounce_count"), new("nb_visits_converted"));

    /// <summary>The cells of a goal: conversions, visits converted, revenue, subtotal, tax, shipping, discount, items.</summary>
    public const int GoalCells = 8;

    public static Table Build(IReadOnlyList<Visit> visits, Func<Visit, string?> key, Func<Visit, string?>? subKey = null, Func<Visit, string>? source = null, bool goals = false, bool subGoals = false)
    {
        var table = new Table(Columns);
        var people = new Dictionary<Row, (HashSet<ulong> Visitors, HashSet<string> Users, HashSet<string>? Sources)>();
        foreach (var visit in visits)
        {
            if (key(visit) is not { } label)
            {
                continue;
            }

            var row = table.Get(label);
            Count(row, visit, people, source, goals);
            if (subKey?.Invoke(visit) is { } below)
            {
                row.Sub ??= new Table(Columns);
                Count(row.Sub.Get(below), visit, people, source, subGoals);
            }
        }

        foreach (var (row, (visitors, users, sources)) in people)
        {
            row.Values[0] = visitors.Count;
            row.Values[3] = users.Count;
            row.Sources = sources?.Count ?? 1;
        }

        return table;
    }

    public static void AddGoals(Row row, Visit visit)
    {
        foreach (var byGoal in visit.Conversions.GroupBy(c => c.GoalId))
        {
            row.Goals ??= [];
            if (!row.Goals.TryGetValue(byGoal.Key, out var cells))
            {
                row.Goals[byGoal.Key] = cells = new double[GoalCells];
            }

            cells[1]++;
            foreach (var c in byGoal)
            {
                cells[0]++;
                cells[2] += (double)c.Revenue;
                cells[3] += (double)c.Subtotal;
                cells[4] += (double)c.Tax;
                cells[5] += (double)c.Shipping;
                cells[6] += (double)c.Discount;
                cells[7] += c.ItemCount;
            }
        }
    }

    private static void Count(Row row, Visit visit, Dictionary<Row, (HashSet<ulong> Visitors, HashSet<string> Users, HashSet<string>? Sources)> people, Func<Visit, string>? source, bool goals)
    {
        if (!people.TryGetValue(row, out var who))
        {
            people[row] = who = ([], new(StringComparer.Ordinal), source is null ? null : new(StringComparer.Ordinal));
        }

        who.Visitors.Add(visit.Visitor.Id);
        if (visit.Visitor.UserId is { } user)
        {
            who.Users.Add(user);
        }

        who.Sources?.Add(source!(visit));
        row.Add(1, 1);
        row.Add(2, visit.ActionCount);
        row.Values[4] = Table.Fold1(Fold.Max, row.Values[4], visit.ActionCount);
        row.Add(5, visit.Duration);
        row.Add(6, visit.Bounced ? 1 : 0);
        row.Add(7, visit.Converted ? 1 : 0);
        if (goals)
        {
            AddGoals(row, visit);
        }
    }
}
