using System.Text;
using Tributary.Matomo.Replies;

namespace Tributary.Matomo.Catalog;

/// <summary>Joins the built-in reports with what a server announces.</summary>
internal static class CatalogMerge
{
    // Announced for every visit table, but in an answer only when asked for with filter_add_columns_when_show_all_columns.
    private static readonly string[] OnRequest = ["nb_actions_per_visit", "avg_time_on_site", "bounce_rate", "conversion_rate"];

    // In tables, for days only (Matomo 5.2, every visit table); longer periods have the sum_daily_… columns.
    private static readonly string[] DailyInTables = ["nb_uniq_visitors", "nb_users"];

    public static IReadOnlyList<ReportDefinition> Merge(IReadOnlyList<ReportDefinition> reports, ServerMetadata metadata)
    {
        var plugins = new PluginPresence(metadata);
        var legacy = plugins.IsActive(PluginNames.LegacyCampaigns) == true && plugins.IsActive(PluginNames.Campaigns) != true;
        var announced = metadata.Reports.DistinctBy(a => a.UniqueId, StringComparer.OrdinalIgnoreCase).ToDictionary(a => a.UniqueId, StringComparer.OrdinalIgnoreCase);

        List<ReportDefinition> merged = [];
        foreach (var built in reports)
        {
            var report = legacy && built.Plugin == PluginNames.Campaigns ? CampaignPlugins.AsLegacy(built) : plugins.Judge(built);
            merged.Add(announced.Remove(report.UniqueId, out var news) ? Extend(report, news) : report);
        }

        foreach (var news in announced.Values)
        {
            // A goal's or a custom dimension's own report has the facts of the method it fixes a parameter of.
            merged.Add(merged.Find(r => r.Method == news.Method && r.FixedParameters.Count == 0) is { } general
                ? Variant(general, news)
                : Unknown(news));
        }

        return BuiltInCatalog.InMenuOrder(merged);
    }

    private static ReportDefinition Extend(ReportDefinition report, AnnouncedReport news) => report with
    {
        // Subtable reports are announced with Matomo's default metrics, which an answer need not have (Events.getActionFromCategoryId, 5.2).
        Columns = [.. report.Columns, .. Columns(news).Where(c => !Knows(report, c.Name)).Select(c => c with { Optional = true })],
        GoalColumns = report.GoalColumns.Count > 0 || news.GoalMetrics.Count == 0 ? report.GoalColumns : GoalColumns(news),
        SubtableMethod = report.SubtableMethod ?? SubtableMethod(news),
        Available = true,
        Reason = null,
    };

    private static ReportDefinition Variant(ReportDefinition general, AnnouncedReport news)
    {
        var report = Extend(general, news) with
        {
            UniqueId = news.UniqueId,
            Name = news.Name == general.Name || news.Parameters.Count == 0 ? news.Name : $"{general.Name}: {news.Name}",
            FixedParameters = news.Parameters,
            Parameters = [.. general.Parameters.Where(p => !news.Parameters.ContainsKey(p.Name))],
        };
        return news.Method == CustomDimensionScope.Method ? CustomDimensionScope.Narrow(report, news) : report;
    }

    private static ReportDefinition Unknown(AnnouncedReport news)
    {
        var dimensions = Dimensions(news);
        return new ReportDefinition
        {
            Method = news.Method,
            UniqueId = news.UniqueId,
            Group = ReportGroups.OfModule(news.Module).Name,
            Name = news.Name,
            Description = news.Description ?? $"{news.Name}, as the plugin {news.Module} of the account's Matomo announces it.",
            Shape = dimensions.Count > 0 ? ReplyShape.Table : ReplyShape.Row,
            FixedParameters = news.Parameters,
            Dimensions = dimensions,
            Columns = Columns(news),
            GoalColumns = news.GoalMetrics.Count > 0 ? GoalColumns(news) : [],
            AcceptsSegment = true,
            FlatWorks = dimensions.Count > 0,
            SubtableMethod = SubtableMethod(news),
            NeedsSubtable = news.IsSubtable,
            ZerosWhenNoData = dimensions.Count == 0,
            ConstantRows = news.ConstantRows,
            Plugin = news.Module,
        };
    }

    private static IReadOnlyList<ReportColumn> Columns(AnnouncedReport news)
    {
        var isTable = news.Dimension is not null || news.Dimensions.Count > 0;
        return [.. news.Metrics.Concat(news.ProcessedMetrics).DistinctBy(m => m.Key).Select(m =>
            BuiltInCatalog.MetricColumn(m.Key, news.MetricTypes.GetValueOrDefault(m.Key), Sentence(news, m)) with
            {
                Optional = isTable && OnRequest.Contains(m.Key),
                Periods = isTable && DailyInTables.Contains(m.Key) ? ["day"] : [],
            })];
    }

    private static string? Sentence(AnnouncedReport news, KeyValuePair<string, string> metric) =>
        PlainText.FirstSentence(news.MetricDocumentation.GetValueOrDefault(metric.Key))
        ?? (metric.Value.Trim() is { Length: > 0 } name && name != metric.Key ? name.TrimEnd('.') + '.' : null);

    // The announcement names nb_conversions and revenue; the objects under "goals" hold what every visit table has there.
    private static IReadOnlyList<ReportColumn> GoalColumns(AnnouncedReport news) =>
        [.. BuiltInCatalog.Find("UserCountry.getCountry")!.GoalColumns
            .UnionBy(news.GoalMetrics.Select(m => BuiltInCatalog.MetricColumn(m.Key, news.MetricTypes.GetValueOrDefault(m.Key), Sentence(news, m))), c => c.Name)];

    private static IReadOnlyList<ReportDimension> Dimensions(AnnouncedReport news) =>
        news.Dimensions.Count > 0 ? [.. news.Dimensions.DistinctBy(d => d.Key).Select((d, i) => new ReportDimension(d.Key, d.Value, i + 1, []))]
        : news.Dimension is { } name ? [new ReportDimension($"{news.Module}_{PascalCase(name)}", name, 1, []) { IsGuessed = true }]
        : [];

    private static string PascalCase(string name)
    {
        var pascal = new StringBuilder(name.Length);
        var begins = true;
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                pascal.Append(begins ? char.ToUpperInvariant(letter) : letter);
            }

            begins = !char.IsAsciiLetterOrDigit(letter);
        }

        return pascal.Length > 0 ? pascal.ToString() : "Dimension";
    }

    private static string? SubtableMethod(AnnouncedReport news) => news.SubtableAction is { } action ? $"{news.Module}.{action}" : null;

    private static bool Knows(ReportDefinition report, string column) =>
        report.Columns.Concat(report.Metadata).Any(c => c.Name == column);
}
