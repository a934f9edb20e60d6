using Tributary.Model;

namespace Tributary.Cli.Commands;

/// <summary>What the demo keeps up to date: at least one DataSet for each group of the Report menu, the last seven days.</summary>
internal static class DemoDataSets
{
    private static readonly (string Name, string Report)[] Reports =
    [
        ("Visits", "VisitsSummary.get"),
        ("New and returning", "VisitFrequency.get"),
        ("Hours", "VisitTime.getVisitInformationPerServerTime"),
        ("Pages", "Actions.getPageUrls"),
        ("Page titles", "Actions.getPageTitles"),
        ("Channels", "Referrers.getReferrerType"),
        ("Referring websites", "Referrers.getWebsites"),
        ("Campaigns", "MarketingCampaignsReporting.getName"),
        ("Countries", "UserCountry.getCountry"),
        ("Devices", "DevicesDetection.getType"),
        ("Browsers", "DevicesDetection.getBrowsers"),
        ("Events", "Events.getCategory"),
        ("Contents", "Contents.getContentNames"),
        ("Goals", "Goals.get"),
        ("Click path steps", "ClickPath.getSteps"),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. Reports.Select(r => r.Name), "Transitions"];

    /// <summary>The details by name; Transitions are those of one page, the one most viewed.</summary>
    public static IEnumerable<(string Name, DetailsInput Details)> Of(string url, string site) =>
    [
        .. Reports.Select(r => (r.Name, Days with { Report = r.Report })),
        ("Transitions", Days with { Report = "Transitions.getTransitionsForPageUrl", Url = url, Sites = site }),
    ];

    /// <summary>What to preview to learn the page most viewed.</summary>
    public static DetailsInput MostViewed { get; } = new() { Report = "Actions.getPageUrls", Period = "range", StartDaysBack = "7", EndDaysBack = "1" };

    private static DetailsInput Days { get; } = new() { Period = "day", StartDaysBack = "7", EndDaysBack = "1" };
}
