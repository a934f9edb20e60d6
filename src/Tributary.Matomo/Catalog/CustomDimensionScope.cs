namespace Tributary.Matomo.Catalog;

/// <summary>One custom dimension is of visits or of actions, and the columns of its report follow; those of the other scope are not expected (recorded, Matomo 5.2 and 4.16).</summary>
internal static class CustomDimensionScope
{
    public const string Method = "CustomDimensions.getCustomDimension";

    private static readonly string[] OfBoth = ["nb_uniq_visitors", "nb_visits", "bounce_count", "bounce_rate", "sum_daily_nb_uniq_visitors"];

    private static readonly string[] OfVisits =
    [
        "nb_actions", "nb_users", "max_actions", "sum_visit_length", "nb_visits_converted", "nb_conversions", "revenue",
        "avg_time_on_site", "nb_actions_per_visit", "sum_daily_nb_users",
    ];

    /// <summary>The report of the announced dimension, with its own id, name and columns.</summary>
    public static ReportDefinition Narrow(ReportDefinition report, AnnouncedReport news)
    {
        var ofVisits = !news.Metrics.Any(m => m.Key == "nb_hits");
        return report with
        {
            Dimensions = news.Parameters.TryGetValue("idDimension", out var id)
                ? [Dimension(id, news.Dimension ?? news.Name), .. ofVisits ? [] : report.Dimensions.Skip(1)]
                : report.Dimensions,
            SubtableMethod = ofVisits ? null : report.SubtableMethod,
            Columns = [.. report.Columns.Select(c => c with { Optional = !IsExpected(c.Name, ofVisits) })],
        };
    }

    /// <summary>The report of the dimension a parameter names, where nothing more is known of it.</summary>
    public static ReportDefinition Choose(ReportDefinition report, string? id) =>
        report.Method != Method || id is null || report.Dimensions.Count == 0 ? report : report with { Dimensions = [Dimension(id, $"Custom dimension {id}"), .. report.Dimensions.Skip(1)] };

    private static ReportDimension Dimension(string id, string name) => new($"CustomDimension_CustomDimension{id}", name, 1, [$"dimension{id}"]);

    private static bool IsExpected(string column, bool ofVisits) =>
        OfBoth.Contains(column)
        || (ofVisits ? OfVisits.Contains(column) : !OfVisits.Contains(column) && !OnlySometimes(column));

    // With the Bandwidth plugin, from Matomo before 4.0, and on request.
    private static bool OnlySometimes(string column) =>
        column.EndsWith("_bandwidth", StringComparison.Ordinal)
        || column.EndsWith("_time_generation", StringComparison.Ordinal)
        || column is "conversion_rate" or "revenue_per_visit";
}
