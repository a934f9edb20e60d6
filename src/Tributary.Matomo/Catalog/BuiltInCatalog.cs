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

    /// <summary>The reports group by group, each group's in the order given.</summary>
    internal static IReadOnlyList<ReportDefinition> InMenuOrder(IEnumerable<ReportDefinition> reports)
    {
        var groups = reports.ToLookup(r => r.Group, StringComparer.Ordinal);
        return [.. ReportGroups.All.SelectMany(g => groups[g.Name])];
    }

    private static Content Load()
    {
        using var resource = typeof(BuiltInCatalog).Assembly.GetManifestResourceStream("Tributary.Matomo.Catalog.reports.json")!;
        var read = BuiltInReader.Read(resource);
        var reports = InMenuOrder(read.Reports.Concat(ClickPathReports.All));
        Dictionary<string, ReportDefinition> byMethod = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> reading = new(read.Calls, StringComparer.Ordinal);
        foreach (var report in reports)
        {
            if (report.FixedParameters.Count == 0)
            {
                byMethod.Add(report.Method, report);
            }

            if (report.Source == ReportSource.Api)
            {
                reading.Add(report.Method);
            }
        }

        return new Content(reports, byMethod, reading, read.Metrics);
    }

    private sealed record Content(
        IReadOnlyList<ReportDefinition> Reports,
        Dictionary<string, ReportDefinition> ByMethod,
        HashSet<string> ReadingMethods,
        IReadOnlyDictionary<string, ReportColumn> Metrics);
}
