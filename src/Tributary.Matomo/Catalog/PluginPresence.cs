namespace Tributary.Matomo.Catalog;

/// <summary>Which plugins a server has, as far as can be told.</summary>
internal sealed class PluginPresence(ServerMetadata metadata)
{
    private readonly HashSet<string> _announcing = metadata.Reports.Select(r => r.Module).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the plugin is active; null when nothing proves it either way.</summary>
    public bool? IsActive(string plugin) =>
        metadata.PluginStates.TryGetValue(plugin, out var active) ? active
        : _announcing.Contains(plugin) ? true
        : metadata.KnowsAllPlugins || (metadata.IsComplete && !PluginNames.IsCore(plugin)) ? false
        : null;

    /// <summary>The report with what is known of its plugin. Not being announced proves nothing of one report: scalars, lists, lookups and raw logs never are.</summary>
    public ReportDefinition Judge(ReportDefinition report) => IsActive(report.Plugin) switch
    {
        true => report with { Available = true, Reason = null },
        false => report with { Available = false, Reason = PluginNames.Missing(report.Plugin) },
        null => report,
    };
}
