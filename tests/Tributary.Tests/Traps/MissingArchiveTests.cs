using System.Globalization;
using Tributary.Model;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Traps;

/// <summary>Archives that Matomo lacks while it answers as if nobody had come: a report's own, or those of a day among days that have some.</summary>
public sealed class MissingArchiveTests
{
    private static readonly DateOnly First = new(2026, 11, 5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("UserCountry.getCountry", true)]
    [InlineData("UserCountry.getCountry", false)]
    [InlineData("DevicesDetection.getBrowsers", true)]
    public async Task A_table_that_must_have_rows_and_has_none_beside_visits_is_told_and_stays_provisional(string report, bool totalsCheck)
    {
        await using var fixture = await FilledAsync();

        // Two days old, yesterday, and inside the span.
        string[] empty = ["2026-11-12", "2026-11-23", "2026-11-24"];
        EmptyOn(fixture, empty);
        await fixture.AddAsync("Table", new DetailsInput { Report = report, StartDaysBack = "20", EndDaysBack = "1" }, new DataSetSettings { TotalsCheck = totalsCheck });

        var run = await fixture.RunAsync("Table");

        Assert.Equal(RunStatus.SucceededWithWarnings, run.Status);
        var told = run.Warnings.Where(w => w is { Code: Check.Totals, IsNote: false }).ToList();
        Assert.NotEmpty(told);
        Assert.All(told, w => Assert.Contains(report, w.Message, StringComparison.Ordinal));
        var partitions = await fixture.Workspace.ReadPartitionsAsync("Table", Stop);
        Assert.Equal(20, partitions.Count);
        Assert.Equal(empty, partitions.Where(p => p.IsEmpty).Select(p => Iso(p.Key.Start)).Order());
        Assert.All(partitions.Where(p => p.IsEmpty), p => Assert.Equal((PartitionState.Provisional, 0L), (p.State, p.Rows)));
        Assert.All(partitions.Where(p => !p.IsEmpty && p.Key.Start < new DateOnly(2026, 11, 20)), p => Assert.Equal(PartitionState.Final, p.State));

        // Archived at last: read, said no more.
        fixture.Matomo.Anything = _ => null;
        var mended = await fixture.RunAsync("Table");
        Assert.Equal(RunStatus.Succeeded, mended.Status);
        Assert.DoesNotContain(await fixture.Workspace.ReadPartitionsAsync("Table", Stop), p => p.IsEmpty);
    }

    [Theory]
    [InlineData(CheckLevel.Off)]
    [InlineData(CheckLevel.Note)]
    [InlineData(CheckLevel.Stop)]
    public async Task What_is_said_of_a_table_without_its_archive_is_as_loud_as_its_check(CheckLevel level)
    {
        await using var fixture = await FilledAsync();
        EmptyOn(fixture, "2026-11-12");
        await fixture.AddAsync("Table", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-12" }, new DataSetSettings { Checks = new Dictionary<string, CheckLevel> { [Check.Totals] = level } });

        var run = await fixture.RunAsync("Table");

        Assert.Equal(level == CheckLevel.Stop ? (RunStatus.Failed, Check.Totals) : (RunStatus.Succeeded, null), (run.Status, run.Error?.Code));
        Assert.Equal(level == CheckLevel.Off ? 0 : 1, run.Warnings.Count(w => w.Code == Check.Totals));
        Assert.Equal(level == CheckLevel.Stop ? [] : [PartitionState.Provisional], (await fixture.Workspace.ReadPartitionsAsync("Table", Stop)).Select(p => p.State));
    }

    [Theory]
    [InlineData("Events.getCategory")]
    [InlineData("Actions.getDownloads")]
    [InlineData("Referrers.getCampaigns")]
    [InlineData("Goals.getItemsSku")]
    [InlineData("Goals.get")]
    public async Task A_report_that_a_visit_may_be_without_is_believed_beside_visits_and_asks_nothing_more(string report)
    {
        await using var fixture = await FilledAsync();
        EmptyOn(fixture, "2026-11-12", "2026-11-14");
        await fixture.AddAsync("Report", new DetailsInput { Report = report, Start = "2026-11-08", End = "2026-11-18" });

        var run = await fixture.RunAsync("Report");

        Assert.True(run.Status == RunStatus.Succeeded, string.Join(' ', run.Warnings.Select(w => w.Message)));
        Assert.All(await fixture.Workspace.ReadPartitionsAsync("Report", Stop), p => Assert.Equal(PartitionState.Final, p.State));
        Assert.DoesNotContain(fixture.Matomo.Requests, r => r.Method is "VisitsSummary.get" or "Live.getLastVisitsDetails");
    }

    [Theory]
    [InlineData("VisitsSummary.get", true)]
    [InlineData("VisitsSummary.get", false)]
    [InlineData("Actions.getPageUrls", false)]
    [InlineData("UserCountry.getCountry", true)]
    public async Task A_day_without_visits_between_days_that_have_some_is_told(string report, bool totalsCheck)
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Visits.Remove("2026-11-15");
        await fixture.AddAsync("Report", new DetailsInput { Report = report, Start = "2026-11-10", End = "2026-11-24" }, new DataSetSettings { TotalsCheck = totalsCheck });

        var run = await fixture.RunAsync("Report");

        var told = Assert.Single(run.Warnings, w => !w.IsNote);
        Assert.Equal((Check.Zero, (DateOnly?)new DateOnly(2026, 11, 15)), (told.Code, told.PeriodStart));
        Assert.Equal(15, (await fixture.Workspace.ReadPartitionsAsync("Report", Stop)).Count);
        Assert.Single(fixture.Matomo.Requests, r => r.Method == "Live.getLastVisitsDetails");

        // What was said is stored: looking again asks for nothing more than the provisional days.
        var before = fixture.Matomo.Requests.Count(r => r.Method == "Live.getLastVisitsDetails");
        Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Report")).Status);
        Assert.Equal(before, fixture.Matomo.Requests.Count(r => r.Method == "Live.getLastVisitsDetails"));
    }

    [Fact]
    public async Task A_hole_that_the_visits_log_knows_visits_of_is_an_error_and_not_stored()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Visits.Remove("2026-11-15");
        fixture.Matomo.Anything = r => r.Method == "Live.getLastVisitsDetails" && r.Query["date"] == "2026-11-15"
            ? ScriptedReply.Json($"[{new PretendVisit(7, new DateTimeOffset(2026, 11, 15, 12, 0, 0, TimeSpan.Zero)).Json()}]")
            : null;
        await fixture.AddAsync("Summary", new DetailsInput { Report = "VisitsSummary.get", Start = "2026-11-10", End = "2026-11-24" });

        var run = await fixture.RunAsync("Summary");

        Assert.Equal((RunStatus.Partial, "matomo.not_archived"), (run.Status, run.Error?.Code));
        var partitions = await fixture.Workspace.ReadPartitionsAsync("Summary", Stop);
        Assert.Equal(14, partitions.Count);
        Assert.DoesNotContain(partitions, p => p.Key.Start == new DateOnly(2026, 11, 15));
    }

    [Theory]
    [InlineData("2026-11-08,2026-11-15,2026-11-22")]
    [InlineData("2026-11-05,2026-11-06,2026-11-07")]
    [InlineData("2026-11-07,2026-11-08,2026-11-14,2026-11-15,2026-11-21")]
    public async Task A_site_that_is_closed_every_week_or_was_not_open_yet_has_no_holes(string closed)
    {
        await using var fixture = await FilledAsync();
        foreach (var day in closed.Split(','))
        {
            fixture.Matomo.Visits.Remove(day);
        }

        await fixture.AddAsync("Summary", new DetailsInput { Report = "VisitsSummary.get", Start = "2026-11-05", End = "2026-11-24" });

        Assert.DoesNotContain((await fixture.RunAsync("Summary")).Warnings, w => w.Code == Check.Zero && w.PeriodStart < new DateOnly(2026, 11, 21));
        Assert.DoesNotContain(fixture.Matomo.Requests, r => r.Method == "Live.getLastVisitsDetails" && string.CompareOrdinal(r.Query["date"], "2026-11-21") < 0);
    }

    [Fact]
    public async Task A_date_of_the_summary_that_is_an_error_is_not_taken_for_a_day_without_visits()
    {
        await using var fixture = await FilledAsync();
        var looks = 0;
        fixture.Matomo.Anything = r =>
        {
            string Day(string day) => day == "2026-11-12"
                ? """{"result":"error","message":"Something odd"}"""
                : fixture.Matomo.Visits.TryGetValue(day, out var visits) ? $$"""{"nb_visits":{{(2 * visits) + 1}},"nb_actions":{{(2 * visits) + 1}}}""" : "[]";
            return r.Method != "VisitsSummary.get" || ++looks > 1 ? null : ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(r).Select(d => $"\"{d}\":{Day(d)}")) + "}");
        };
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Start = "2026-11-10", End = "2026-11-14" });
        await fixture.RunAsync("Countries");

        // Told by the next look, it has not moved.
        fixture.Clock.Advance(TimeSpan.FromDays(1));
        var run = await fixture.RunAsync("Countries");

        Assert.DoesNotContain(run.Warnings, w => w.Code is "totals.moved" or Check.Totals);
        Assert.Equal(0, run.Partitions);
    }

    private static async Task<WorkspaceFixture> FilledAsync()
    {
        var fixture = await WorkspaceFixture.CreateAsync();
        for (var day = First; day <= new DateOnly(2026, 11, 25); day = day.AddDays(1))
        {
            fixture.Matomo.Visits[Iso(day)] = 5;
        }

        return fixture;
    }

    /// <summary>Answers nothing on some days, whatever report is asked for; the summary knows the visits.</summary>
    private static void EmptyOn(WorkspaceFixture fixture, params string[] days) => fixture.Matomo.Anything = request =>
    {
        if (request.Method.StartsWith("VisitsSummary.", StringComparison.Ordinal) || !request.Query.ContainsKey("date"))
        {
            return null;
        }

        var asked = PretendMatomo.DaysOf(request).ToList();
        const string Row = """[{"label":"Japan","nb_visits":11,"segment":"countryCode==jp"}]""";
        return ScriptedReply.Json(request.Query["date"].Contains(',', StringComparison.Ordinal)
            ? "{" + string.Join(',', asked.Select(d => $"\"{d}\":{(days.Contains(d) ? "[]" : Row)}")) + "}"
            : days.Contains(asked[0]) ? "[]" : Row);
    };

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
