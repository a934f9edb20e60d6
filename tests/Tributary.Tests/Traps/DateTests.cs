using System.Globalization;
using Tributary.Model;
using Tributary.SampleMatomo;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Traps;

/// <summary>Dates: what day it is, where, and which days were answered.</summary>
public sealed class DateTests
{
    [Theory]
    [InlineData("Pacific/Auckland", "2026-11-25T10:59:00Z", "2026-11-25")]
    [InlineData("Pacific/Auckland", "2026-11-25T11:01:00Z", "2026-11-26")]
    [InlineData("America/Los_Angeles", "2026-11-26T07:59:00Z", "2026-11-25")]
    [InlineData("America/Los_Angeles", "2026-11-26T08:01:00Z", "2026-11-26")]
    [InlineData("UTC+5.5", "2026-11-25T18:29:00Z", "2026-11-25")]
    [InlineData("UTC+5.5", "2026-11-25T18:31:00Z", "2026-11-26")]
    [InlineData("UTC-3", "2026-11-26T02:59:00Z", "2026-11-25")]
    [InlineData("UTC+12.75", "2026-11-25T11:16:00Z", "2026-11-26")]
    [InlineData("Pacific/Kiritimati", "2026-11-25T10:01:00Z", "2026-11-26")]
    [InlineData("Pacific/Pago_Pago", "2026-11-26T10:59:00Z", "2026-11-25")]
    [InlineData("Europe/Paris", "2027-03-27T23:01:00Z", "2027-03-28")]
    [InlineData("UTC", "2026-12-31T23:59:00Z", "2026-12-31")]
    public async Task Today_and_yesterday_are_the_days_of_the_site_and_sent_as_dates(string zone, string now, string today)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Sites = fixture.Matomo.Sites.Replace("\"UTC\"", $"\"{zone}\"", StringComparison.Ordinal);
        await fixture.AddAsync("Today", new DetailsInput { Report = "UserCountry.getCountry", DaysBack = "0" });
        await fixture.AddAsync("Days", new DetailsInput { Report = "UserCountry.getCountry", StartDaysBack = "3", EndDaysBack = "1" });
        fixture.Clock.SetUtcNow(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));
        var day = DateOnly.ParseExact(today, "yyyy-MM-dd", CultureInfo.InvariantCulture);

        await fixture.RunAsync("Today");
        await fixture.RunAsync("Days");

        Assert.Equal([today, $"{day.AddDays(-3):yyyy-MM-dd},{day.AddDays(-1):yyyy-MM-dd}"], fixture.Matomo.Reports.Select(r => r.Query["date"]));
    }

    [Fact]
    public async Task Sites_of_all_zones_have_each_their_own_day()
    {
        // 09:00 UTC: the 25th in Auckland (22:00) and in Los Angeles (01:00), still the 24th in Pago Pago (22:00).
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 4, VisitsPerDay = 20, Sites = 14 });
        var stored = await here.StoreAsync(new DetailsInput { Report = "UserCountry.getCountry", DaysBack = "0" });

        foreach (var partition in stored.Partitions)
        {
            var zone = here.Sample.Sites.Single(s => s.SiteId == partition.Key.SiteId).TimeZone;
            Assert.Equal(new DateOnly(2026, 11, zone == "Pacific/Pago_Pago" ? 24 : 25), partition.Key.Start);
        }

        Assert.Contains(here.Sample.Sites, s => s.TimeZone == "Pacific/Pago_Pago");
        Assert.All(here.Sample.Requests.Where(r => r.Parameters.ContainsKey("date")), r => Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", r.Parameters["date"]));
    }

    [Theory]
    [InlineData("day", "2026-11-20", "2027-01-05", "2026-11-25")]
    [InlineData("day", "2026-11-20", "2026-11-26", "2026-11-25")]
    [InlineData("range", "2026-11-20", "2099-01-05", "2026-11-25")]
    public async Task An_end_still_to_come_is_clamped_and_said(string period, string start, string end, string last)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 8, VisitsPerDay = 20, Sites = 1 });
        var stored = await here.StoreAsync(new DetailsInput { Report = "VisitsSummary.get", Period = period, Start = start, End = end });

        Assert.Equal(last, $"{stored.Partitions.Max(p => p.Key.End):yyyy-MM-dd}");
        Assert.NotEmpty(stored.Rows);
        Assert.Contains(stored.Run.Warnings, w => w.Code == "plan.clamped" && w.IsNote && w.Message.Contains(last, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("day", "2026-11-26")]
    [InlineData("week", "2026-12-01")]
    [InlineData("month", "2026-12-01")]
    [InlineData("year", "2027-06-01")]
    public async Task A_date_still_to_come_is_not_asked_for_and_said(string period, string date)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 8, VisitsPerDay = 20, Sites = 1 });
        var stored = await here.StoreAsync(new DetailsInput { Report = "VisitsSummary.get", Period = period, Date = date });

        Assert.Empty(stored.Partitions);
        Assert.Contains(stored.Run.Warnings, w => w.Code == "plan.future" && !w.IsNote);
        Assert.DoesNotContain(here.Sample.Requests, r => r.Method == "VisitsSummary.get");
    }

    [Theory]
    [InlineData("day")]
    [InlineData("month")]
    [InlineData("range")]
    public async Task A_span_that_is_wholly_to_come_is_said_and_nothing_is_read(string period)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 8, VisitsPerDay = 20, Sites = 1 });
        var stored = await here.StoreAsync(new DetailsInput { Report = "VisitsSummary.get", Period = period, Start = "2027-01-01", End = "2027-01-02" });

        Assert.Empty(stored.Partitions);
        Assert.Equal("plan.future", Assert.Single(stored.Run.Warnings).Code);
    }

    [Theory]
    [InlineData("day", "2026-10-01", "2026-11-20", "2026-11-13")]
    [InlineData("week", "2026-10-01", "2026-11-20", "2026-11-09")]
    [InlineData("month", "2026-01-01", "2026-11-20", "2026-11-01")]
    public async Task Dates_before_the_site_existed_are_not_asked_for_and_said(string period, string start, string end, string first)
    {
        // The second site exists since the 15th of November; Matomo itself looks at two days before.
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 20, VisitsPerDay = 20, Sites = 2, LateSite = 2 });
        var stored = await here.StoreAsync(new DetailsInput { Report = "VisitsSummary.get", Sites = "2", Period = period, Start = start, End = end });

        Assert.InRange(stored.Partitions.Min(p => p.Key.Start), DateOnly.Parse(first, CultureInfo.InvariantCulture).AddDays(-1), DateOnly.Parse(first, CultureInfo.InvariantCulture));
        Assert.Contains(stored.Run.Warnings, w => w.Code == "plan.clamped" && w.SiteId == 2);
    }

    [Theory]
    [InlineData("day", "2026-10-01")]
    [InlineData("week", "2026-10-01")]
    [InlineData("month", "2026-09-15")]
    [InlineData("year", "2025-02-01")]
    [InlineData("range", "2026-10-01")]
    public async Task One_date_before_the_site_existed_is_said(string period, string date)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 20, VisitsPerDay = 20, Sites = 2, LateSite = 2 });
        var stored = await here.StoreAsync(period == "range"
            ? new DetailsInput { Report = "VisitsSummary.get", Sites = "2", Period = period, Start = date, End = "2026-10-09" }
            : new DetailsInput { Report = "VisitsSummary.get", Sites = "2", Period = period, Date = date });

        Assert.Contains(stored.Run.Warnings, w => w.Code == "plan.clamped" && w.SiteId == 2 && w.IsNote);
        Assert.Empty(stored.Partitions);
    }

    [Theory]
    [InlineData("UserCountry.getCountry", "[]")]
    [InlineData("UserCountry.getCountry", "{}")]
    [InlineData("VisitFrequency.get", "[]")]
    [InlineData("VisitFrequency.get", """{"nb_visits_new":0,"nb_visits_returning":0}""")]
    public async Task An_empty_day_may_have_another_shape_than_the_days_around_it(string report, string nothing)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var full = report == "VisitFrequency.get" ? """{"nb_visits_new":3,"nb_visits_returning":2}""" : """[{"label":"Japan","nb_visits":5}]""";
        fixture.Matomo.Report = request => ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $"\"{d}\":{(d == "2026-11-12" ? nothing : full)}")) + "}");
        await fixture.AddAsync("Report", new DetailsInput { Report = report, Start = "2026-11-11", End = "2026-11-13" });

        var run = await fixture.RunAsync("Report");

        Assert.True(run.Error is null, run.Error?.Message);
        Assert.Equal(3, run.Partitions);
        var value = report == "VisitFrequency.get" ? "nb_visits_new" : "nb_visits";
        var rows = await fixture.QueryAsync($"SELECT period_start, {value} FROM report ORDER BY period_start");
        var (n, zero) = report == "VisitFrequency.get" ? (3L, new object?[][] { [new DateOnly(2026, 11, 12), 0L] }) : (5L, []);
        Assert.Equal([[new DateOnly(2026, 11, 11), n], .. zero, [new DateOnly(2026, 11, 13), n]], rows);
    }

    [Theory]
    [InlineData("""{"2026-11-11":[{"label":"a","nb_visits":1}],"2026-11-12":[{"label":"a","nb_visits":2}],"2026-11-13":[{"label":"x","nb_visits":9}]}""", 1)]
    [InlineData("""{"2026-11-10":[{"label":"x","nb_visits":9}],"2026-11-12":[{"label":"a","nb_visits":2}],"2026-11-11":[{"label":"a","nb_visits":1}]}""", 1)]
    [InlineData("""{"2026-11":[{"label":"x","nb_visits":9}],"2026-11-11":[{"label":"a","nb_visits":1}],"2026-11-12":[{"label":"a","nb_visits":2}],"2026-11-09,2026-11-15":[{"label":"x","nb_visits":9}]}""", 2)]
    public async Task Dates_nobody_asked_for_are_left_out_and_said(string reply, int outside)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = _ => ScriptedReply.Json(reply);
        await fixture.AddAsync("Report", new DetailsInput { Report = "UserCountry.getCountry", Start = "2026-11-11", End = "2026-11-12" });

        var run = await fixture.RunAsync("Report");

        Assert.Equal(outside, Assert.Single(run.Warnings, w => w.Code == "dates.outside").Message.Split('(')[1].Split(')')[0].Split(", ").Length);
        Assert.Equal([["a", 1L], ["a", 2L]], await fixture.QueryAsync("SELECT label, nb_visits FROM report ORDER BY period_start"));
    }

    [Theory]
    [InlineData("2026-09-30", "2026-09-30", "2026-09-28..2026-10-04")]
    [InlineData("2026-10-04", "2026-10-05", "2026-09-28..2026-10-04 2026-10-05..2026-10-11")]
    [InlineData("2026-01-01", "2026-01-01", "2025-12-29..2026-01-04")]
    [InlineData("2025-12-28", "2026-01-05", "2025-12-22..2025-12-28 2025-12-29..2026-01-04 2026-01-05..2026-01-11")]
    public async Task Weeks_are_whole_from_Monday_to_Sunday_across_months_and_years(string start, string end, string weeks)
    {
        await using var here = await SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 340, VisitsPerDay = 4, Sites = 1 });
        var stored = await here.StoreAsync(new DetailsInput { Report = "VisitsSummary.get", Start = start, End = end, By = "week" });

        Assert.Equal(weeks, string.Join(' ', stored.Rows.Select(r => $"{r["period_start"]:yyyy-MM-dd}..{r["period_end"]:yyyy-MM-dd}").Order(StringComparer.Ordinal)));
        foreach (var row in stored.Rows)
        {
            var days = await here.StoreAsync(new DetailsInput { Report = "VisitsSummary.get", Start = $"{row["period_start"]:yyyy-MM-dd}", End = $"{row["period_end"]:yyyy-MM-dd}" });
            Assert.True((long)row["nb_visits"]! > 0);
            Assert.Equal(days.Rows.Sum(r => (long)r["nb_visits"]!), row["nb_visits"]);
        }
    }

    [Theory]
    [InlineData("2026-10-01", "2026-10-31", "month", "2026-10-01")]
    [InlineData("2026-02-01", "2026-02-28", "month", "2026-02-01")]
    [InlineData("2024-02-01", "2024-02-29", "month", "2024-02-01")]
    [InlineData("2024-02-01", "2024-02-28", "range", "2024-02-01,2024-02-28")]
    [InlineData("2026-11-16", "2026-11-22", "week", "2026-11-16")]
    [InlineData("2026-11-15", "2026-11-21", "range", "2026-11-15,2026-11-21")]
    [InlineData("2025-01-01", "2025-12-31", "year", "2025-01-01")]
    [InlineData("2026-11-20", "2026-11-20", "day", "2026-11-20")]
    [InlineData("2026-10-01", "2026-10-30", "range", "2026-10-01,2026-10-30")]
    [InlineData("2026-09-01", "2026-10-31", "range", "2026-09-01,2026-10-31")]
    public async Task A_range_that_equals_a_calendar_period_is_asked_for_as_the_period(string start, string end, string period, string date)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Sites = fixture.Matomo.Sites.Replace("2026-01-01", "2020-01-01", StringComparison.Ordinal);
        fixture.Matomo.Report = _ => ScriptedReply.Json("""[{"label":"Japan","nb_visits":5,"nb_uniq_visitors":4}]""");
        await fixture.AddAsync("Report", new DetailsInput { Report = "UserCountry.getCountry", Period = "range", Start = start, End = end });

        await fixture.RunAsync("Report");

        Assert.Equal([(period, date)], fixture.Matomo.Reports.Select(r => (r.Query["period"], r.Query["date"])));

        // The table says what was asked for.
        Assert.Equal([["range", DateOnly.Parse(start, CultureInfo.InvariantCulture), DateOnly.Parse(end, CultureInfo.InvariantCulture)]], await fixture.QueryAsync("SELECT period, period_start, period_end FROM report"));
    }
}
