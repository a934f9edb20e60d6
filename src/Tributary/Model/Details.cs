using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Model;

/// <summary>Everything that says what to read: report, sites, dates and the report's own fields. Validated by <c>DetailsRules</c>; stored as JSON inside a <see cref="DataSetDefinition"/>.</summary>
public sealed record Details
{
    /// <summary>The API method as Matomo names it, or a report's unique id.</summary>
    public required string Report { get; init; }

    /// <summary>The sites chosen; null means all the token may view, looked up at each run.</summary>
    public IReadOnlyList<int>? Sites { get; init; }

    /// <summary>What Matomo is asked for: day, week, month, year or range.</summary>
    public Period Period { get; init; } = Period.Day;

    /// <summary>One date: the period that contains it. Null when <see cref="Start"/> and <see cref="End"/> are given.</summary>
    public DateChoice? Date { get; init; }

    /// <summary>The first day of several periods or of a range, inclusive.</summary>
    public DateChoice? Start { get; init; }

    /// <summary>The last day, inclusive.</summary>
    public DateChoice? End { get; init; }

    /// <summary>Segment expressions. One set of rows each; with none, and no <see cref="SavedSegments"/>, all visits.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Names of segments saved on the server, looked up at each run. One set of rows each.</summary>
    public IReadOnlyList<string> SavedSegments { get; init; } = [];

    /// <summary>Page, download or outlink URL of a report about one.</summary>
    public string? Url { get; init; }

    /// <summary>Page title of a report about one.</summary>
    public string? Title { get; init; }

    /// <summary>The action of <c>Transitions.getTransitionsForAction</c>.</summary>
    public string? ActionName { get; init; }

    /// <summary>"url" or "title": what <see cref="ActionName"/> is.</summary>
    public string? ActionType { get; init; }

    /// <summary>A goal id, "order" or "abandoned-cart"; null means all.</summary>
    public string? Goal { get; init; }

    /// <summary>A subtable id, valid only for one site and date.</summary>
    public long? Subtable { get; init; }

    /// <summary>The label of the row whose subtable is read, looked up at each run; <c>a&gt;b</c> walks down.</summary>
    public string? SubtableOf { get; init; }

    /// <summary>Whether every row is expanded into the rows below it.</summary>
    public bool AllSubtables { get; init; }

    /// <summary>The nested field that becomes one row an item; null for none.</summary>
    public string? Flatten { get; init; }

    /// <summary>What is done to personal fields of raw visits, where it is not the default.</summary>
    public IReadOnlyDictionary<string, PersonalTreatment> Personal { get; init; } = new Dictionary<string, PersonalTreatment>();

    /// <summary>Any other parameter of the report.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The longest path of <c>ClickPath.getPaths</c>.</summary>
    public int Steps { get; init; } = 5;

    /// <summary>Whether a hierarchical report is read in full detail, or its top level alone.</summary>
    public RowDetail Levels { get; init; } = RowDetail.All;

    /// <summary>The columns to keep besides the key columns; empty means all.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Whether rows are told apart by segment.</summary>
    [JsonIgnore]
    public bool HasSegments => Segments.Count + SavedSegments.Count > 0;

    /// <summary>Whether a subtable is read by itself, by id or label.</summary>
    [JsonIgnore]
    public bool IsOneSubtable => Subtable is not null || SubtableOf is not null;

    /// <summary>All that decides what the rows of one site and date look like, in 64 digits: rows read with equal ones are alike.</summary>
    [JsonIgnore]
    public string RowShape => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes<IReadOnlyList<IReadOnlyList<string?>>>(
    [
        [Levels.ToString(), Flatten, Goal, Url, Title, ActionName, ActionType, Subtable?.ToString(CultureInfo.InvariantCulture), SubtableOf, AllSubtables.ToString(), Steps.ToString(CultureInfo.InvariantCulture)],
        Columns,
        [.. Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => new[] { p.Key, p.Value })],
        [.. Personal.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => new[] { p.Key, p.Value.ToString() })],
    ])));

    /// <summary>Whether the details ask for several periods or a range, by a start and an end.</summary>
    [JsonIgnore]
    public bool IsSpan => Start is not null;
}

/// <summary>How far down a hierarchical report is read.</summary>
public enum RowDetail
{
    /// <summary>One row a leaf, with one column a level.</summary>
    All,

    /// <summary>The top level only.</summary>
    Top,
}

/// <summary>A date given once, or counted back from the site's own today.</summary>
/// <param name="On">The date; null when relative.</param>
/// <param name="DaysBack">Days before the site's today, 0 is today; null when <paramref name="On"/> is given.</param>
public sealed record DateChoice(DateOnly? On, int? DaysBack)
{
    /// <summary>A fixed date.</summary>
    public static DateChoice Fixed(DateOnly date) => new(date, null);

    /// <summary>A date counted back from the site's today.</summary>
    public static DateChoice Back(int days) => new(null, days);

    /// <summary>The date it comes to when the site's calendar says <paramref name="today"/>.</summary>
    public DateOnly Resolve(DateOnly today) => On ?? today.AddDays(-DaysBack!.Value);

    /// <summary>Whether it moves from day to day.</summary>
    [JsonIgnore]
    public bool IsRelative => DaysBack is not null;
}
