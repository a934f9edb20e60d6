using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Archives;

/// <summary>Tables of pages, titles, downloads, outlinks and site searches.</summary>
internal static class ActionTables
{
    public static readonly IReadOnlyList<string> Phases = ["network", "server", "transfer", "dom_processing", "dom_completion", "on_load"];

    public static readonly Columns Columns = new(
    [
        new("nb_visits"), new("nb_uniq_visitors", Fold.DailyUnique), new("nb_hits"), new("sum_time_spent"), new("nb_hits_following_search"),
        .. Phases.SelectMany(p => new Column[]
        {
            new($"nb_hits_with_time_{p}"), new($"min_time_{p}", Fold.Min), new($"max_time_{p}", Fold.Max), new($"sum_time_{p}", Fold.Sum, Hidden: true),
        }),
        new("sum_bandwidth"), new("nb_hits_with_bandwidth"), new("min_bandwidth", Fold.Min), new("max_bandwidth", Fold.Max),
        new("entry_nb_uniq_visitors", Fold.DailyUnique), new("entry_nb_visits"), new("entry_nb_actions"), new("entry_sum_visit_length"), new("entry_bounce_count"),
        new("exit_nb_uniq_visitors", Fold.DailyUnique), new("exit_nb_visits"), new("nb_pages_per_search_sum", Fold.Sum, Hidden: true),
    ]);

    /// <summary>The columns of spans whose minima and maxima Matomo adds up.</summary>
    public static readonly Columns Summing = Columns.Summing();

    /// <summary>The cells of a page's goal: conversions, revenue, pages before, attributed conversions, distinct conversions, attributed revenue, entries, entry revenue.</summary>
    public const int GoalCells = 8;

    private static readonly int Visits = Columns["nb_visits"], People = Columns["nb_uniq_visitors"], Hits = Columns["nb_hits"], Time = Columns["sum_time_spent"],
        AfterSearch = Columns["nb_hits_following_search"], FirstPhase = Columns["nb_hits_with_time_network"], Bandwidth = Columns["sum_bandwidth"],
        EntryPeople = Columns["entry_nb_uniq_visitors"], EntryVisits = Columns["entry_nb_visits"], ExitPeople = Columns["exit_nb_uniq_visitors"], ExitVisits = Columns["exit_nb_visits"],
        PagesAfter = Columns["nb_pages_per_search_sum"];

    public static Table Pages(IReadOnlyList<Visit> visits) => BuildPages(visits, page => PathTree.OfPage(page.Url), withUrl: true);

    public static Table Titles(IReadOnlyList<Visit> visits) => BuildPages(visits, page => [page.Title], withUrl: false);

    /// <summary>Pages by any text of theirs, one level, only the pages chosen.</summary>
    public static Table By(IReadOnlyList<Visit> visits, Func<Page, string> label, Func<Page, bool>? only = null) =>
        BuildPages(visits, page => [label(page)], withUrl: false, only);

    public static Table Files(IReadOnlyList<Visit> visits, ActionKind kind)
    {
        var table = new Table(Columns);
        var people = new Dictionary<(Row, int), HashSet<ulong>>();
        foreach (var visit in visits)
        {
            var seen = new HashSet<Row>();
            var afterSearch = false;
            foreach (var action in visit.Actions)
            {
                if (action.Kind == kind)
                {
                    var row = PathTree.Leaf(table, PathTree.OfFile(action.Url));
                    row.Url = action.Url;
                    Hit(row, visit, action, seen, people);
                    row.Values[Time] = 0;
                    if (afterSearch)
                    {
                        row.Add(AfterSearch, 1);
                    }
                }

                afterSearch = action.Kind == ActionKind.Search;
            }
        }

        Settle(people);
        PathTree.SumUp(table);
        return table;
    }

    public static Table Searches(IReadOnlyList<Visit> visits, bool withoutResult)
    {
        var table = new Table(Columns);
        var people = new Dictionary<(Row, int), HashSet<ulong>>();
        foreach (var visit in visits)
        {
            var seen = new HashSet<Row>();
            for (var i = 0; i < visit.Actions.Count; i++)
            {
                var action = visit.Actions[i];
                if (action.Kind != ActionKind.Search || (withoutResult && action.SearchCount > 0))
                {
                    continue;
                }

                var row = table.Get(action.Name);
                Hit(row, visit, action, seen, people);
                row.Values[People] = double.NaN;
                row.Add(PagesAfter, 1);
                if (i == visit.Actions.Count - 1)
                {
                    row.Add(ExitVisits, 1);
                }
            }
        }

        foreach (var row in table.Rows)
        {
            row.Sources = 1;
        }

        return table;
    }

    private static Table BuildPages(IReadOnlyList<Visit> visits, Func<Page, IReadOnlyList<string>> path, bool withUrl, Func<Page, bool>? only = null)
    {
        var table = new Table(Columns);
        var people = new Dictionary<(Row, int), HashSet<ulong>>();
        foreach (var visit in visits)
        {
            var seen = new HashSet<Row>();
            Row? entry = null, exit = null;
            var hits = new List<(Row Row, long Time)>();
            foreach (var action in visit.Actions.Where(a => a.Kind == ActionKind.Page && only?.Invoke(a.Page!) != false))
            {
                var row = PathTree.Leaf(table, path(action.Page!));
                if (withUrl)
                {
                    row.Url ??= action.Url;
                }

                Hit(row, visit, action, seen, people);
                entry ??= row;
                exit = row;
                hits.Add((row, action.Time));
            }

            if (entry is null || exit is null)
            {
                continue;
            }

            entry.Add(EntryVisits, 1);
            entry.Add(EntryVisits + 1, visit.ActionCount);
            entry.Add(EntryVisits + 2, visit.Duration);
            entry.Add(EntryVisits + 3, visit.Bounced ? 1 : 0);
            Meet(people, entry, EntryPeople, visit);
            exit.Add(ExitVisits, 1);
            Meet(people, exit, ExitPeople, visit);
            Credit(visit, hits, entry);
        }

        Settle(people);
        PathTree.SumUp(table);
        return table;
    }

    /// <summary>Every page seen before a conversion has a share in it.</summary>
    private static void Credit(Visit visit, List<(Row Row, long Time)> hits, Row entry)
    {
        foreach (var conversion in visit.Conversions)
        {
            var before = hits.Where(h => h.Time <= conversion.Time).ToList();
            foreach (var byRow in before.GroupBy(h => h.Row))
            {
                var cells = Cells(byRow.Key, conversion.GoalId);
                cells[0]++;
                cells[1] += (double)conversion.Revenue;
                cells[2] += before.Count;
                cells[3] += (double)byRow.Count() / before.Count;
                cells[4]++;
                cells[5] += (double)conversion.Revenue * byRow.Count() / before.Count;
            }

            var first = Cells(entry, conversion.GoalId);
            first[6]++;
            first[7] += (double)conversion.Revenue;
        }
    }

    private static double[] Cells(Row row, int goal)
    {
        row.Goals ??= [];
        return row.Goals.TryGetValue(goal, out var cells) ? cells : row.Goals[goal] = new double[GoalCells];
    }

    private static void Hit(Row row, Visit visit, VisitAction action, HashSet<Row> seen, Dictionary<(Row, int), HashSet<ulong>> people)
    {
        row.Add(Hits, 1);
        row.Add(Visits, seen.Add(row) ? 1 : 0);
        row.Add(Time, action.TimeSpent);
        row.Sources = 1;
        if (action.FollowsSearch)
        {
            row.Add(AfterSearch, 1);
        }

        for (var i = 0; i < Phases.Count && action.Kind == ActionKind.Page; i++)
        {
            row.Add(FirstPhase + (4 * i), action.Timings is null ? 0 : 1);
            if (action.Timings is { } t)
            {
                row.Values[FirstPhase + (4 * i) + 1] = Table.Fold1(Fold.Min, row.Values[FirstPhase + (4 * i) + 1], t[i] / 1000.0);
                row.Values[FirstPhase + (4 * i) + 2] = Table.Fold1(Fold.Max, row.Values[FirstPhase + (4 * i) + 2], t[i] / 1000.0);
                row.Add(FirstPhase + (4 * i) + 3, t[i]);
            }
        }

        row.Add(Bandwidth, action.Bandwidth ?? 0);
        row.Add(Bandwidth + 1, action.Bandwidth is null ? 0 : 1);
        if (action.Bandwidth is { } bytes)
        {
            row.Values[Bandwidth + 2] = Table.Fold1(Fold.Min, row.Values[Bandwidth + 2], bytes);
            row.Values[Bandwidth + 3] = Table.Fold1(Fold.Max, row.Values[Bandwidth + 3], bytes);
        }

        Meet(people, row, People, visit);
    }

    private static void Meet(Dictionary<(Row, int), HashSet<ulong>> people, Row row, int column, Visit visit)
    {
        if (!people.TryGetValue((row, column), out var met))
        {
            people[(row, column)] = met = [];
        }

        met.Add(visit.Visitor.Id);
    }

    private static void Settle(Dictionary<(Row, int), HashSet<ulong>> people)
    {
        foreach (var ((row, column), met) in people)
        {
            row.Values[column] = met.Count;
        }
    }
}
