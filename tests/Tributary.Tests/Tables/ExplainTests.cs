using Tributary.Model;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Tables;

/// <summary>What details come to while a person types them.</summary>
public sealed class ExplainTests
{
    private const string FourSites = """
        [{"idsite":1,"name":"Shop 日本","timezone":"Europe/Paris","currency":"EUR","ts_created":"2026-01-01 00:00:00"},
         {"idsite":2,"name":"Blog","timezone":"America/Los_Angeles","currency":"USD","ts_created":"2026-01-01 00:00:00"},
         {"idsite":3,"name":"Docs","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"},
         {"idsite":4,"name":"Campaigns","timezone":"UTC","currency":"EUR","ts_created":"2026-11-20 12:00:00"}]
        """;

    private static readonly DetailsInput LastDays = new() { Report = "UserCountry.getCountry", StartDaysBack = "14", EndDaysBack = "1" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dates_are_told_for_each_group_of_zones_with_the_same_result()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Sites = FourSites;
        fixture.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 26, 3, 0, 0, TimeSpan.Zero));

        var explained = await fixture.Workspace.ExplainDetailsAsync("shop", LastDays with { Sites = "1,2,3" }, null, Stop);

        Assert.Equal(["14 days: 2026-11-12 to 2026-11-25 (Europe/Paris, UTC)", "14 days: 2026-11-11 to 2026-11-24 (America/Los_Angeles)"], explained.Dates.Select(d => d.Sentence));
        Assert.Equal([null, "where it is still 2026-11-25"], explained.Dates.Select(d => d.Exception));
        Assert.Equal(["Blog"], explained.Dates[1].SiteNames);
        Assert.Equal((3, 42), (explained.Sites, explained.Partitions));
    }

    [Fact]
    public async Task A_site_that_does_not_exist_long_enough_has_fewer_days()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Sites = FourSites;

        var explained = await fixture.Workspace.ExplainDetailsAsync("Shop", LastDays with { Sites = "3,4" }, null, Stop);

        Assert.Equal("Up to 14 days: 2026-11-11 to 2026-11-24 (UTC)", Assert.Single(explained.Dates).Sentence);
        Assert.Equal(14 + 7, explained.Partitions);
        Assert.Contains("Campaigns: the site exists since 2026-11-20.", Assert.Single(explained.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("week", "2 weeks: 2026-11-09 to 2026-11-22 (UTC)")]
    [InlineData("month", "1 month: 2026-11-01 to 2026-11-30 (UTC)")]
    [InlineData("range", "One total over 6 days: 2026-11-15 to 2026-11-20 (UTC)")]
    public async Task Other_periods_are_told_in_their_own_words(string period, string sentence)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();

        var explained = await fixture.Workspace.ExplainDetailsAsync("Shop", LastDays with { Period = period, StartDaysBack = "10", EndDaysBack = "5" }, null, Stop);

        Assert.Empty(explained.Problems);
        Assert.Equal(sentence, Assert.Single(explained.Dates).Sentence);
    }

    [Fact]
    public async Task One_date_and_a_list_without_dates_are_told_too()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();

        var one = await fixture.Workspace.ExplainDetailsAsync("Shop", new DetailsInput { Report = "UserCountry.getCountry" }, null, Stop);
        var list = await fixture.Workspace.ExplainDetailsAsync("Shop", new DetailsInput { Report = "Goals.getGoals" }, null, Stop);

        Assert.Equal("1 day: 2026-11-24 (UTC)", Assert.Single(one.Dates).Sentence);
        Assert.Equal("One row per site, day and country.", one.Row);
        Assert.Empty(list.Dates);
        Assert.Equal(UpdateMethod.Replace, list.Update);
    }

    [Fact]
    public async Task Problems_are_those_of_the_command_line_and_dates_are_told_beside_them()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var wrong = LastDays with { Goal = "x", Flatten = "nothing" };

        var explained = await fixture.Workspace.ExplainDetailsAsync("Shop", wrong, "Länder", Stop);
        var refused = await Assert.ThrowsAsync<InputException>(() => fixture.AddAsync("Länder", wrong));

        Assert.Equal(refused.Problems, explained.Problems);
        Assert.Equal("14 days: 2026-11-11 to 2026-11-24 (UTC)", Assert.Single(explained.Dates).Sentence);
        Assert.Null(explained.Requests);
        Assert.Equal("lander", explained.Table);
    }

    [Fact]
    public async Task Sites_the_token_does_not_see_and_wrong_dates_are_told_at_their_fields()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();

        var missing = await fixture.Workspace.ExplainDetailsAsync("Shop", LastDays with { Sites = "1,99" }, null, Stop);
        var dates = await fixture.Workspace.ExplainDetailsAsync("Shop", LastDays with { EndDaysBack = "20" }, null, Stop);
        var report = await fixture.Workspace.ExplainDetailsAsync("Shop", LastDays with { Report = "UserCountry.getCountri" }, null, Stop);

        Assert.Equal("--sites", Assert.Single(missing.Problems).Field);
        Assert.Contains("sees no site 99", missing.Problems[0].Message, StringComparison.Ordinal);
        Assert.Equal("--start-days-back", Assert.Single(dates.Problems).Field);
        Assert.Empty(dates.Dates);
        Assert.Equal("--report", Assert.Single(report.Problems).Field);
        Assert.Null(report.Row);
    }

    [Fact]
    public async Task Dates_that_can_never_give_a_day_are_refused_at_their_field_and_hold_up_no_other_change()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var past = LastDays with { StartDaysBack = "1", EndDaysBack = null, End = "2026-11-20" };
        var still = past with { StartDaysBack = "5" };

        var refused = await Assert.ThrowsAsync<InputException>(() => fixture.AddAsync("Past", past));
        await fixture.AddAsync("Still", still);
        var none = await fixture.RunAsync("Still");
        fixture.Clock.Advance(TimeSpan.FromDays(10));
        await fixture.Workspace.EditDataSetAsync("Still", new DataSetChange { NewName = "Renamed" }, dryRun: false, Stop);
        var edited = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.EditDataSetAsync("Renamed", new DataSetChange { Details = new DetailsInput { StartDaysBack = "2" } }, dryRun: false, Stop));

        var problem = Assert.Single(refused.Problems);
        Assert.Equal("--start-days-back", problem.Field);
        Assert.StartsWith("1 day back is after the end, 2026-11-20, and moves on every day: no day will ever be read.", problem.Message, StringComparison.Ordinal);
        Assert.Null(none.Error);
        Assert.Equal("--start-days-back", Assert.Single(edited.Problems).Field);
    }

    [Fact]
    public async Task Typing_on_asks_the_server_for_nothing_more()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.Workspace.ExplainDetailsAsync("Shop", LastDays, null, Stop);
        await fixture.Workspace.Accounts.ListSavedSegmentsAsync("Shop", Stop);
        await fixture.Workspace.Accounts.ListGoalsAsync("Shop", [], Stop);
        var asked = fixture.Matomo.Requests.Count;

        foreach (var days in Enumerable.Range(2, 20))
        {
            var explained = await fixture.Workspace.ExplainDetailsAsync("Shop", LastDays with { StartDaysBack = $"{days}" }, "Days", Stop);
            Assert.Equal(days, explained.Partitions);
        }

        await fixture.Workspace.Accounts.ListSitesAsync("Shop", Stop);
        await fixture.Workspace.Accounts.ListSavedSegmentsAsync("Shop", Stop);
        await fixture.Workspace.Accounts.ListGoalsAsync("Shop", [], Stop);
        Assert.Equal(asked, fixture.Matomo.Requests.Count);

        fixture.Clock.Advance(TimeSpan.FromMinutes(6));
        fixture.Matomo.Sites = FourSites;
        Assert.Equal(4, (await fixture.Workspace.Accounts.ListSitesAsync("Shop", Stop)).Count);
    }

    [Fact]
    public async Task A_name_and_a_table_are_proposed_that_are_free()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var free = await fixture.Workspace.ExplainDetailsAsync("Shop", LastDays, null, Stop);
        await fixture.AddAsync(free.Name!, LastDays);

        var next = await fixture.Workspace.ExplainDetailsAsync("Shop", LastDays, null, Stop);
        var same = await fixture.Workspace.ExplainDetailsAsync("Shop", LastDays, "Country: per day", Stop);

        Assert.Equal(("Country per day", "country_per_day"), (free.Name, free.Table));
        Assert.Equal(("Country per day 2", "country_per_day_2"), (next.Name, next.Table));
        Assert.Equal("country_per_day_2", same.Table);
        Assert.Equal((await fixture.Workspace.PlanAsync(new RunRequest { All = true }, Stop)).Values.Single().Requests, next.Requests);
    }

    [Fact]
    public async Task Thousands_of_sites_are_planned_by_their_zones()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Sites = "[" + string.Join(',', Enumerable.Range(1, 5000).Select(i => $$"""{"idsite":{{i}},"name":"S{{i}}","timezone":"{{(i % 3 == 0 ? "Asia/Tokyo" : "UTC")}}","currency":"EUR","ts_created":"2020-01-{{(i % 28) + 1:00}} 00:00:00"}""")) + "]";

        var explained = await fixture.Workspace.ExplainDetailsAsync("Shop", LastDays with { StartDaysBack = "365" }, null, Stop);

        Assert.Equal(5000 * 365, explained.Partitions);
        Assert.Equal("365 days: 2025-11-25 to 2026-11-24 (UTC, Asia/Tokyo)", Assert.Single(explained.Dates).Sentence);
    }
}
