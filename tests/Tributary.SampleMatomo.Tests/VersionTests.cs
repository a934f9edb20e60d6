using System.Text.Json;
using Tributary.Testing;

namespace Tributary.SampleMatomo.Tests;

/// <summary>The sample as an older Matomo; what differs was recorded on 4.16.1.</summary>
public sealed class VersionTests
{
    private const string Week = "idSite=1&period=week&date=2026-11-18&filter_limit=-1&format_metrics=0";

    private static Task<SampleMatomo> StartAsync(string version = "4.16.1") => RunningSample.StartAsync(new SampleMatomoOptions { Version = version, Days = 12 });

    [Fact]
    public async Task Refusals_come_with_status_200()
    {
        await using var four = await StartAsync();
        var refused = await RunningSample.AskAsync(four, "SitesManager.getAllSites", "", four.Tokens.View);
        Assert.Equal((200, "You can't access this resource as it requires a 'superuser' access."), (refused.Status, refused.Message));
        Assert.Equal(200, (await RunningSample.AskAsync(four, "VisitsSummary.nosuch")).Status);
    }

    [Fact]
    public async Task A_wrong_token_is_no_token_until_there_were_too_many()
    {
        await using var four = await StartAsync();
        var refused = await RunningSample.AskAsync(four, "VisitsSummary.get", "idSite=1&period=day&date=yesterday", "wrong");
        Assert.Equal((200, "You can't access this resource as it requires 'view' access for the website id = 1."), (refused.Status, refused.Message));
        Assert.Empty((await RunningSample.AskAsync(four, "SitesManager.getSitesWithAtLeastViewAccess", "", "wrong")).Rows);
        for (var i = 0; i < 19; i++)
        {
            await RunningSample.AskAsync(four, "API.getMatomoVersion", "", "wrong");
        }

        Assert.Equal(500, (await RunningSample.AskAsync(four, "API.getMatomoVersion")).Status);
    }

    [Fact]
    public async Task There_are_no_secure_only_tokens()
    {
        await using var four = await StartAsync();
        Assert.Equal("4.16.1", (await RunningSample.AskAsync(four, "API.getMatomoVersion", $"token_auth={four.Tokens.SecureOnly}", four.Tokens.SecureOnly)).Json.Text("value"));
    }

    [Fact]
    public async Task Extremes_of_pages_are_added_up_over_days()
    {
        await using var four = await StartAsync();
        await using var five = await StartAsync("5.2.0");
        var days = (await RunningSample.AskAsync(four, "Actions.getPageTitles", "idSite=1&period=day&date=2026-11-16,2026-11-22&filter_limit=-1")).Json
            .EnumerateObject().SelectMany(d => d.Value.EnumerateArray()).Where(r => r.Text("label") == " Cart").ToList();
        var (sum, largest) = (days.Sum(r => r.Number("max_time_server")), days.Max(r => r.Number("max_time_server")));
        Assert.True(sum > largest);
        Assert.Equal(sum, await MaximumAsync(four), 6);
        Assert.Equal(largest, await MaximumAsync(five), 6);

        static async Task<double> MaximumAsync(SampleMatomo sample) =>
            (await RunningSample.AskAsync(sample, "Actions.getPageTitles", Week)).Rows.Single(r => r.Text("label") == " Cart").Number("max_time_server");
    }

    [Fact]
    public async Task An_event_without_a_value_has_false_and_zero()
    {
        await using var four = await StartAsync();
        var rows = (await RunningSample.AskAsync(four, "Events.getName", Week)).Rows.Where(r => r.Number("nb_events_with_value") == 0).ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, r => Assert.Equal((JsonValueKind.False, 0), (r.GetProperty("min_event_value").ValueKind, r.GetProperty("max_event_value").GetInt32())));
    }

    [Fact]
    public async Task Visit_counts_of_two_sites_are_missing_without_a_word()
    {
        await using var four = await StartAsync();
        Assert.Equal("[]", (await RunningSample.AskAsync(four, "VisitFrequency.get", "idSite=1,2&period=day&date=2026-11-18")).Body);
        Assert.Equal(500, (await RunningSample.AskAsync(four, "API.get", "idSite=1,2&period=day&date=2026-11-18")).Status);
        Assert.Equal(4 + 1, (await RunningSample.AskAsync(four, "VisitsSummary.get", "idSite=all&period=day&date=2026-11-18")).Json.EnumerateObject().Count());
    }

    [Fact]
    public async Task Of_several_sites_only_version_4_answers_the_first_one_for_one()
    {
        await using var four = await StartAsync();
        await using var five = await StartAsync("5.2.0");
        var recorded = Recordings.Get("5.2/MultiSites/getOne.sites12_days");
        using var message = JsonDocument.Parse(recorded.Body);
        Assert.Equal(message.RootElement.GetProperty("message").GetString(), (await RunningSample.AskAsync(five, "MultiSites.getOne", "idSite=1,2&period=day&date=2026-11-18")).Message);
        Assert.Equal(1, (await RunningSample.AskAsync(four, "MultiSites.getOne", "idSite=1,2&period=day&date=2026-11-18")).Json.Number("idsite"));
    }

    [Fact]
    public async Task Rows_of_some_reports_have_no_segment()
    {
        await using var four = await StartAsync();
        foreach (var method in new[] { "Referrers.getAll", "Referrers.getSocials", "Goals.getItemsSku" })
        {
            var rows = (await RunningSample.AskAsync(four, method, Week)).Rows;
            Assert.NotEmpty(rows);
            Assert.DoesNotContain(rows, r => r.TryGetProperty("segment", out _));
        }
    }

    [Theory]
    [InlineData("4.13.3", false)]
    [InlineData("4.14.0", true)]
    [InlineData("5.2.0-b5", true)]
    public async Task Types_of_metrics_are_told_from_4_14_on(string version, bool told)
    {
        await using var sample = await StartAsync(version);
        Assert.All((await RunningSample.AskAsync(sample, "API.getReportMetadata", "idSite=1&filter_limit=-1")).Rows, r => Assert.Equal(told, r.TryGetProperty("metricTypes", out _)));
    }

    [Fact]
    public async Task The_most_recent_visit_is_asked_for_from_5_1_on()
    {
        await using var four = await StartAsync();
        Assert.Equal("The method 'getMostRecentVisitsDateTime' does not exist or is not available in the module '\\Piwik\\Plugins\\Live\\API'.", (await RunningSample.AskAsync(four, "Live.getMostRecentVisitsDateTime", "idSite=1")).Message);
    }
}
