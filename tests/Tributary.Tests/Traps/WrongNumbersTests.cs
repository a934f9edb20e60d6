using System.Globalization;
using Tributary.Accounts;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Traps;

/// <summary>Numbers that are wrong: read too early, empty for a while, summed where they must not be.</summary>
public sealed class WrongNumbersTests
{
    [Theory]
    [InlineData("UTC", 3)]
    [InlineData("Pacific/Auckland", 3)]
    [InlineData("America/Los_Angeles", 1)]
    [InlineData("UTC+5.5", 0)]
    public async Task A_day_read_too_early_is_read_again_until_it_is_final(string zone, int lookback)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Sites = fixture.Matomo.Sites.Replace("\"UTC\"", $"\"{zone}\"", StringComparison.Ordinal);
        await fixture.Workspace.AddDataSetAsync(
            new NewDataSet { Name = "Countries", Account = "Shop", Settings = new DataSetSettings { LookbackDays = lookback, TotalsCheck = false }, Details = new DetailsInput { Report = "UserCountry.getCountry", StartDaysBack = "1", EndDaysBack = "0" } },
            TestContext.Current.CancellationToken);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(fixture.Clock.GetUtcNow(), zone.StartsWith("UTC+", StringComparison.Ordinal) ? TimeZoneInfo.CreateCustomTimeZone(zone, TimeSpan.FromHours(5.5), zone, zone) : TimeZoneInfo.FindSystemTimeZoneById(zone)).Date);
        var text = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        for (var later = 0; later <= lookback + 3; later++)
        {
            // More visits come in with every day.
            fixture.Matomo.Visits[text] = 10 + later;
            await fixture.RunAsync("Countries");

            // Read for the last time on the day it becomes final.
            var seen = 10 + Math.Min(later, 1 + lookback);
            Assert.Equal([[(long)seen]], await fixture.QueryAsync($"SELECT nb_visits FROM countries WHERE period_start = DATE '{text}' AND label = 'Japan'"));
            var state = (await fixture.Workspace.ReadPartitionsAsync("Countries", TestContext.Current.CancellationToken)).Single(p => p.Key.Start == day).State;
            Assert.Equal(later > lookback ? PartitionState.Final : PartitionState.Provisional, state);
            fixture.Clock.Advance(TimeSpan.FromDays(1));
        }
    }

    [Theory]
    [InlineData("VisitsSummary.get")]
    [InlineData("Actions.getPageUrls")]
    [InlineData("Goals.get")]
    [InlineData("VisitTime.getVisitInformationPerServerTime")]
    [InlineData("Referrers.getReferrerType")]
    public async Task A_day_that_turns_to_zero_and_back_keeps_its_rows(string report)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 8, VisitsPerDay = 30, Sites = 1 });
        await here.AddAsync("Report", new DetailsInput { Report = report, StartDaysBack = "3", EndDaysBack = "1" });
        await here.RunAsync("Report");
        var before = await here.QueryAsync("SELECT * EXCLUDE (_run_id, _read_at) FROM report ORDER BY ALL");

        here.Sample.AddFault(SampleFault.Parse("zero:2026-11-24"));
        var silent = await here.RunAsync("Report");

        Assert.Contains(silent.Warnings, w => !w.IsNote && w.PeriodStart == new DateOnly(2026, 11, 24));
        Assert.Equal(before, await here.QueryAsync("SELECT * EXCLUDE (_run_id, _read_at) FROM report ORDER BY ALL"));
        here.Sample.ClearFaults();
        Assert.Equal(RunStatus.Succeeded, (await here.RunAsync("Report")).Status);
        Assert.Equal(before, await here.QueryAsync("SELECT * EXCLUDE (_run_id, _read_at) FROM report ORDER BY ALL"));
    }

    [Theory]
    [InlineData("UserCountry.getCountry", "")]
    [InlineData("UserCountry.getCountry", "deviceType==smartphone")]
    [InlineData("Actions.getPageUrls", "actions>1")]
    [InlineData("Events.getCategory", "")]
    public async Task What_is_not_archived_yet_is_no_day_without_visits(string report, string segment)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        List<PretendVisit> log = [new(7, new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero))];
        await fixture.AddAsync("Report", new DetailsInput { Report = report, Date = "2026-11-24", Segments = segment.Length > 0 ? [segment] : [] });

        // The summary knows as little as the report; of the whole site it knows visits.
        PretendVisits.Answer(fixture.Matomo, () => log, PretendVisits.Whole);
        var log1 = fixture.Matomo.Anything;
        fixture.Matomo.Anything = request => request.Method == "VisitsSummary.get" && (segment.Length == 0 || request.Form.ContainsKey("segment"))
            ? ScriptedReply.Json("""{"nb_visits":0,"nb_actions":0}""")
            : log1(request);
        var run = await fixture.RunAsync("Report");

        Assert.Equal((RunStatus.Failed, segment.Length > 0 ? "matomo.segment_not_archived" : "matomo.not_archived"), (run.Status, run.Error!.Code));
        Assert.Empty(await fixture.Workspace.ReadPartitionsAsync("Report", TestContext.Current.CancellationToken));

        // Nobody came: that is a fact, and a partition.
        log.Clear();
        Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Report")).Status);
        Assert.Equal(0, Assert.Single(await fixture.Workspace.ReadPartitionsAsync("Report", TestContext.Current.CancellationToken)).Rows);
    }

    [Theory]
    [InlineData("VisitsSummary.get", "year")]
    [InlineData("VisitsSummary.get", "range")]
    [InlineData("UserCountry.getCountry", "range")]
    [InlineData("Referrers.getWebsites", "year")]
    [InlineData("Actions.getPageUrls", "range")]
    [InlineData("VisitFrequency.get", "year")]
    public async Task People_are_unknown_where_Matomo_does_not_count_them(string report, string period)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 20, VisitsPerDay = 30, Sites = 1 });
        var day = await here.StoreAsync(new DetailsInput { Report = report, Date = "2026-11-20" });
        var stored = await here.StoreAsync(period == "range"
            ? new DetailsInput { Report = report, Period = "range", Start = "2026-11-10", End = "2026-11-20" }
            : new DetailsInput { Report = report, Period = period, Date = "2026-11-20" });

        var people = day.Columns.Select(c => c.Name).Where(n => n.Contains("uniq_visitors", StringComparison.Ordinal) && !n.StartsWith("sum_daily", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(people);
        Assert.Contains(day.Rows, r => r[people[0]] is > 0L);
        Assert.NotEmpty(stored.Rows);
        Assert.All(stored.Rows, r => Assert.All(people, p => Assert.Null(r.GetValueOrDefault(p))));
        foreach (var column in (await here.Workspace.GetDataSetAsync("d1", TestContext.Current.CancellationToken)).Columns.Concat((await here.Workspace.GetDataSetAsync("d2", TestContext.Current.CancellationToken)).Columns))
        {
            if (column.Name.Contains("uniq_visitors", StringComparison.Ordinal))
            {
                Assert.Equal(column.Name.StartsWith("sum_daily", StringComparison.Ordinal) ? Additivity.Sum : Additivity.None, column.Additivity);
            }
        }
    }

    [Fact]
    public async Task A_sum_of_daily_people_has_a_column_of_its_own()
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 20, VisitsPerDay = 30, Sites = 1 });
        foreach (var report in new[] { "UserCountry.getCountry", "Referrers.getWebsites", "Actions.getPageUrls" })
        {
            var week = await here.StoreAsync(new DetailsInput { Report = report, Period = "week", Date = "2026-11-18" });
            var plain = await here.Plain.AskAsync(report, null, ("idSite", "1"), ("period", "week"), ("date", "2026-11-18"), ("flat", "1"));
            Assert.Equal(plain.EnumerateArray().Sum(r => r.TryGetProperty("sum_daily_nb_uniq_visitors", out var n) ? n.GetInt64() : 0), week.Rows.Sum(r => (long?)r["sum_daily_nb_uniq_visitors"] ?? 0));
            Assert.All(week.Rows, r => Assert.Null(r.GetValueOrDefault("nb_uniq_visitors")));
        }
    }

    [Theory]
    [InlineData("VisitsSummary.get", "week", "2026-11-18")]
    [InlineData("VisitsSummary.get", "month", "2026-11-18")]
    [InlineData("UserCountry.getCountry", "month", "2026-11-18")]
    [InlineData("Actions.getPageUrls", "week", "2026-11-18")]
    public async Task A_longer_period_is_asked_for_and_not_added_up_from_its_days(string report, string period, string date)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 24, VisitsPerDay = 30, Sites = 1 });
        var stored = await here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Period = period, Date = date });

        var asked = Assert.Single(here.Sample.Requests, r => r.Method == report);
        Assert.Equal(period, asked.Parameters["period"]);
        if (report == "VisitsSummary.get")
        {
            var days = await here.StoreAsync(new DetailsInput { Report = report, Sites = "1", Start = $"{stored.Partitions[0].Key.Start:yyyy-MM-dd}", End = $"{stored.Partitions[0].Key.End:yyyy-MM-dd}" });
            Assert.Equal(days.Rows.Sum(r => (long)r["nb_visits"]!), stored.Rows[0]["nb_visits"]);
            Assert.True(days.Rows.Sum(r => (long)r["nb_uniq_visitors"]!) > (long)stored.Rows[0]["nb_uniq_visitors"]!);
        }
    }

    [Theory]
    [InlineData("VisitsSummary.get")]
    [InlineData("Referrers.get")]
    [InlineData("Referrers.getAll")]
    [InlineData("Actions.getPageTitles")]
    [InlineData("VisitTime.getVisitInformationPerServerTime")]
    [InlineData("Goals.getGoals")]
    public async Task Several_sites_are_asked_one_by_one(string report)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 5, VisitsPerDay = 30, Sites = 5 });
        var dates = report == "Goals.getGoals" ? new DetailsInput { Report = report } : new DetailsInput { Report = report, Date = "2026-11-23" };
        var stored = await here.StoreAsync(dates with { Sites = "1,2,3,5" });

        Assert.Equal([1, 2, 3, 5], stored.Partitions.Select(p => p.Key.SiteId).Order());
        Assert.All(here.Sample.Requests.Where(r => r.Parameters.ContainsKey("idSite")), r => Assert.Matches("^[0-9]+$", r.Parameters["idSite"]));
        foreach (var partition in stored.Partitions)
        {
            var alone = await here.StoreAsync(dates with { Sites = partition.Key.SiteId.ToString(CultureInfo.InvariantCulture) });
            Assert.True(alone.Rows.Count > 0);
            Assert.Equal(alone.Rows.Count, stored.Rows.Count(r => Equals(r["site_id"], (long)partition.Key.SiteId)));
        }
    }

    [Fact]
    public async Task Transitions_of_all_sites_are_asked_site_by_site()
    {
        // Matomo takes the first of several sites and says nothing of the others.
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 5, VisitsPerDay = 60, Sites = 8 });
        var stored = await here.StoreAsync(new DetailsInput { Report = "Transitions.getTransitionsForPageTitle", Title = "Shop – Home", Sites = "all", Date = "2026-11-23" });

        Assert.Equal(8, here.Sample.Requests.Count(r => r.Method.StartsWith("Transitions.", StringComparison.Ordinal)));
        Assert.Equal([1L, 7L], stored.Rows.Select(r => (long)r["site_id"]!).Distinct().Order());
        Assert.Equal(6, stored.Run.Warnings.Count(w => w.Code == "transitions.no_data" && w.IsNote));
    }
}
