using System.Globalization;
using Tributary.Model;

namespace Tributary.DataCenter.Forms;

/// <summary>What to read, field by field as the command line and the file form name them. What is left out takes its default, or stays as it is.</summary>
internal record DetailsFields
{
    /// <summary>The report as Matomo names the method: Actions.getPageUrls.</summary>
    public string? Report { get; init; }

    /// <summary>Ids; empty for all sites.</summary>
    public IReadOnlyList<int>? Sites { get; init; }

    /// <summary>day, week, month, year or range.</summary>
    public string? Period { get; init; }

    /// <summary>The period that contains this date: 2026-01-31.</summary>
    public string? Date { get; init; }

    /// <summary>The period that contains the site's today minus so many days.</summary>
    public int? DaysBack { get; init; }

    /// <summary>First day, inclusive.</summary>
    public string? Start { get; init; }

    /// <summary>First day, counted back from the site's today.</summary>
    public int? StartDaysBack { get; init; }

    /// <summary>Last day, inclusive.</summary>
    public string? End { get; init; }

    /// <summary>Last day, counted back from the site's today.</summary>
    public int? EndDaysBack { get; init; }

    /// <summary>The partitions between start and end: none, day, week, month or year.</summary>
    public string? By { get; init; }

    /// <summary>Matomo segments; one set of rows each.</summary>
    public IReadOnlyList<string>? Segment { get; init; }

    /// <summary>Segments saved on the server, by name.</summary>
    public IReadOnlyList<string>? SavedSegment { get; init; }

    /// <summary>all, a goal's id, order or abandoned-cart.</summary>
    public string? Goal { get; init; }

    /// <summary>A subtable's id, valid for one site and one date.</summary>
    public int? Subtable { get; init; }

    /// <summary>The rows below the row with this label; a&gt;b walks down.</summary>
    public string? SubtableOf { get; init; }

    /// <summary>all: the rows below every row.</summary>
    public string? Subtables { get; init; }

    /// <summary>One row for each item of a nested field.</summary>
    public string? Flatten { get; init; }

    /// <summary>The page, download or outlink of a report about one.</summary>
    public string? Url { get; init; }

    /// <summary>The page title of a report about one.</summary>
    public string? Title { get; init; }

    /// <summary>The action of Transitions.getTransitionsForAction.</summary>
    public string? ActionName { get; init; }

    /// <summary>What action_name is: url or title.</summary>
    public string? ActionType { get; init; }

    /// <summary>The longest path of ClickPath.getPaths.</summary>
    public int? Steps { get; init; }

    /// <summary>Any other parameter of the report, by name.</summary>
    public IReadOnlyDictionary<string, string>? Parameter { get; init; }

    /// <summary>What is done to personal fields of raw visits: keep, hash or drop, by field.</summary>
    public IReadOnlyDictionary<string, string>? Personal { get; init; }

    /// <summary>The top level of a hierarchy, or every leaf: top or all.</summary>
    public string? Levels { get; init; }

    /// <summary>The columns to keep besides site and period.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Whether anything of the details is given.</summary>
    internal bool HasDetails => new object?[]
    {
        Report, Sites, Period, Date, DaysBack, Start, StartDaysBack, End, EndDaysBack, By, Segment, SavedSegment, Goal, Subtable, SubtableOf, Subtables, Flatten, Url, Title, ActionName, ActionType,
        Steps, Parameter, Personal, Levels, Columns,
    }.Any(v => v is not null);

    public DetailsInput ToDetails() => new()
    {
        Report = Report,
        Sites = Sites is null ? null : Sites.Count == 0 ? "all" : string.Join(',', Sites.Select(s => s.ToString(CultureInfo.InvariantCulture))),
        Period = Period,
        Date = Date,
        DaysBack = Text(DaysBack),
        Start = Start,
        StartDaysBack = Text(StartDaysBack),
        End = End,
        EndDaysBack = Text(EndDaysBack),
        By = By,
        Segments = Segment ?? [],
        SavedSegments = SavedSegment ?? [],
        Goal = Goal,
        Subtable = Text(Subtable),
        SubtableOf = SubtableOf,
        Subtables = Subtables,
        Flatten = Flatten,
        Url = Url,
        Title = Title,
        ActionName = ActionName,
        ActionType = ActionType,
        Steps = Text(Steps),
        Parameters = Pairs(Parameter),
        Personal = Pairs(Personal),
        Levels = Levels,
        Columns = Columns is null ? null : string.Join(',', Columns),
    };

    /// <summary>The details as a change of others: a list that is there and empty takes its field away.</summary>
    public DetailsInput ToChange() => ToDetails() with { Segments = Segment is { Count: 0 } ? [""] : Segment ?? [], SavedSegments = SavedSegment is { Count: 0 } ? [""] : SavedSegment ?? [] };

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static List<string> Pairs(IReadOnlyDictionary<string, string>? map) => [.. (map ?? new Dictionary<string, string>()).Select(p => $"{p.Key}={p.Value}")];
}
