namespace Tributary.Benchmarks.Backfill;

/// <summary>What all contenders read: reports, sites, days.</summary>
internal sealed record Workload(IReadOnlyList<string> Reports, IReadOnlyList<int> Sites, DateOnly From, DateOnly To)
{
    /// <summary>
    /// What a shop keeps: of each report group that is read per day and whole, the reports people look at. Not among them: those Matomo answers falsely when asked for
    /// several dates, such as DevicesDetection.getType. A plain extractor would be quick, and wrong.
    /// </summary>
    public static IReadOnlyList<string> Twenty { get; } =
    [
        "VisitsSummary.get",
        "VisitFrequency.get",
        "VisitTime.getVisitInformationPerServerTime",
        "Actions.get",
        "Actions.getPageUrls",
        "Actions.getEntryPageUrls",
        "Actions.getExitPageUrls",
        "Actions.getPageTitles",
        "Actions.getOutlinks",
        "Actions.getSiteSearchKeywords",
        "Referrers.getWebsites",
        "Referrers.getSearchEngines",
        "MarketingCampaignsReporting.getName",
        "UserCountry.getCountry",
        "UserCountry.getCity",
        "DevicesDetection.getOsFamilies",
        "DevicesDetection.getBrowsers",
        "Events.getCategory",
        "Goals.get",
        "Goals.getItemsName",
    ];

    /// <summary>A large report, a middling one, a small one and one row a day.</summary>
    public static IReadOnlyList<string> Four { get; } = ["Actions.getPageUrls", "Referrers.getWebsites", "UserCountry.getCountry", "VisitsSummary.get"];

    public int Days => To.DayNumber - From.DayNumber + 1;

    /// <summary>The windows of so many days, the last one shorter.</summary>
    public IEnumerable<(DateOnly From, DateOnly To)> Windows(int days)
    {
        for (var from = From; from <= To; from = from.AddDays(days))
        {
            var to = from.AddDays(days - 1);
            yield return (from, to < To ? to : To);
        }
    }
}
