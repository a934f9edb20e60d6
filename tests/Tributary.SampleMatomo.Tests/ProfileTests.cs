using Microsoft.Extensions.Time.Testing;

namespace Tributary.SampleMatomo.Tests;

/// <summary>A profile costs what it says, and changes no answer.</summary>
public sealed class ProfileTests
{
    private const string Days = "idSite=1&period=day&date=2026-11-10,2026-11-19&filter_limit=-1";

    [Theory]
    [InlineData("real", 16, 10)]
    [InlineData("far", 200, 5)]
    [InlineData("weak", 16, 10)]
    [InlineData("limited", 16, 10)]
    public async Task Items_of_a_bulk_request_cost_each_and_the_way_once(string profile, int request, int item)
    {
        var clock = new WaitingClock();
        await using var sample = await RunningSample.StartAsync(SampleProfile.Of(profile) with { Days = 3, Clock = clock, MsPerMb = 0 });
        await RunningSample.AskAsync(sample, "API.getMatomoVersion");
        await RunningSample.AskAsync(sample, "API.getBulkRequest", "urls[0]=method%3DAPI.getMatomoVersion&urls[1]=method%3DAPI.getMatomoVersion&urls[2]=method%3DAPI.getMatomoVersion");

        Assert.Equal([request, request + (2 * item)], clock.Waits.Select(w => w.TotalMilliseconds));
    }

    [Fact]
    public async Task A_megabyte_costs_and_a_kept_answer_costs_the_same_again()
    {
        var clock = new WaitingClock();
        await using var sample = await RunningSample.StartAsync(SampleProfile.Of("real") with { Days = 20, Clock = clock, MsPerMb = 1000 });
        var bytes = System.Text.Encoding.UTF8.GetByteCount((await RunningSample.AskAsync(sample, "Actions.getPageUrls", Days)).Body);
        await RunningSample.AskAsync(sample, "Actions.getPageUrls", Days);

        Assert.All(clock.Waits, w => Assert.Equal(16 + (1000 * bytes / 1_048_576.0), w.TotalMilliseconds, 1.0));
        Assert.Equal(2, clock.Waits.Count);
    }

    [Fact]
    public async Task What_the_sample_needs_itself_is_part_of_the_cost()
    {
        var clock = new WaitingClock(step: 5);
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 3, Clock = clock, RequestMs = 16 });
        await RunningSample.AskAsync(sample, "API.getMatomoVersion");

        Assert.True(Assert.Single(clock.Waits) < TimeSpan.FromMilliseconds(16));
    }

    [Theory]
    [InlineData("Actions.getPageUrls", Days)]
    [InlineData("API.getBulkRequest", "filter_limit=-1&urls[0]=method%3DUserCountry.getCountry%26idSite%3D1%26period%3Dday%26date%3D2026-11-10&urls[1]=method%3DVisitsSummary.get%26idSite%3D2%26period%3Dday%26date%3D2026-11-10,2026-11-12")]
    public async Task Kept_answers_are_those_of_a_sample_that_keeps_none(string method, string parameters)
    {
        await using var plain = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 20 });
        await using var keeping = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 20, KeepReplies = true });
        var expected = await RunningSample.AskAsync(plain, method, parameters);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.Equal(expected.Body, (await RunningSample.AskAsync(keeping, method, parameters)).Body);
        }

        Assert.NotEqual(expected.Body, (await RunningSample.AskAsync(keeping, method, parameters.Replace("2026-11-10", "2026-11-09", StringComparison.Ordinal))).Body);
    }

    [Fact]
    public async Task A_day_that_is_not_over_is_not_kept()
    {
        var clock = new FakeTimeProvider(RunningSample.Now);
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 3, VisitsPerDay = 600, Clock = clock, KeepReplies = true });
        const string today = "idSite=1&period=day&date=2026-11-25";
        var morning = (await RunningSample.AskAsync(sample, "VisitsSummary.get", today)).Json.Number("nb_visits");
        clock.Advance(TimeSpan.FromHours(6));

        Assert.True((await RunningSample.AskAsync(sample, "VisitsSummary.get", today)).Json.Number("nb_visits") > morning);
    }

    [Fact]
    public async Task A_kept_answer_is_not_shown_to_who_may_not_see_it()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 20, KeepReplies = true });
        const string last = "idSite=5&period=day&date=2026-11-10";
        Assert.Equal(200, (await RunningSample.AskAsync(sample, "VisitsSummary.get", last)).Status);

        Assert.Equal(401, (await RunningSample.AskAsync(sample, "VisitsSummary.get", last, sample.Tokens.View)).Status);
    }

    [Fact]
    public async Task A_fault_spoils_kept_answers_too()
    {
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 20, KeepReplies = true });
        await RunningSample.AskAsync(sample, "VisitsSummary.get", Days);
        sample.AddFault(new SampleFault { Kind = SampleFaultKind.Zero, Date = new DateOnly(2026, 11, 10) });

        Assert.Empty((await RunningSample.AskAsync(sample, "VisitsSummary.get", Days)).Json.GetProperty("2026-11-10").EnumerateArray());
    }

    [Fact]
    public async Task The_weak_one_runs_out_of_memory_above_twenty_thousand_rows()
    {
        var weak = SampleProfile.Of("weak");
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 66, VisitsPerDay = 400, Faults = weak.Faults, KeepReplies = true });
        const string manyDays = "idSite=1&period=day&date=2026-09-22,2026-11-20&filter_limit=-1&flat=1";

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var fatal = await RunningSample.AskAsync(sample, "Actions.getPageUrls", manyDays);
            Assert.Equal(500, fatal.Status);
            Assert.StartsWith("Fatal error: Allowed memory size", fatal.Body, StringComparison.Ordinal);
        }

        Assert.Equal(200, (await RunningSample.AskAsync(sample, "Actions.getPageUrls", Days)).Status);
    }

    [Fact]
    public async Task The_limited_one_turns_the_sixty_first_request_of_a_minute_away()
    {
        var clock = new FakeTimeProvider(RunningSample.Now);
        await using var sample = await RunningSample.StartAsync(new SampleMatomoOptions { Days = 3, Clock = clock, RequestsPerMinute = SampleProfile.Of("limited").RequestsPerMinute });
        foreach (var _ in Enumerable.Range(0, 60))
        {
            Assert.Equal(200, (await RunningSample.AskAsync(sample, "API.getMatomoVersion")).Status);
        }

        clock.Advance(TimeSpan.FromSeconds(17));
        using var http = new HttpClient();
        using var refused = await http.GetAsync(new Uri(sample.Address, "index.php?module=API&format=json&method=API.getMatomoVersion"), TestContext.Current.CancellationToken);
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(43), refused.Headers.RetryAfter!.Delta);
        clock.Advance(TimeSpan.FromSeconds(43));
        Assert.Equal(200, (await RunningSample.AskAsync(sample, "API.getMatomoVersion")).Status);
    }

    [Fact]
    public void There_is_no_other_profile()
    {
        Assert.Equal(["real", "far", "weak", "limited"], SampleProfile.Names);
        Assert.All(SampleProfile.Names, n => Assert.True(SampleProfile.Of(n).KeepReplies));
        Assert.Throws<FormatException>(() => SampleProfile.Of("fast"));
    }
}
