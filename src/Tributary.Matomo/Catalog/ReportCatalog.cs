namespace Tributary.Matomo.Catalog;

/// <summary>The reports on offer.</summary>
public sealed class ReportCatalog
{
    private ReportCatalog(IReadOnlyList<ReportDefinition> reports) => Reports = reports;

    /// <summary>What every Matomo may have, whoever the account is.</summary>
    public static ReportCatalog BuiltIn { get; } = new(BuiltInCatalog.Reports);

    /// <summary>The reports, in the order of the Report menu.</summary>
    public IReadOnlyList<ReportDefinition> Reports { get; }

    /// <summary>The report of a method or unique id, ignoring case; null when there is none.</summary>
    public ReportDefinition? Find(string name) =>
        Reports.Where(r => string.Equals(r.Method, name, StringComparison.OrdinalIgnoreCase)).MinBy(r => r.FixedParameters.Count)
        ?? Reports.FirstOrDefault(r => string.Equals(r.UniqueId, name, StringComparison.OrdinalIgnoreCase));
}
