using Tributary.Matomo.Replies;

namespace Tributary.Matomo.Catalog;

/// <summary>A report an account offers: one reading API method, with its fixed parameters where one method is several reports.</summary>
public sealed record ReportDefinition
{
    /// <summary>The API method, <c>Module.action</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Matomo's stable key: <c>Module_action</c>, plus <c>_idGoal--1</c> and the like.</summary>
    public required string UniqueId { get; init; }

    /// <summary>Where its rows come from.</summary>
    public ReportSource Source { get; init; }

    /// <summary>The group as the Report menu writes it, or "More reports".</summary>
    public required string Group { get; init; }

    /// <summary>A short English name.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence: what a row is.</summary>
    public required string Description { get; init; }

    /// <summary>The form of the reply.</summary>
    public required ReplyShape Shape { get; init; }

    /// <summary>Whether the report depends on a period and date. Lists (goals, sites) do not.</summary>
    public bool HasDates { get; init; } = true;

    /// <summary>Whether the report takes <c>idSite</c>.</summary>
    public bool HasSite { get; init; } = true;

    /// <summary>Whether one reply holds rows of every site the token may view, each with its <c>idsite</c>.</summary>
    public bool IsAccountWide { get; init; }

    /// <summary>Parameters besides <c>idSite</c>, <c>period</c>, <c>date</c>, <c>segment</c>, <c>flat</c>, <c>expanded</c> and <c>idSubtable</c>.</summary>
    public IReadOnlyList<ReportParameter> Parameters { get; init; } = [];

    /// <summary>Parameters this report always sends: <c>idGoal</c>, <c>idDimension</c>.</summary>
    public IReadOnlyDictionary<string, string> FixedParameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The dimensions, one per level; empty for row reports.</summary>
    public IReadOnlyList<ReportDimension> Dimensions { get; init; } = [];

    /// <summary>Whether all levels are of one dimension (the folders of a page path): parent and child are the same report, and a label says nothing without those above it.</summary>
    public bool IsOneDimension => Dimensions.Count > 0 && Dimensions[0].Recursive;

    /// <summary>The metric columns in Matomo's order; <c>label</c>, row metadata and nested columns are not among them.</summary>
    public IReadOnlyList<ReportColumn> Columns { get; init; } = [];

    /// <summary>The keys of each object under <c>goals</c>.</summary>
    public IReadOnlyList<ReportColumn> GoalColumns { get; init; } = [];

    /// <summary>
    /// Row metadata and every other column that is no metric (<c>url</c>, <c>code</c>, a visit's <c>visitorId</c>, the columns of a list), with types.
    /// Objects and arrays are <see cref="ReportColumnType.Nested"/>.
    /// </summary>
    public IReadOnlyList<ReportColumn> Metadata { get; init; } = [];

    /// <summary>Whether <c>segment</c> is accepted.</summary>
    public bool AcceptsSegment { get; init; }

    /// <summary>Whether <c>flat=1</c> gives one row a leaf with its dimensions; false where Matomo ignores or refuses it.</summary>
    public bool FlatWorks { get; init; }

    /// <summary>Whether several periods in one request are answered truly (<c>date=A,B</c> keyed by date).</summary>
    public bool SeveralDatesWork { get; init; }

    /// <summary>The method that answers <c>idSubtable</c>; null when rows have no children.</summary>
    public string? SubtableMethod { get; init; }

    /// <summary>Whether <c>expanded=1</c> nests the children in their parents' rows; false where Matomo ignores it, so that they are only had by <c>idSubtable</c> (Contents, 5.2).</summary>
    public bool ExpandedWorks { get; init; } = true;

    /// <summary>Whether the report only makes sense with <c>idSubtable</c>.</summary>
    public bool NeedsSubtable { get; init; }

    /// <summary>Whether a row report asked alone for a period without data is answered with zeros (<c>whenNoData</c>); false when it answers nothing.</summary>
    public bool ZerosWhenNoData { get; init; }

    /// <summary>Whether the report always has the same rows, zeros included (hours, device types).</summary>
    public bool ConstantRows { get; init; }

    /// <summary>The separator Matomo's flat form joins labels with.</summary>
    public string LabelSeparator { get; init; } = " - ";

    /// <summary>Matomo's name of the metric a scalar answers as <c>value</c>; null for other shapes.</summary>
    public string? ValueMetric { get; init; }

    /// <summary>The plugin that must be active.</summary>
    public required string Plugin { get; init; }

    /// <summary>False when the account's server lacks the report.</summary>
    public bool Available { get; init; } = true;

    /// <summary>Why the report is not available; null when it is.</summary>
    public string? Reason { get; init; }
}

/// <summary>Where a report's rows come from.</summary>
public enum ReportSource
{
    /// <summary>The API method answers them.</summary>
    Api,

    /// <summary>They are made here of the visits of <c>Live.getLastVisitsDetails</c>; Matomo has no such method.</summary>
    VisitLog,
}

/// <summary>A parameter of a report.</summary>
/// <param name="Name">As Matomo spells it.</param>
/// <param name="Required">Whether the method fails without it.</param>
/// <param name="Type">site, period, date, segment, bool, int, text, url, enum, list, goal, map.</param>
/// <param name="Default">The server's default as text; null when there is none.</param>
/// <param name="Values">The values allowed; empty when open.</param>
public sealed record ReportParameter(string Name, bool Required, string Type, string? Default, IReadOnlyList<string> Values);

/// <summary>One dimension of a report.</summary>
/// <param name="Id">Matomo's dimension id (<c>Actions_PageUrl</c>), also the key of the flat entry.</param>
/// <param name="Name">English name.</param>
/// <param name="Level">1 for the top level.</param>
/// <param name="Segments">Segment names that select by it.</param>
public sealed record ReportDimension(string Id, string Name, int Level, IReadOnlyList<string> Segments)
{
    /// <summary>Whether it nests in itself to any depth (folders of page paths): all its levels are one dimension.</summary>
    public bool Recursive { get; init; }

    /// <summary>True when the server announced only a name and the id is made of it: the flat entry may be named otherwise.</summary>
    public bool IsGuessed { get; init; }
}

/// <summary>What a value is.</summary>
public enum ReportColumnType
{
    /// <summary>A whole number of things.</summary>
    Count,

    /// <summary>A number of distinct things; may not be summed over anything.</summary>
    UniqueCount,

    /// <summary>A ratio, 1 = 100 %.</summary>
    Percent,

    /// <summary>Seconds.</summary>
    Duration,

    /// <summary>An amount in the site's currency.</summary>
    Money,

    /// <summary>Any other number.</summary>
    Number,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A URL.</summary>
    Url,

    /// <summary>true/false, 1/0.</summary>
    Bool,

    /// <summary>A numeric id.</summary>
    Id,

    /// <summary>Unix seconds.</summary>
    Timestamp,

    /// <summary>A calendar date.</summary>
    Date,

    /// <summary>An object or array.</summary>
    Nested,
}

/// <summary>How values of consecutive periods combine.</summary>
public enum OverTime
{
    /// <summary>Not said: text, ids.</summary>
    NotApplicable,

    /// <summary>Add.</summary>
    Sum,

    /// <summary>Take the least.</summary>
    Min,

    /// <summary>Take the greatest.</summary>
    Max,

    /// <summary>A ratio or average: derive it again from its parts.</summary>
    Recompute,

    /// <summary>Cannot be combined (distinct counts).</summary>
    None,
}

/// <summary>A column of a report.</summary>
/// <param name="Name">As Matomo spells it.</param>
/// <param name="Type">What a value is.</param>
public sealed record ReportColumn(string Name, ReportColumnType Type)
{
    /// <summary>A unit in words (seconds, site currency); null when the type says it.</summary>
    public string? Unit { get; init; }

    /// <summary>How values of consecutive periods combine.</summary>
    public OverTime OverTime { get; init; }

    /// <summary>One sentence; null when nothing is known beyond the name.</summary>
    public string? Description { get; init; }

    /// <summary>The periods (day, week, month, year, range) the column exists for; empty means all.</summary>
    public IReadOnlyList<string> Periods { get; init; } = [];

    /// <summary>True when the column comes only with an option, a goal, or from another Matomo version: it is not announced in a schema before it is seen.</summary>
    public bool Optional { get; init; }

    /// <summary>True for icon paths and the like: known, but no column is made of it.</summary>
    public bool LeftOut { get; init; }
}
