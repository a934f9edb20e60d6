using System.Text.Json;

namespace Tributary.SampleMatomo.Tests;

/// <summary>What a sample can be made to be: large, young, half switched off.</summary>
public sealed class OptionTests
{
    private const string Month = "idSite=1&period=month&date=2026-11-14&filter_limit=-1&format_metrics=0";

    [Fact]
    public async Task A_site_has_as_many_goals_as_asked_with_names_that_need_care()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Goals = 120, Days = 3 });
        var goals = (await RunningSample.AskAsync(sample, "Goals.getGoals", "idSite=1&filter_limit=-1")).Json.EnumerateObject().Select(g => g.Value).ToList();
        Assert.Equal(120, goals.Count);
        Assert.Equal(120, goals.Select(g => g.Text("name")).Distinct(StringComparer.Ordinal).Count());
        Assert.Contains(goals, g => g.Text("name").Contains('"', StringComparison.Ordinal));
        Assert.Contains(goals, g => g.Text("name").Contains(',', StringComparison.Ordinal));
        Assert.Contains(goals, g => g.Text("name").Contains("資料請求", StringComparison.Ordinal));
        Assert.True((await RunningSample.AskAsync(sample, "Goals.get", "idSite=1&period=day&date=yesterday&idGoal=119")).Json.Number("nb_conversions") > 0);
        Assert.Contains((await RunningSample.AskAsync(sample, "API.getReportMetadata", "idSite=1&filter_limit=-1")).Rows, r => r.Text("uniqueId") == "Goals_get_idGoal--120");
    }

    [Fact]
    public async Task More_goals_leave_the_visits_as_they_are()
    {
        await using var few = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 3 });
        await using var many = await RunningSample.StartAsync(new SampleMatomoOptions { Goals = 40, Days = 3 });
        const string yesterday = "idSite=1&period=day&date=yesterday&filter_limit=-1";
        Assert.Equal((await RunningSample.AskAsync(few, "Actions.get", yesterday)).Body, (await RunningSample.AskAsync(many, "Actions.get", yesterday)).Body);
        Assert.Equal((await RunningSample.AskAsync(few, "Goals.get", yesterday + "&idGoal=1")).Body, (await RunningSample.AskAsync(many, "Goals.get", yesterday + "&idGoal=1")).Body);
    }

    [Fact]
    public async Task A_hundred_and_one_sites_are_listed_and_all_but_the_empty_one_are_visited()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Sites = 101, Days = 2, VisitsPerDay = 3 });
        Assert.Equal(100, (await RunningSample.AskAsync(sample, "SitesManager.getSitesWithAtLeastViewAccess")).Rows.Count);
        var sites = (await RunningSample.AskAsync(sample, "SitesManager.getSitesWithAtLeastViewAccess", "filter_limit=-1")).Rows;
        Assert.Equal(101, sites.Count);
        Assert.Contains(sites, s => s.Text("timezone") == "UTC+5.5");
        Assert.Contains(sites, s => s.Text("timezone") == "Pacific/Kiritimati");
        Assert.Contains(sites, s => s.Text("timezone") == "Pacific/Pago_Pago");
        var visits = (await RunningSample.AskAsync(sample, "VisitsSummary.get", "idSite=all&period=day&date=2026-11-24")).Json;
        Assert.Equal(["4"], visits.EnumerateObject().Where(v => v.Value.ValueKind == JsonValueKind.Array).Select(v => v.Name));
    }

    [Fact]
    public async Task No_two_visits_of_all_sites_and_days_have_the_same_id()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Sites = 30, Days = 4, VisitsPerDay = 5 });
        var visits = (await RunningSample.AskAsync(sample, "Live.getLastVisitsDetails", "idSite=all&period=range&date=2026-11-21,2026-11-24&filter_limit=-1")).Rows;
        Assert.Equal(visits.Count, visits.Select(v => v.GetProperty("idVisit").GetInt64()).Distinct().Count());
        Assert.All(visits.SelectMany(v => v.GetProperty("actionDetails").EnumerateArray()).Where(a => a.TryGetProperty("pageId", out _)), a => Assert.InRange(a.GetProperty("pageId").GetInt64(), 1, 1L << 53));
    }

    [Fact]
    public async Task A_late_site_was_created_in_the_middle_of_the_log_and_has_nothing_before()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 20, LateSite = 2 });
        Assert.Equal("2026-11-15 00:00:00", (await RunningSample.AskAsync(sample, "SitesManager.getSiteFromId", "idSite=2")).Json.Text("ts_created"));
        Assert.Equal("2026-11-05 00:00:00", (await RunningSample.AskAsync(sample, "SitesManager.getSiteFromId", "idSite=1")).Json.Text("ts_created"));
        var days = (await RunningSample.AskAsync(sample, "VisitsSummary.getVisits", "idSite=2&period=day&date=2026-11-05,2026-11-24")).Json;
        Assert.All(days.EnumerateObject(), d => Assert.Equal(string.CompareOrdinal(d.Name, "2026-11-15") >= 0, d.Value.GetInt32() > 0));
    }

    [Fact]
    public async Task A_month_can_have_more_than_ten_thousand_users_and_no_summary_row()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 24, VisitsPerDay = 600, UsersShare = 1, Sites = 1 });
        var users = (await RunningSample.AskAsync(sample, "UserId.getUsers", Month)).Rows;
        Assert.InRange(users.Count, 10_001, 49_999);
        Assert.Equal(users.Count, users.Select(u => u.Text("label")).Distinct(StringComparer.Ordinal).Count());
        Assert.All(users, u => Assert.True(u.TryGetProperty("segment", out _)));
    }

    [Fact]
    public async Task Flat_rows_by_action_leave_out_events_without_a_name()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 20, NamelessEvents = 0.3 });
        var plain = (await RunningSample.AskAsync(sample, "Events.getAction", Month)).Sum("nb_events");
        Assert.Equal(plain, (await RunningSample.AskAsync(sample, "Events.getCategory", Month)).Sum("nb_events"));
        Assert.Equal(plain, (await RunningSample.AskAsync(sample, "Events.getName", $"{Month}&flat=1")).Sum("nb_events"));
        Assert.InRange((await RunningSample.AskAsync(sample, "Events.getAction", $"{Month}&flat=1")).Sum("nb_events"), plain * 0.6, plain - 1);
    }

    [Fact]
    public async Task Stored_segments_are_listed()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 2, Segments = [new("Phones, \"smart\"", "deviceType==smartphone"), new("日本", "countryCode==jp", AutoArchive: false)] });
        var segments = (await RunningSample.AskAsync(sample, "SegmentEditor.getAll", "idSite=1")).Rows;
        Assert.Equal(["Phones, \"smart\"", "日本"], segments.Select(s => s.Text("name")));
        Assert.Equal(["deviceType==smartphone", "countryCode==jp"], segments.Select(s => s.Text("definition")));
        Assert.Equal([1.0, 0.0], segments.Select(s => s.Number("auto_archive")));
    }

    [Theory]
    [InlineData("pageUrl=@%2Fhelp%2F")]
    [InlineData("pageUrl=@%252Fhelp%252F")]
    [InlineData("pageUrl=@/help/")]
    public async Task A_segment_that_is_not_archived_looks_empty_in_all_reports_while_the_visits_log_finds_its_visits(string segment)
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 5, UnarchivedSegments = ["pageUrl=@%2Fhelp%2F"] });
        var span = $"idSite=1&period=day&date=yesterday&filter_limit=-1&segment={Uri.EscapeDataString(segment)}";
        Assert.Equal(0, (await RunningSample.AskAsync(sample, "VisitsSummary.get", span)).Json.Number("nb_visits"));
        Assert.Equal(0, (await RunningSample.AskAsync(sample, "Goals.get", span)).Json.Number("nb_conversions"));
        foreach (var method in new[] { "Actions.getPageUrls", "Goals.getDaysToConversion", "VisitTime.getVisitInformationPerServerTime", "VisitTime.getByDayOfWeek", "Referrers.getAll" })
        {
            Assert.Empty((await RunningSample.AskAsync(sample, method, span)).Rows);
        }

        Assert.NotEmpty((await RunningSample.AskAsync(sample, "Live.getLastVisitsDetails", span)).Rows);
        Assert.True((await RunningSample.AskAsync(sample, "VisitsSummary.get", span.Replace("help", "catalog", StringComparison.Ordinal))).Json.Number("nb_visits") > 0);
    }

    [Fact]
    public async Task A_plugin_that_is_off_refuses_its_methods_and_is_not_announced()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 2, PluginsOff = ["Events", "Live"] });
        var refused = await RunningSample.AskAsync(sample, "Events.getCategory", "idSite=1&period=day&date=yesterday");
        Assert.Equal((200, "The plugin Events is not enabled. You can activate the plugin on Settings > Plugins page in Matomo."), (refused.Status, System.Net.WebUtility.HtmlDecode(refused.Message)));
        Assert.StartsWith("The plugin Live is not enabled.", (await RunningSample.AskAsync(sample, "Live.getLastVisitsDetails", "idSite=1&period=day&date=yesterday")).Message, StringComparison.Ordinal);
        Assert.False((await RunningSample.AskAsync(sample, "API.isPluginActivated", "pluginName=Events")).Json.GetProperty("value").GetBoolean());
        Assert.True((await RunningSample.AskAsync(sample, "API.isPluginActivated", "pluginName=Goals")).Json.GetProperty("value").GetBoolean());
        var announced = (await RunningSample.AskAsync(sample, "API.getReportMetadata", "idSite=1&filter_limit=-1")).Rows.Select(r => r.Text("module")).ToList();
        Assert.DoesNotContain("Events", announced);
        Assert.Contains("Goals", announced);
    }

    [Fact]
    public async Task The_visits_log_of_a_site_can_be_off()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 2, VisitsLogOffSites = [2] });
        const string yesterday = "period=day&date=yesterday";
        var refused = await RunningSample.AskAsync(sample, "Live.getLastVisitsDetails", $"idSite=2&{yesterday}");
        Assert.Equal((200, "Visits log is deactivated in website settings. A user with at least admin access can enable this feature in the settings for this website (idSite=2)."), (refused.Status, refused.Message));
        Assert.Equal(refused.Message, (await RunningSample.AskAsync(sample, "Live.getLastVisitsDetails", $"idSite=1,2&{yesterday}")).Message);
        Assert.NotEmpty((await RunningSample.AskAsync(sample, "Live.getLastVisitsDetails", $"idSite=1&{yesterday}")).Rows);
        Assert.True((await RunningSample.AskAsync(sample, "VisitsSummary.get", $"idSite=2&{yesterday}")).Json.Number("nb_visits") > 0);
    }

    [Fact]
    public async Task Ids_are_texts_on_an_old_PHP()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 2, IdsAsText = true });
        Assert.Equal("1", (await RunningSample.AskAsync(sample, "SitesManager.getSitesWithAtLeastViewAccess")).Rows[0].Text("idsite"));
        var goal = (await RunningSample.AskAsync(sample, "Goals.getGoals", "idSite=1&filter_limit=50")).Rows[2];
        Assert.Equal(("1", "3"), (goal.Text("idsite"), goal.Text("idgoal")));
    }

    [Fact]
    public async Task Every_announced_report_answers()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 3 });
        var reports = (await RunningSample.AskAsync(sample, "API.getReportMetadata", "idSite=1&filter_limit=-1")).Rows;
        Assert.True(reports.Count >= 106, $"{reports.Count} reports");
        Assert.Equal(reports.Count, reports.Select(r => r.Text("uniqueId")).Distinct(StringComparer.Ordinal).Count());
        foreach (var report in reports)
        {
            var parameters = report.TryGetProperty("parameters", out var p) ? string.Concat(p.EnumerateObject().Select(m => $"&{m.Name}={m.Value}")) : "";
            var answer = await RunningSample.AskAsync(sample, $"{report.Text("module")}.{report.Text("action")}", $"idSite=1&period=day&date=yesterday{parameters}");
            Assert.False(answer.Json.ValueKind == JsonValueKind.Object && answer.Json.TryGetProperty("result", out _), $"{report.Text("uniqueId")}: {answer.Body}");
        }
    }

    [Theory]
    [InlineData("VisitsSummary.get")]
    [InlineData("Actions.getPageUrls")]
    [InlineData("Live.getLastVisitsDetails")]
    public async Task A_bad_segment_is_refused_before_anything_is_read(string method)
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 2 });
        var refused = await RunningSample.AskAsync(sample, method, "idSite=1&period=day&date=2031-01-01&segment=nosuch==1");
        Assert.Equal((200, "Segment 'nosuch' is not a supported segment."), (refused.Status, refused.Message));
    }
}
