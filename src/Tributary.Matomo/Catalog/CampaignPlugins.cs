namespace Tributary.Matomo.Catalog;

/// <summary>
/// The campaign reports under their two names. The plugin of Piwik 2.x and its successor have the same methods, none of them redirected;
/// the older one knows no getId, getGroup and getPlacement.
/// </summary>
internal static class CampaignPlugins
{
    private static readonly string[] OnlyInSuccessor = ["getId", "getGroup", "getPlacement"];

    /// <summary>The names a report would have under the other plugin.</summary>
    public static IEnumerable<string> OtherNames(ReportDefinition report)
    {
        var (own, other) = report.Plugin == PluginNames.Campaigns ? (PluginNames.Campaigns, PluginNames.LegacyCampaigns)
            : report.Plugin == PluginNames.LegacyCampaigns ? (PluginNames.LegacyCampaigns, PluginNames.Campaigns)
            : ("", "");
        return own.Length == 0 || OnlyInSuccessor.Any(a => report.Method.EndsWith('.' + a, StringComparison.Ordinal))
            ? []
            : [Rename(report.Method, own, other), Rename(report.UniqueId, own, other)];
    }

    /// <summary>The report as the older plugin has it.</summary>
    public static ReportDefinition AsLegacy(ReportDefinition report) =>
        OnlyInSuccessor.Any(a => report.Method.EndsWith('.' + a, StringComparison.Ordinal))
            ? report with { Available = false, Reason = PluginNames.NotInLegacy(report.Method) }
            : report with
            {
                Method = Rename(report.Method, PluginNames.Campaigns, PluginNames.LegacyCampaigns),
                UniqueId = Rename(report.UniqueId, PluginNames.Campaigns, PluginNames.LegacyCampaigns),
                SubtableMethod = report.SubtableMethod is { } method ? Rename(method, PluginNames.Campaigns, PluginNames.LegacyCampaigns) : null,
                Plugin = PluginNames.LegacyCampaigns,
            };

    private static string Rename(string name, string from, string to) =>
        name.StartsWith(from, StringComparison.Ordinal) ? to + name[from.Length..] : name;
}
