using System.Text.Json;

namespace Tributary.SampleMatomo.Tests;

/// <summary>What makes a client of Matomo careful.</summary>
public sealed class MannerTests(RunningSample sample)
{
    private const string Day = "idSite=1&period=day&date=2026-10-14";
    private const string Month = "idSite=1&period=month&date=2026-10-14";

    [Fact]
    public async Task A_hundred_rows_come_when_no_limit_is_named()
    {
        Assert.Equal(100, (await sample.AskAsync("Actions.getPageUrls", Month)).Rows.Count);
        Assert.Equal(100, (await sample.AskAsync("API.getReportMetadata", "idSite=1")).Rows.Count);
        Assert.True((await sample.AskAsync("API.getReportMetadata", "idSite=1&filter_limit=-1")).Rows.Count > 100);
        Assert.Empty((await sample.AskAsync("Actions.getPageUrls", $"{Month}&filter_limit=0")).Rows);
    }

    [Fact]
    public async Task An_archive_keeps_its_largest_rows_and_sums_up_the_rest_as_the_last()
    {
        var rows = (await sample.AskAsync("Actions.getPageUrls", $"{Month}&filter_limit=-1")).Rows;
        Assert.Equal(500, rows.Count);
        Assert.Equal("Others", rows[^1].Text("label"));
        Assert.False(rows[^1].TryGetProperty("segment", out _));
        Assert.False(rows[^1].TryGetProperty("idsubdatatable", out _));
        Assert.Equal("Andere", (await sample.AskAsync("Actions.getPageUrls", $"{Month}&filter_limit=-1&language=de")).Rows[^1].Text("label"));
        Assert.Equal("Autres", (await sample.AskAsync("Actions.getPageUrls", $"{Month}&filter_limit=-1&language=fr&filter_sort_order=asc")).Rows[^1].Text("label"));

        var flat = (await sample.AskAsync("Actions.getPageUrls", $"{Month}&filter_limit=-1&flat=1")).Rows;
        var others = flat.Where(r => r.TryGetProperty("is_summary", out var s) && s.GetBoolean()).Select(r => r.Text("label")).ToList();
        Assert.Contains("Others", others);
        Assert.Contains("/sale/ - Others", others);
    }

    [Fact]
    public async Task A_real_page_named_Others_is_no_summary()
    {
        var page = (await sample.AskAsync("Actions.getPageUrls", "idSite=3&period=month&date=2026-10-14&filter_limit=-1&flat=1")).Rows.Single(r => r.Text("label") == "/Others");
        Assert.False(page.TryGetProperty("is_summary", out _));
        Assert.EndsWith("/Others", page.Text("url"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_put_together_are_the_whole()
    {
        var whole = (await sample.AskAsync("Actions.getPageUrls", $"{Month}&filter_limit=-1&flat=1")).Rows.Select(r => r.Text("label")).ToList();
        List<string> pages = [];
        for (var offset = 0; offset <= whole.Count; offset += 400)
        {
            pages.AddRange((await sample.AskAsync("Actions.getPageUrls", $"{Month}&flat=1&filter_limit=400&filter_offset={offset}")).Rows.Select(r => r.Text("label")));
        }

        Assert.Equal(whole, pages);
    }

    [Fact]
    public async Task Subtables_are_reached_by_a_number_that_is_good_for_one_archive()
    {
        var folder = (await sample.AskAsync("Actions.getPageUrls", Month)).Rows.First(r => r.TryGetProperty("idsubdatatable", out _));
        var id = folder.GetProperty("idsubdatatable").GetInt32();
        var below = await sample.AskAsync("Actions.getPageUrls", $"{Month}&idSubtable={id}&filter_limit=-1");
        Assert.Equal(folder.Number("nb_hits"), below.Sum("nb_hits"));
        Assert.Empty((await sample.AskAsync("Actions.getPageUrls", $"{Month}&idSubtable=99999")).Rows);
        var other = (await sample.AskAsync("Actions.getPageUrls", "idSite=1&period=week&date=2026-10-14")).Rows.First(r => r.Text("label") == folder.Text("label"));
        Assert.NotEqual(id, other.GetProperty("idsubdatatable").GetInt32());
    }

    [Fact]
    public async Task Expanded_rows_carry_their_children()
    {
        var engine = (await sample.AskAsync("Referrers.getSearchEngines", $"{Month}&expanded=1")).Rows[0];
        Assert.Equal(engine.Number("nb_visits"), engine.GetProperty("subtable").EnumerateArray().Sum(r => r.Number("nb_visits")));
    }

    [Fact]
    public async Task Inside_maps_an_empty_row_is_a_list_and_a_value_is_bare()
    {
        var rows = (await sample.AskAsync("VisitsSummary.get", "idSite=4,1&period=day&date=2026-10-13,2026-10-14")).Json;
        Assert.Equal(JsonValueKind.Array, rows.GetProperty("4").GetProperty("2026-10-14").ValueKind);
        Assert.Equal(JsonValueKind.Object, rows.GetProperty("1").GetProperty("2026-10-14").ValueKind);
        Assert.Equal(JsonValueKind.Number, (await sample.AskAsync("VisitsSummary.getVisits", "idSite=1&period=week&date=last2")).Json.EnumerateObject().First().Value.ValueKind);
        Assert.Equal(JsonValueKind.Number, (await sample.AskAsync("VisitsSummary.get", "idSite=1&period=day&date=last2&columns=nb_visits")).Json.EnumerateObject().First().Value.ValueKind);
        Assert.Equal(0, (await sample.AskAsync("VisitsSummary.get", "idSite=4&period=day&date=2026-10-14")).Json.Number("nb_visits"));
    }

    [Theory]
    [InlineData("day", "last3", "2026-11-23 2026-11-24 2026-11-25")]
    [InlineData("day", "previous2", "2026-11-23 2026-11-24")]
    [InlineData("week", "2026-10-14,2026-10-20", "2026-10-12,2026-10-18 2026-10-19,2026-10-25")]
    [InlineData("month", "last2", "2026-10 2026-11")]
    [InlineData("day", "2026-10-20,2026-10-01", "2026-10-01")]
    public async Task Several_dates_are_keyed_by_their_labels(string period, string date, string keys) =>
        Assert.Equal(keys.Split(' '), (await sample.AskAsync("VisitsSummary.getVisits", $"idSite=1&period={period}&date={date}")).Json.EnumerateObject().Select(p => p.Name));

    [Theory]
    [InlineData("deviceType==smartphone")]
    [InlineData("countryCode!=us;visitorType==new")]
    [InlineData("referrerType==search,referrerType==campaign")]
    [InlineData("actions>=3")]
    [InlineData("pageUrl=@%252Fhelp%252F")]
    public async Task A_segment_chooses_visits(string segment)
    {
        var all = (await sample.AskAsync("VisitsSummary.get", Month)).Json.Number("nb_visits");
        var some = (await sample.AskAsync("VisitsSummary.get", $"{Month}&segment={Uri.EscapeDataString(segment)}")).Json.Number("nb_visits");
        Assert.InRange(some, 1, all - 1);
        Assert.Equal(some, (await sample.AskAsync("UserCountry.getCountry", $"{Month}&filter_limit=-1&segment={Uri.EscapeDataString(segment)}")).Sum("nb_visits"));
    }

    [Fact]
    public async Task The_segment_of_a_row_finds_the_visits_of_the_row()
    {
        var row = (await sample.AskAsync("Actions.getPageUrls", $"{Day}&flat=1")).Rows[0];
        var visits = (await sample.AskAsync("VisitsSummary.get", $"{Day}&segment={Uri.EscapeDataString(row.Text("segment"))}")).Json;
        Assert.Equal(row.Number("nb_visits"), visits.Number("nb_visits"));
    }

    [Theory]
    [InlineData("UserCountry.getCity")]
    [InlineData("DevicesDetection.getModel")]
    [InlineData("DevicesDetection.getOsVersions")]
    [InlineData("DevicesDetection.getBrowserEngines")]
    [InlineData("Referrers.getKeywords")]
    [InlineData("Referrers.getWebsites")]
    [InlineData("MarketingCampaignsReporting.getPlacement")]
    [InlineData("VisitorInterest.getNumberOfVisitsPerPage")]
    [InlineData("VisitorInterest.getNumberOfVisitsByDaysSinceLast")]
    [InlineData("VisitTime.getVisitInformationPerServerTime")]
    [InlineData("Resolution.getResolution")]
    [InlineData("UserLanguage.getLanguageCode")]
    public async Task Every_segment_beside_a_row_finds_the_visits_of_that_row(string method)
    {
        foreach (var row in (await sample.AskAsync(method, $"{Day}&filter_limit=12")).Rows.Where(r => r.TryGetProperty("segment", out _)))
        {
            var found = (await sample.AskAsync("VisitsSummary.get", $"{Day}&segment={Uri.EscapeDataString(row.Text("segment"))}")).Json;
            Assert.Equal(row.Number("nb_visits"), found.Number("nb_visits"));
        }
    }

    [Fact]
    public async Task People_are_counted_for_days_weeks_and_months_only()
    {
        Assert.True((await sample.AskAsync("VisitsSummary.get", Month)).Json.TryGetProperty("nb_uniq_visitors", out var month));
        var days = (await sample.AskAsync("VisitsSummary.get", "idSite=1&period=day&date=2026-10-01,2026-10-31")).Json.EnumerateObject().Sum(d => d.Value.Number("nb_uniq_visitors"));
        Assert.True(month.GetDouble() < days);
        Assert.False((await sample.AskAsync("VisitsSummary.get", "idSite=1&period=range&date=2026-10-01,2026-10-31")).Json.TryGetProperty("nb_uniq_visitors", out _));
    }

    [Fact]
    public async Task Percentages_speak_the_language_of_the_answer()
    {
        Assert.Matches("^[0-9.]+%$", (await sample.AskAsync("Goals.get", Day)).Json.Text("conversion_rate"));
        Assert.Matches("^[0-9,]+\u00A0%$", (await sample.AskAsync("Goals.get", $"{Day}&language=de")).Json.Text("conversion_rate"));
        Assert.Matches("^%[0-9,]+$", (await sample.AskAsync("Goals.get", $"{Day}&language=tr")).Json.Text("conversion_rate"));
        Assert.Equal(JsonValueKind.Number, (await sample.AskAsync("Goals.get", $"{Day}&format_metrics=0")).Json.GetProperty("conversion_rate").ValueKind);
    }

    [Fact]
    public async Task Bytes_are_escaped_as_PHP_escapes_them()
    {
        var body = (await sample.AskAsync("SitesManager.getSitesWithAtLeastViewAccess")).Body;
        Assert.Contains("https:\\/\\/shop.example.com", body, StringComparison.Ordinal);
        Assert.Contains("Docs \\u65e5\\u672c\\u8a9e \\u00e9 \\\"quoted\\\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bulk_request_answers_in_order_inherits_the_limit_and_is_cut_by_it()
    {
        var items = string.Join('&', Enumerable.Range(0, 3).Select(i => $"urls[{i}]={Uri.EscapeDataString(i == 1 ? "method=Nosuch.get" : "method=Actions.getPageUrls&idSite=1&period=month&date=2026-10-14")}"));
        var two = (await sample.AskAsync("API.getBulkRequest", $"{items}&filter_limit=2")).Rows;
        Assert.Equal(2, two.Count);
        Assert.Equal(2, two[0].GetArrayLength());
        Assert.Equal("error", two[1].Text("result"));
        var all = (await sample.AskAsync("API.getBulkRequest", $"{items}&filter_limit=-1")).Rows;
        Assert.Equal([500, 500], new[] { all[0], all[2] }.Select(r => r.GetArrayLength()));
    }

    [Fact]
    public async Task Live_shifts_the_time_of_actions_and_adds_yesterday_to_today()
    {
        var visit = (await sample.AskAsync("Live.getLastVisitsDetails", $"{Day}&filter_limit=1")).Rows[0];
        var action = visit.GetProperty("actionDetails")[0];
        Assert.Equal(13 * 3600, action.Number("timestamp") - visit.Number("firstActionTimestamp"));
        var today = (await sample.AskAsync("Live.getLastVisitsDetails", "idSite=1&period=day&date=today&filter_limit=-1")).Rows;
        var yesterday = (await sample.AskAsync("VisitsSummary.get", "idSite=1&period=day&date=yesterday")).Json.Number("nb_visits");
        var summary = (await sample.AskAsync("VisitsSummary.get", "idSite=1&period=day&date=today")).Json.Number("nb_visits");
        Assert.Equal(yesterday + summary, today.Count);
        Assert.All(today, v => Assert.True(v.Number("lastActionTimestamp") <= RunningSample.Now.ToUnixTimeSeconds()));
    }

    [Fact]
    public async Task Some_parts_of_transitions_come_without_their_braces()
    {
        var body = (await sample.AskAsync("Transitions.getTransitionsForAction", $"{Month}&actionName={Uri.EscapeDataString("https://shop.example.com/")}&actionType=url&parts=followingActions")).Body;
        Assert.StartsWith("\"date\":", body, StringComparison.Ordinal);
        Assert.False(body.EndsWith('}'));
    }

    [Fact]
    public async Task Sites_can_lie_in_zones_that_are_only_an_offset()
    {
        await using var more = await RunningSample.StartAsync(new SampleMatomoOptions { Sites = 8, Days = 5 });
        Assert.Equal("UTC+5.5", more.Sites[5].TimeZone);
        Assert.True((await RunningSample.AskAsync(more, "VisitsSummary.get", "idSite=6&period=day&date=yesterday")).Json.Number("nb_visits") > 0);
    }
}
