namespace Tributary.DataCenter.Components.Parts;

/// <summary>How a chart is drawn.</summary>
public enum ChartKind
{
    /// <summary>Lines over dates.</summary>
    Line,

    /// <summary>Lying bars, one a category, in the order given.</summary>
    Bar,
}

/// <summary>How a chart's values are written.</summary>
public enum ChartUnit
{
    /// <summary>As numbers.</summary>
    Number,

    /// <summary>As percentages; 1 is 100 %.</summary>
    Percent,

    /// <summary>As minutes and seconds.</summary>
    Seconds,
}

/// <summary>What a chart shows.</summary>
/// <param name="Sentence">What it says, in a sentence: its name for who cannot see it.</param>
/// <param name="Kind">How it is drawn.</param>
/// <param name="CategoryName">What the categories are: a column's name.</param>
/// <param name="Categories">Dates as 2026-11-20, or labels.</param>
/// <param name="Series">One value each category.</param>
public sealed record ChartData(string Sentence, ChartKind Kind, string CategoryName, IReadOnlyList<string> Categories, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>How values are written.</summary>
    public ChartUnit Unit { get; init; }

    /// <summary>The first category whose values may still change; null when none may.</summary>
    public int? ProvisionalFrom { get; init; }

    /// <summary>What is drawn: more lines than six cannot be told apart, and adding up the others would be wrong for what does not add up.</summary>
    public IReadOnlyList<ChartSeries> Drawn => Series.Count <= MostSeries ? Series : [.. Series.OrderByDescending(s => s.Values.Max() ?? double.MinValue).Take(MostSeries)];

    private const int MostSeries = 6;
}

/// <summary>A line, or the bars of one colour.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">One each category; null where there is none.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<double?> Values);
