using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Traps;

/// <summary>Rows go missing without a word: raw visits.</summary>
public sealed class MissingVisitsTests
{
    private static readonly DetailsInput Visits = new() { Report = "Live.getLastVisitsDetails", StartDaysBack = "2", EndDaysBack = "1" };

    [Theory]
    [InlineData(1203, 7)]
    [InlineData(500, 1)]
    [InlineData(999, 400)]
    [InlineData(40, 3)]
    public async Task A_short_page_of_visits_is_not_the_last(int visits, int missingOnEachPage)
    {
        // With a segment Matomo fills a page before it leaves visits out (#7784).
        await using var fixture = await WorkspaceFixture.CreateAsync();
        PretendVisits.Answer(fixture.Matomo, () => Log(visits), (day, offset, limit) => day.Skip(offset).Take(limit).Where((_, i) => i >= missingOnEachPage));
        await fixture.AddAsync("Visits", Visits);

        var run = await fixture.RunAsync("Visits");

        var pages = (visits + 499) / 500;
        Assert.Equal([[(long)(visits - (pages * missingOnEachPage))]], await fixture.QueryAsync("SELECT count(*) FROM visits"));

        // What is missing all the same is told.
        Assert.Contains(run.Warnings, w => w.Code == "visits.differ" && w.Message.Contains($"{visits}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 1203)]
    [InlineData(37, 1203)]
    [InlineData(500, 1203)]
    [InlineData(2, 501)]
    public async Task Visits_that_shift_between_pages_come_once_and_are_told_when_one_is_missing(int shift, int visits)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        PretendVisits.Answer(fixture.Matomo, () => Log(visits), (day, offset, limit) => day.Skip(offset == 0 ? 0 : Math.Max(0, offset - shift)).Take(limit));
        await fixture.AddAsync("Forward", Visits);
        var forward = await fixture.RunAsync("Forward");

        Assert.Equal([[(long)visits, (long)visits]], await fixture.QueryAsync("SELECT count(*), count(DISTINCT id_visit) FROM forward"));
        Assert.DoesNotContain(forward.Warnings, w => w.Code == "visits.differ");

        // The other way round visits fall between two pages.
        PretendVisits.Answer(fixture.Matomo, () => Log(visits), (day, offset, limit) => day.Skip(offset == 0 ? 0 : offset + 1).Take(limit));
        await fixture.AddAsync("Backward", Visits);
        var backward = await fixture.RunAsync("Backward");

        Assert.Equal(RunStatus.SucceededWithWarnings, backward.Status);
        Assert.Contains(backward.Warnings, w => w.Code == "visits.differ" && !w.IsNote);
    }

    [Fact]
    public async Task A_server_that_pays_no_heed_to_the_offset_is_not_asked_for_ever()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        PretendVisits.Answer(fixture.Matomo, () => Log(3), (day, offset, limit) => day.Take(limit));
        await fixture.AddAsync("Visits", Visits);

        var run = await fixture.RunAsync("Visits");

        Assert.Equal(RunStatus.SucceededWithWarnings, run.Status);
        Assert.Contains(run.Warnings, w => w.Code == "visits.same_page");
        Assert.Equal([[3L]], await fixture.QueryAsync("SELECT count(*) FROM visits"));
        Assert.InRange(fixture.Matomo.Requests.Count(r => r.Method == "Live.getLastVisitsDetails"), 2, 12);
    }

    [Theory]
    [InlineData("1", "")]
    [InlineData("1", "deviceType==smartphone")]
    [InlineData("2", "")]
    [InlineData("5", "countryCode!=jp")]
    public async Task The_visits_log_is_complete_against_the_summary(string site, string segment)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 8, VisitsPerDay = 500 });
        var stored = await here.StoreAsync(new DetailsInput { Report = "Live.getLastVisitsDetails", Sites = site, Start = "2026-11-22", End = "2026-11-24", Segments = segment.Length > 0 ? [segment] : [] });

        Assert.Equal(RunStatus.Succeeded, stored.Run.Status);
        Assert.Equal(stored.Rows.Count, stored.Rows.Select(r => r["id_visit"]).Distinct().Count());
        foreach (var day in stored.Partitions)
        {
            var counted = await here.Plain.AskAsync("VisitsSummary.get", null, ("idSite", site), ("period", "day"), ("date", $"{day.Key.Start:yyyy-MM-dd}"), ("segment", segment));
            Assert.Equal(counted.GetProperty("nb_visits").GetInt64(), day.Rows);
        }
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(1, null)]
    [InlineData(3, "actionDetails")]
    [InlineData(5, "actionDetails")]
    public async Task A_visit_with_more_actions_than_the_reply_carries_is_told(int shown, string? flatten)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 3, VisitsPerDay = 60, Sites = 1, ActionsShown = shown });
        var stored = await here.StoreAsync(new DetailsInput { Report = "Live.getLastVisitsDetails", Sites = "1", Date = "2026-11-24", Flatten = flatten });

        var told = Assert.Single(stored.Run.Warnings, w => w.Code == "visits.actions_capped");
        Assert.False(told.IsNote);
        Assert.Contains("visitor_log_maximum_actions_per_visit", told.Message, StringComparison.Ordinal);

        await using var whole = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 3, VisitsPerDay = 60, Sites = 1 });
        Assert.DoesNotContain((await whole.StoreAsync(new DetailsInput { Report = "Live.getLastVisitsDetails", Sites = "1", Date = "2026-11-24", Flatten = flatten })).Run.Warnings, w => w.Code == "visits.actions_capped");
    }

    [Fact]
    public async Task Actions_added_later_to_a_visit_already_read_arrive_with_the_whole_visit()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var log = Log(30);
        PretendVisits.Answer(fixture.Matomo, () => log, PretendVisits.Whole);
        await fixture.AddAsync("Visits", Visits);
        await fixture.AddAsync("Actions", Visits with { Flatten = "actionDetails" });
        await fixture.RunAsync("Visits");
        await fixture.RunAsync("Actions");

        // One visit goes on, and one moves into the next day with its last action.
        log[3] = log[3] with { Actions = 9, Last = log[3].Last.AddMinutes(5) };
        log[4] = log[4] with { Actions = 2, Last = log[4].Last.AddDays(1) };
        await fixture.RunAsync("Visits");
        await fixture.RunAsync("Actions");

        Assert.Equal([[30L, 30L, 39L]], await fixture.QueryAsync("SELECT count(*), count(DISTINCT id_visit), sum(actions)::BIGINT FROM visits"));
        Assert.Equal([[9L, 9L]], await fixture.QueryAsync("SELECT count(*), max(action_number) FROM actions WHERE id_visit = 4"));
        Assert.Equal([[2L, new DateOnly(2026, 11, 24)]], await fixture.QueryAsync("SELECT count(*), max(period_start) FROM actions WHERE id_visit = 5"));
    }

    /// <summary>Visits of the 23rd of November, one a minute.</summary>
    private static List<PretendVisit> Log(int visits) =>
        [.. Enumerable.Range(1, visits).Select(i => new PretendVisit(i, new DateTimeOffset(2026, 11, 23, 0, 1, 0, TimeSpan.Zero).AddSeconds(i * 60 % 86000).AddSeconds(i / 1440)))];
}
