using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Tributary.Matomo.Catalog;

/// <summary>What is known of a column apart from its name.</summary>
/// <param name="Type">What a value is.</param>
/// <param name="OverTime">How values of consecutive periods combine.</param>
/// <param name="Unit">A unit in words; null when the type says it.</param>
public readonly record struct ColumnFacts(ReportColumnType Type, OverTime OverTime, string? Unit = null);

/// <summary>Types for columns the catalog does not know: by the name, and by what Matomo calls the metric's type.</summary>
public static partial class ColumnTypes
{
    // The first pattern that fits decides. `*` is any text. Words Matomo adds to a metric (goal_3_…, …_new) are taken off before.
    private static readonly (string Pattern, ReportColumnType Type, OverTime OverTime)[] Patterns =
    [
        ("*_evolution_trend", ReportColumnType.Number, OverTime.None),
        ("*_evolution", ReportColumnType.Percent, OverTime.Recompute),
        ("*_rate", ReportColumnType.Percent, OverTime.Recompute),
        ("*_percent", ReportColumnType.Percent, OverTime.Recompute),
        ("*_percentage", ReportColumnType.Percent, OverTime.Recompute),
        ("*_percent_of_total", ReportColumnType.Percent, OverTime.Recompute),
        ("sum_daily_*", ReportColumnType.Count, OverTime.Sum),
        ("nb_uniq_pageviews", ReportColumnType.Count, OverTime.Sum),
        ("nb_uniq_downloads", ReportColumnType.Count, OverTime.Sum),
        ("nb_uniq_outlinks", ReportColumnType.Count, OverTime.Sum),
        ("nb_uniq_*", ReportColumnType.UniqueCount, OverTime.None),
        ("*_nb_uniq_visitors", ReportColumnType.UniqueCount, OverTime.None),
        ("nb_users", ReportColumnType.UniqueCount, OverTime.None),
        ("nb_keywords", ReportColumnType.UniqueCount, OverTime.None),
        ("*_distinct*", ReportColumnType.UniqueCount, OverTime.None),
        ("*_visitorsFrom*", ReportColumnType.Count, OverTime.Sum),
        ("revenue_per_*", ReportColumnType.Money, OverTime.Recompute),
        ("avg_*revenue", ReportColumnType.Money, OverTime.Recompute),
        ("avg_price", ReportColumnType.Money, OverTime.Recompute),
        ("avg_time_*", ReportColumnType.Duration, OverTime.Recompute),
        ("avg_*_load_time", ReportColumnType.Duration, OverTime.Recompute),
        ("avg_bandwidth", ReportColumnType.Bytes, OverTime.Recompute),
        ("avg_*", ReportColumnType.Number, OverTime.Recompute),
        ("nb_*_per_*", ReportColumnType.Number, OverTime.Recompute),
        ("nb_conversions_attrib", ReportColumnType.Number, OverTime.Sum),
        ("nb_total_*_bandwidth", ReportColumnType.Bytes, OverTime.Sum),
        ("sum_bandwidth", ReportColumnType.Bytes, OverTime.Sum),
        ("min_bandwidth", ReportColumnType.Bytes, OverTime.Min),
        ("max_bandwidth", ReportColumnType.Bytes, OverTime.Max),
        ("sum_time_*", ReportColumnType.Duration, OverTime.Sum),
        ("sum_*_length", ReportColumnType.Duration, OverTime.Sum),
        ("min_time_*", ReportColumnType.Duration, OverTime.Min),
        ("max_time_*", ReportColumnType.Duration, OverTime.Max),
        ("max_actions", ReportColumnType.Count, OverTime.Max),
        ("revenue", ReportColumnType.Money, OverTime.Sum),
        ("revenue_*", ReportColumnType.Money, OverTime.Sum),
        ("*_revenue", ReportColumnType.Money, OverTime.Sum),
        ("sum_*", ReportColumnType.Number, OverTime.Sum),
        ("min_*", ReportColumnType.Number, OverTime.Min),
        ("max_*", ReportColumnType.Number, OverTime.Max),
        ("nb_*", ReportColumnType.Count, OverTime.Sum),
        ("*_count", ReportColumnType.Count, OverTime.Sum),
        ("orders", ReportColumnType.Count, OverTime.Sum),
        ("items", ReportColumnType.Count, OverTime.Sum),
        ("quantity", ReportColumnType.Count, OverTime.Sum),
        ("abandoned_carts", ReportColumnType.Count, OverTime.Sum),
    ];

    /// <summary>Type and additivity of a metric by its name alone; null when the name says nothing.</summary>
    public static ColumnFacts? Guess(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var metric = Core(name);
        foreach (var (pattern, type, overTime) in Patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, metric, ignoreCase: false))
            {
                return new ColumnFacts(type, overTime);
            }
        }

        return null;
    }

    /// <summary>What a value of Matomo's <c>metricTypes</c> means for an answer with <c>format_metrics=0</c>; null for a name unknown to us.</summary>
    public static ColumnFacts? FromMatomo(string metricType) => metricType switch
    {
        "number" or "float" => new(ReportColumnType.Number, OverTime.NotApplicable),
        "percent" => new(ReportColumnType.Percent, OverTime.Recompute),
        "duration_s" => new(ReportColumnType.Duration, OverTime.NotApplicable),
        // Raw answers keep the unit of storage, and a Duration is in seconds.
        "duration_ms" => new(ReportColumnType.Number, OverTime.NotApplicable, "milliseconds"),
        "money" => new(ReportColumnType.Money, OverTime.NotApplicable),
        "byte" => new(ReportColumnType.Bytes, OverTime.NotApplicable),
        "url" => new(ReportColumnType.Url, OverTime.NotApplicable),
        "date" => new(ReportColumnType.Date, OverTime.NotApplicable),
        "timestamp" => new(ReportColumnType.Timestamp, OverTime.NotApplicable),
        "bool" => new(ReportColumnType.Bool, OverTime.NotApplicable),
        // A time or datetime is text in the site's zone, not an instant.
        "text" or "enum" or "binary" or "dimension" or "time" or "datetime" => new(ReportColumnType.Text, OverTime.NotApplicable),
        _ => null,
    };

    /// <summary>
    /// The two together: the announced type decides what a value is, the name how values combine.
    /// A number whose name says nothing must not be combined; without either the column is text.
    /// </summary>
    internal static ColumnFacts Resolve(string name, string? metricType)
    {
        var guess = Guess(name);
        if (metricType is null || FromMatomo(metricType) is not { } announced)
        {
            return guess ?? new ColumnFacts(ReportColumnType.Text, OverTime.NotApplicable);
        }

        if (guess is { } g && Agree(announced, g.Type))
        {
            return g;
        }

        var overTime = announced.OverTime != OverTime.NotApplicable || !IsNumeric(announced.Type)
            ? announced.OverTime
            : guess is { } known && known.Type != ReportColumnType.Percent ? known.OverTime : OverTime.None;
        return announced with { OverTime = overTime };
    }

    /// <summary>Whether values of the type can be reckoned with.</summary>
    internal static bool IsNumeric(ReportColumnType type) => type
        is ReportColumnType.Count or ReportColumnType.UniqueCount or ReportColumnType.Percent or ReportColumnType.Duration
        or ReportColumnType.Money or ReportColumnType.Number or ReportColumnType.Bytes;

    /// <summary>The metric's name without the words Matomo adds for a goal, new or returning visits, or the period before.</summary>
    internal static string Core(string name) => Affixes().Replace(name, "");

    // "number" says only that it is one: counts, averages, bytes (Bandwidth) are all announced so.
    private static bool Agree(ColumnFacts announced, ReportColumnType guess) => announced.Unit is null
        && (announced.Type == guess
            || (announced.Type == ReportColumnType.Number
                && guess is ReportColumnType.Count or ReportColumnType.UniqueCount or ReportColumnType.Bytes));

    [GeneratedRegex("^(previous_)?(goal_(-?[0-9]+|ecommerceOrder|ecommerceAbandonedCart)_)?(Goal_[0-9]*_?|Actions_)?((entry|exit)_(?=nb_|sum_|bounce_count))?(?=[a-z])|_(new|returning)(_visit)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Affixes();
}
