using Tributary.Model;

namespace Tributary.Planning;

/// <summary>One DataSet of a ready set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Details">What it reads, sites left open.</param>
internal sealed record StarterDataSet(string Name, string Description, DetailsInput Details)
{
    /// <summary>The report to take where the server lacks the first; null for none.</summary>
    public string? Otherwise { get; init; }
}

/// <summary>Ready sets of DataSets, added in one step.</summary>
internal static class StarterSet
{
    // The first run fills a month, each later one reads what is missing or provisional of the last thirty days.
    private const string DaysBack = "30";

    /// <summary>What most people want of a Matomo every morning: the last thirty days, day by day.</summary>
    public static IReadOnlyList<StarterDataSet> Reports { get; } =
    [
        Daily("Visits", "VisitsSummary.get", "Visits, visitors, actions and bounces of each day."),
        Daily("New and returning visits", "VisitFrequency.get", "The same apart for new and returning visitors."),
        Daily("Pages", "Actions.getPageUrls", "Every page with views, time and exits."),
        Daily("Page titles", "Actions.getPageTitles", "Every page title."),
        Daily("Entry pages", "Actions.getEntryPageUrls", "The pages visits began with."),
        Daily("Exit pages", "Actions.getExitPageUrls", "The pages visits ended with."),
        Daily("Site search", "Actions.getSiteSearchKeywords", "What visitors searched for on the site."),
        Daily("Channels", "Referrers.getReferrerType", "Visits by channel: direct, search, websites, campaigns, social networks.", levels: "top"),
        Daily("Keywords", "Referrers.getKeywords", "Search keywords and the engines they came from."),
        Daily("Websites", "Referrers.getWebsites", "Websites that linked here, and their pages."),
        Daily("Campaigns", "MarketingCampaignsReporting.getName", "Campaigns with their keywords and contents.") with { Otherwise = "Referrers.getCampaigns" },
        Daily("Countries", "UserCountry.getCountry", "Visits by country."),
        Daily("Cities", "UserCountry.getCity", "Visits by city."),
        Daily("Devices", "DevicesDetection.getType", "Visits by kind of device."),
        Daily("Browsers", "DevicesDetection.getBrowsers", "Visits by browser."),
        Daily("Hours", "VisitTime.getVisitInformationPerServerTime", "Visits by hour of the day, in the site's time zone."),
        Daily("Events", "Events.getCategory", "Events by category and action."),
        Daily("Goals", "Goals.get", "Conversions and revenue over all goals."),
        Daily("Orders", "Goals_get_idGoal--ecommerceOrder", "Orders and their revenue."),
        Daily("Products", "Goals.getItemsName", "Products ordered."),
        List("Sites", "SitesManager.getSitesWithAtLeastViewAccess", "The sites: zone, currency, group."),
        List("Goal list", "Goals.getGoals", "The goals behind goal ids."),
        List("Segment list", "SegmentEditor.getAll", "The segments saved in Matomo."),
        List("Custom dimension list", "CustomDimensions.getConfiguredCustomDimensions", "The custom dimensions behind their ids."),
    ];

    private static StarterDataSet Daily(string name, string report, string description, string? levels = null) =>
        new(name, description, new DetailsInput { Report = report, By = "day", StartDaysBack = DaysBack, EndDaysBack = "1", Levels = levels });

    private static StarterDataSet List(string name, string report, string description) => new(name, description, new DetailsInput { Report = report });
}
