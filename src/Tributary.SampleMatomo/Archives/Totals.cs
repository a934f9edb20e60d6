using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Archives;

/// <summary>The numbers of a span that stand in no table.</summary>
internal sealed class Totals
{
    public int People { get; set; }

    public int Users { get; set; }

    public long Visits { get; set; }

    public long Actions { get; set; }

    public long Converted { get; set; }

    public long Bounces { get; set; }

    public long Length { get; set; }

    public int MaxActions { get; set; }

    public long Pageviews { get; set; }

    public long UniquePageviews { get; set; }

    public long Downloads { get; set; }

    public long UniqueDownloads { get; set; }

    public long Outlinks { get; set; }

    public long UniqueOutlinks { get; set; }

    public long Searches { get; set; }

    public double[] PhaseSums { get; } = new double[6];

    public long[] PhaseHits { get; } = new long[6];

    public SortedDictionary<int, double[]> Goals { get; } = [];

    public static Totals Of(IEnumerable<Visit> visits)
    {
        var totals = new Totals();
        HashSet<ulong> people = [];
        HashSet<string> users = new(StringComparer.Ordinal);
        foreach (var visit in visits)
        {
            people.Add(visit.Visitor.Id);
            if (visit.Visitor.UserId is { } user)
            {
                users.Add(user);
            }

            totals.Count(visit);
        }

        totals.People = people.Count;
        totals.Users = users.Count;
        return totals;
    }

    /// <summary>Everything but people, who cannot be added up.</summary>
    public void Add(Totals other)
    {
        Visits += other.Visits;
        Actions += other.Actions;
        Converted += other.Converted;
        Bounces += other.Bounces;
        Length += other.Length;
        MaxActions = Math.Max(MaxActions, other.MaxActions);
        Pageviews += other.Pageviews;
        UniquePageviews += other.UniquePageviews;
        Downloads += other.Downloads;
        UniqueDownloads += other.UniqueDownloads;
        Outlinks += other.Outlinks;
        UniqueOutlinks += other.UniqueOutlinks;
        Searches += other.Searches;
        for (var i = 0; i < PhaseSums.Length; i++)
        {
            PhaseSums[i] += other.PhaseSums[i];
            PhaseHits[i] += other.PhaseHits[i];
        }

        foreach (var (goal, cells) in other.Goals)
        {
            var sum = Cells(goal);
            for (var i = 0; i < cells.Length; i++)
            {
                sum[i] += cells[i];
            }
        }
    }

    private void Count(Visit visit)
    {
        Visits++;
        Actions += visit.ActionCount;
        Converted += visit.Converted ? 1 : 0;
        Bounces += visit.Bounced ? 1 : 0;
        Length += visit.Duration;
        MaxActions = Math.Max(MaxActions, visit.ActionCount);
        HashSet<(ActionKind, string)> seen = [];
        foreach (var action in visit.Actions)
        {
            var first = seen.Add((action.Kind, action.Url));
            switch (action.Kind)
            {
                case ActionKind.Page:
                    Pageviews++;
                    UniquePageviews += first ? 1 : 0;
                    Time(action);
                    break;
                case ActionKind.Download:
                    Downloads++;
                    UniqueDownloads += first ? 1 : 0;
                    break;
                case ActionKind.Outlink:
                    Outlinks++;
                    UniqueOutlinks += first ? 1 : 0;
                    break;
                case ActionKind.Search:
                    Searches++;
                    break;
                default:
                    break;
            }
        }

        var row = new Row("", 0);
        VisitTables.AddGoals(row, visit);
        foreach (var (goal, cells) in row.Goals ?? [])
        {
            var sum = Cells(goal);
            for (var i = 0; i < cells.Length; i++)
            {
                sum[i] += cells[i];
            }
        }
    }

    private void Time(VisitAction action)
    {
        for (var i = 0; i < PhaseSums.Length && action.Timings is not null; i++)
        {
            PhaseSums[i] += action.Timings[i];
            PhaseHits[i]++;
        }
    }

    private double[] Cells(int goal) => Goals.TryGetValue(goal, out var cells) ? cells : Goals[goal] = new double[VisitTables.GoalCells];
}
