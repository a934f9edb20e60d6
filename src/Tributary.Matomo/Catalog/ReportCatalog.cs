namespace Tributary.Matomo.Catalog;

/// <summary>The reports an account offers: built in, and what its server announces.</summary>
public sealed class ReportCatalog
{
    private static readonly Lazy<ReportCatalog> BuiltInOnly = new(() => new ReportCatalog(BuiltInCatalog.Reports));
    private readonly Dictionary<string, ReportDefinition> _byName = new(StringComparer.OrdinalIgnoreCase);

    internal ReportCatalog(IReadOnlyList<ReportDefinition> reports)
    {
        Reports = reports;

        // A unique id is certain; a method means its plain form; the other campaign plugin's name leads to whichever of the two the server has.
        foreach (var report in reports)
        {
            _byName.TryAdd(report.UniqueId, report);
        }

        foreach (var report in reports.OrderBy(r => r.FixedParameters.Count))
        {
            _byName.TryAdd(report.Method, report);
        }

        foreach (var report in reports)
        {
            foreach (var name in CampaignPlugins.OtherNames(report))
            {
                _byName.TryAdd(name, report);
            }
        }
    }

    /// <summary>The catalog without an account.</summary>
    public static ReportCatalog BuiltIn => BuiltInOnly.Value;

    /// <summary>Every report, group by group in the menu's order; those the server lacks are among them with <see cref="ReportDefinition.Available"/> false.</summary>
    public IReadOnlyList<ReportDefinition> Reports { get; }

    /// <summary>The report of that method or unique id, ignoring case; null when there is none. A method that is several reports leads to its plain form.</summary>
    public ReportDefinition? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _byName.GetValueOrDefault(name.Trim());
    }

    /// <summary>The methods and unique ids nearest to a name that was not found, nearest first.</summary>
    public IReadOnlyList<string> Suggest(string name, int count = 3)
    {
        ArgumentNullException.ThrowIfNull(name);

        // A unique id that only repeats the method with an underscore would fill the list with the same report twice.
        var names = Reports.Select(r => r.Method).Concat(Reports.Where(r => r.FixedParameters.Count > 0).Select(r => r.UniqueId));
        return [.. NameDistance.Nearest(name.Trim(), names, count)];
    }

    /// <summary>The reports of a group, which is named as <see cref="ReportGroups.Find"/> takes it; empty for an unknown one.</summary>
    public IReadOnlyList<ReportDefinition> InGroup(string group) =>
        ReportGroups.Find(group) is { } found ? [.. Reports.Where(r => r.Group == found.Name)] : [];

    /// <summary>This catalog as the server has it: reports of other plugins added, columns and types it announces taken over, what it lacks marked with the reason.</summary>
    public ReportCatalog Merge(ServerMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return new ReportCatalog(CatalogMerge.Merge(Reports, metadata));
    }
}
