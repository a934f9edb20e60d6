using Tributary.Model;

namespace Tributary.Tables;

/// <summary>A chart over periods to read.</summary>
public sealed record SeriesRequest
{
    /// <summary>What is charted: a metric's column.</summary>
    public required string Metric { get; init; }

    /// <summary>What makes a line each: null for one line, "site", or a dimension's column.</summary>
    public string? By { get; init; }

    /// <summary>The segment, where rows are told apart by segment; null for all visits.</summary>
    public string? Segment { get; init; }

    /// <summary>Periods from this day on; null for all.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Periods up to this day; null for all.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Lines at most, with the rest where there are more.</summary>
    public int MaxSeries { get; init; } = 6;
}

/// <summary>A period of a chart.</summary>
/// <param name="Start">Its first day.</param>
/// <param name="IsProvisional">Whether any site's may still change.</param>
/// <param name="IsTruncated">Whether Matomo cut rows of any site off into Others.</param>
/// <param name="IsMissing">Whether no site has it stored.</param>
public sealed record SeriesPeriod(DateOnly Start, bool IsProvisional, bool IsTruncated, bool IsMissing)
{
    /// <summary>How many sites have it stored.</summary>
    public int Sites { get; init; }
}

/// <summary>A line of a chart.</summary>
/// <param name="Name">The site's name or the dimension's value; null for the one line there is, for the rest, and where the value is null.</param>
/// <param name="SiteId">The site; null where lines are not sites.</param>
/// <param name="IsRest">Whether it is everything that has no line of its own, Matomo's Others rows included.</param>
/// <param name="Total">All periods together; null where the metric must not be combined over periods.</param>
/// <param name="Values">A value for each period; null where nothing is known.</param>
public sealed record SeriesLine(string? Name, int? SiteId, bool IsRest, double? Total, IReadOnlyList<double?> Values);

/// <summary>A metric over periods.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Period">What each period is.</param>
/// <param name="Periods">The periods in order, without gaps.</param>
/// <param name="Lines">The largest first, the rest last.</param>
/// <param name="Segment">The segment that was taken; empty for all visits.</param>
/// <param name="Currencies">The currencies of the amounts: more than one only where lines are sites.</param>
public sealed record Series(ColumnDefinition Metric, Period Period, IReadOnlyList<SeriesPeriod> Periods, IReadOnlyList<SeriesLine> Lines, string Segment, IReadOnlyList<string> Currencies)
{
    /// <summary>How many sites have any of the periods stored.</summary>
    public int Sites { get; init; }
}

/// <summary>A bar of a chart.</summary>
/// <param name="Name">The dimension's value; null where it is null.</param>
/// <param name="Value">The metric.</param>
public sealed record TopValue(string? Name, double? Value);

/// <summary>The largest values of a dimension.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Dimension">The dimension.</param>
/// <param name="Values">The largest first.</param>
/// <param name="Rest">All others together, Matomo's Others rows included; null where there are none.</param>
/// <param name="From">The first day of the first period that is in it; null when nothing is stored.</param>
/// <param name="To">The first day of the last period that is in it.</param>
public sealed record TopValues(ColumnDefinition Metric, ColumnDefinition Dimension, IReadOnlyList<TopValue> Values, double? Rest, DateOnly? From, DateOnly? To)
{
    /// <summary>What each period is.</summary>
    public Period Period { get; init; }

    /// <summary>The periods that are in it, in order, without gaps.</summary>
    public IReadOnlyList<SeriesPeriod> Periods { get; init; } = [];

    /// <summary>How many sites have any of the periods stored.</summary>
    public int Sites { get; init; }
}

/// <summary>What chart suits a DataSet.</summary>
public enum ChartKind
{
    /// <summary>None: nothing is stored yet, or there is no number that may be combined.</summary>
    None,

    /// <summary>Lines over periods.</summary>
    Series,

    /// <summary>Bars for a dimension.</summary>
    Top,
}

/// <summary>A chart that suits a DataSet.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Metric">The metric; null for none.</param>
/// <param name="By">For lines, what makes a line each: null or "site".</param>
/// <param name="Dimension">The dimension that bars can be made of; null where the report has none.</param>
public sealed record SeriesSuggestion(ChartKind Kind, string? Metric, string? By, string? Dimension)
{
    /// <summary>Metrics that can be charted, the one suggested first.</summary>
    public IReadOnlyList<ColumnDefinition> Metrics { get; init; } = [];

    /// <summary>Dimensions that lines or bars can be made of.</summary>
    public IReadOnlyList<ColumnDefinition> Dimensions { get; init; } = [];
}
