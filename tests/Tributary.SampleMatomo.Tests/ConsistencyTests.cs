using System.Text.Json;

namespace Tributary.SampleMatomo.Tests;

/// <summary>The numbers agree with each other: whoever cross-checks them finds nothing.</summary>
public sealed class ConsistencyTests(RunningSample sample)
{
    private const string Day = "idSite=1&period=day&date=2026-10-14&filter_limit=-1&format_metrics=0";
    private const string Month = "idSite=1&period=month&date=2026-10-14&filter_limit=-1&format_metrics=0";

    public static TheoryData<string> VisitTables =>
    [
        "UserCountry.getCountry", "UserCountry.getContinent", "UserCountry.getRegion", "UserCountry.getCity", "DevicesDetection.getType", "DevicesDetection.getBrand", "DevicesDetection.getModel",
        "DevicesDetection.getOsFamilies", "DevicesDetection.getOsVersions", "DevicesDetection.getBrowsers", "DevicesDetection.getBrowserVersions", "DevicesDetection.getBrowserEngines",
        "VisitTime.getVisitInformationPerLocalTime", "VisitTime.getVisitInformationPerServerTime", "VisitTime.getByDayOfWeek", "Referrers.getReferrerType",
        "VisitorInterest.getNumberOfVisitsPerVisitDuration", "VisitorInterest.getNumberOfVisitsPerPage", "VisitorInterest.getNumberOfVisitsByDaysSinceLast", "VisitorInterest.getNumberOfVisitsByVisitCount",
        "UserLanguage.getLanguage", "UserLanguage.getLanguageCode", "Resolution.getResolution", "Resolution.getConfiguration",
    ];

    [Theory]
    [MemberData(nameof(VisitTables))]
    public async Task Rows_add_up_to_the_visits_of_the_summary(string method)
    {
        foreach (var span in new[] { Day, Month, "idSite=3&period=range&date=2026-10-01,2026-10-20&filter_limit=-1", "idSite=5&period=week&date=2026-10-14&filter_limit=-1" })
        {
            var visits = (await sample.AskAsync("VisitsSummary.get", span)).Json.Number("nb_visits");
            Assert.True(visits > 0);
            Assert.Equal(visits, (await sample.AskAsync(method, span)).Sum("nb_visits"));
        }
    }

    [Theory]
    [InlineData(Day)]
    [InlineData(Month)]
    public async Task Events_count_the_same_by_category_action_and_name(string span)
    {
        var byCategory = (await sample.AskAsync("Events.getCategory", span)).Sum("nb_events");
        Assert.True(byCategory > 0);
        Assert.Equal(byCategory, (await sample.AskAsync("Events.getAction", span)).Sum("nb_events"));
        Assert.Equal(byCategory, (await sample.AskAsync("Events.getName", span)).Sum("nb_events"));
        Assert.Equal(byCategory, (await sample.AskAsync("Events.getCategory", span + "&flat=1")).Sum("nb_events"));
        Assert.Equal(byCategory, (await sample.AskAsync("Events.getAction", span + "&flat=1")).Sum("nb_events"));
    }

    [Theory]
    [InlineData(Day)]
    [InlineData(Month)]
    public async Task New_and_returning_visits_are_all_visits(string span)
    {
        var frequency = (await sample.AskAsync("VisitFrequency.get", span)).Json;
        Assert.Equal((await sample.AskAsync("VisitsSummary.getVisits", span)).Json.Number("value"), frequency.Number("nb_visits_new") + frequency.Number("nb_visits_returning"));
        Assert.True(frequency.Number("nb_visits_returning") > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Conversions_over_countries_are_those_of_the_goal(int goal)
    {
        var countries = await sample.AskAsync("UserCountry.getCountry", Month);
        var sum = countries.Rows.Sum(r => r.TryGetProperty("goals", out var goals) && goals.TryGetProperty($"idgoal={goal}", out var cells) ? cells.Number("nb_conversions") : 0);
        Assert.Equal((await sample.AskAsync("Goals.get", $"{Month}&idGoal={goal}")).Json.Number("nb_conversions"), sum);
        Assert.True(sum > 0);
    }

    [Theory]
    [InlineData("Actions.getPageUrls", Day)]
    [InlineData("Actions.getPageUrls", Month)]
    [InlineData("Actions.getPageTitles", Month)]
    [InlineData("Actions.getDownloads", Month)]
    [InlineData("Actions.getOutlinks", Month)]
    public async Task Leaves_add_up_to_the_hits_of_the_top_level(string method, string span)
    {
        var top = await sample.AskAsync(method, span);
        var flat = await sample.AskAsync(method, span + "&flat=1");
        Assert.Equal(top.Sum("nb_hits"), flat.Sum("nb_hits"));
        Assert.True(top.Sum("nb_hits") > 0);
    }

    [Fact]
    public async Task Page_hits_are_the_pageviews_of_the_overview()
    {
        var overview = (await sample.AskAsync("Actions.get", Day)).Json;
        Assert.Equal(overview.Number("nb_pageviews"), (await sample.AskAsync("Actions.getPageUrls", Day)).Sum("nb_hits"));
        Assert.Equal(overview.Number("nb_downloads"), (await sample.AskAsync("Actions.getDownloads", Day)).Sum("nb_hits"));
        Assert.Equal(overview.Number("nb_outlinks"), (await sample.AskAsync("Actions.getOutlinks", Day)).Sum("nb_hits"));
        Assert.Equal(overview.Number("nb_searches"), (await sample.AskAsync("Actions.getSiteSearchKeywords", Day)).Sum("nb_hits"));
    }

    [Fact]
    public async Task A_month_is_the_sum_of_its_days()
    {
        var days = (await sample.AskAsync("VisitsSummary.get", "idSite=1&period=day&date=2026-10-01,2026-10-31")).Json.EnumerateObject().Sum(d => d.Value.Number("nb_actions"));
        Assert.Equal(days, (await sample.AskAsync("VisitsSummary.get", "idSite=1&period=month&date=2026-10-01")).Json.Number("nb_actions"));
    }

    [Fact]
    public async Task Raw_visits_are_those_of_the_summary()
    {
        var visits = await sample.AskAsync("Live.getLastVisitsDetails", Day);
        var summary = (await sample.AskAsync("VisitsSummary.get", Day)).Json;
        Assert.Equal(summary.Number("nb_visits"), visits.Rows.Count);
        Assert.Equal(summary.Number("nb_actions"), visits.Sum("actions"));
        string[] counted = ["action", "search", "event", "outlink", "download"];
        Assert.All(visits.Rows, v => Assert.Equal(v.Number("actions"), v.GetProperty("actionDetails").EnumerateArray().Count(a => a.GetProperty("type") is { ValueKind: JsonValueKind.String } t && counted.Contains(t.GetString()))));
    }

    [Fact]
    public async Task A_day_is_the_same_however_long_the_history_is_and_whoever_starts()
    {
        await using var shorter = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 50 });
        await using var again = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 66 });
        foreach (var method in new[] { "Actions.getPageUrls", "VisitsSummary.get", "Live.getLastVisitsDetails", "Goals.getItemsName" })
        {
            var expected = (await sample.AskAsync(method, Day)).Body;
            Assert.Equal(expected, (await RunningSample.AskAsync(shorter, method, Day)).Body);
            Assert.Equal(expected, (await RunningSample.AskAsync(again, method, Day)).Body);
        }
    }

    [Fact]
    public async Task Another_seed_makes_other_visits()
    {
        await using var other = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 66, Seed = 2 });
        Assert.NotEqual((await sample.AskAsync("VisitsSummary.get", Day)).Body, (await RunningSample.AskAsync(other, "VisitsSummary.get", Day)).Body);
    }

    [Fact]
    public async Task Every_kind_of_thing_happens_every_day_on_every_site_that_has_visits()
    {
        string[] methods =
        [
            "Actions.getDownloads", "Actions.getOutlinks", "Actions.getSiteSearchKeywords", "Actions.getSiteSearchNoResultKeywords", "Actions.getSiteSearchCategories", "Events.getCategory", "Events.getName",
            "Contents.getContentNames", "Referrers.getKeywords", "Referrers.getWebsites", "Referrers.getSocials", "Referrers.getCampaigns", "MarketingCampaignsReporting.getId", "MarketingCampaignsReporting.getPlacement",
            "MarketingCampaignsReporting.getSourceMedium", "MarketingCampaignsReporting.getContent", "Goals.getDaysToConversion", "UserId.getUsers",
        ];
        foreach (var method in methods)
        {
            foreach (var site in new[] { 1, 2, 3, 5 })
            {
                var days = (await sample.AskAsync(method, $"idSite={site}&period=day&date=2026-09-21,2026-11-23&filter_limit=1")).Json;
                Assert.All(days.EnumerateObject(), d => Assert.True(d.Value.GetArrayLength() > 0, $"{method} of site {site} is empty on {d.Name}"));
            }
        }
    }
}
