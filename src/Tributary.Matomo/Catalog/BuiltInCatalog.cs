using System.Collections.Frozen;

namespace Tributary.Matomo.Catalog;

/// <summary>
/// The reports of a Matomo with its core plugins and the free ones that matter here, whoever the account is.
/// Facts were taken from Matomo 5.2 with MarketingCampaignsReporting 5.0.2, CustomVariables 5.0.2, Bandwidth 5.0.2 and Provider 5.0.3.
/// </summary>
public static class BuiltInCatalog
{
    private static readonly Lazy<Content> Loaded = new(Load);

    /// <summary>Every report that can become a table, the thirteen groups first.</summary>
    public static IReadOnlyList<ReportDefinition> Reports => Loaded.Value.Reports;

    /// <summary>Every API method that may be called: the reports' and the reading calls that make no table. Matomo's writing methods are not among them.</summary>
    public static IReadOnlySet<string> ReadingMethods => Loaded.Value.ReadingMethods;

    /// <summary>The report of that method, in its plain form where one method is several reports; null when there is none. Ignores case.</summary>
    public static ReportDefinition? Find(string method) => Loaded.Value.ByMethod.GetValueOrDefault(method);

    /// <summary>The catalog's facts and sentence for a metric of that name; null when no built-in report has it.</summary>
    internal static ReportColumn? Metric(string name) => Loaded.Value.Metrics.GetValueOrDefault(name);

    /// <summary>A column for a metric a server announced: the catalog's facts, else the announced type and the name's pattern.</summary>
    internal static ReportColumn MetricColumn(string name, string? metricType, string? description)
    {
        if (Metric(name) is { } known)
        {
            return known;
        }

        var facts = ColumnTypes.Resolve(name, metricType);
        return new ReportColumn(name, facts.Type)
        {
            OverTime = facts.OverTime,
            Unit = facts.Unit,
            Description = description ?? ColumnDescriptions.Describe(name, facts, n => Metric(n)?.Description),
        };
    }

    private static Content Load()
    {
        using var resource = typeof(BuiltInCatalog).Assembly.GetManifestResourceStream("Tributary.Matomo.Catalog.reports.json")!;
        var read = BuiltInReader.Read(resource);
        var reports = ReportGroups.All.SelectMany(g => read.Reports.Concat(ClickPathReports.All).Where(r => r.Group == g.Name)).ToArray();
        return new Content(
            reports,
            reports.OrderBy(r => r.FixedParameters.Count).DistinctBy(r => r.Method).ToFrozenDictionary(r => r.Method, StringComparer.OrdinalIgnoreCase),
            reports.Where(r => r.Source == ReportSource.Api).Select(r => r.Method).Concat(read.Calls).ToFrozenSet(StringComparer.Ordinal),
            read.Metrics);
    }

    private sealed record Content(
        IReadOnlyList<ReportDefinition> Reports,
        FrozenDictionary<string, ReportDefinition> ByMethod,
        FrozenSet<string> ReadingMethods,
        IReadOnlyDictionary<string, ReportColumn> Metrics);
}
