using System.Globalization;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Store;
using Tributary.Tables;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Tables;

/// <summary>What is not right about a DataSet, in words, and which partitions are stored.</summary>
public sealed class HealthTests
{
    private static readonly DetailsInput Days = new() { Report = "UserCountry.getCountry", StartDaysBack = "10", EndDaysBack = "1" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_wrong_with_a_DataSet_that_is_whole()
    {
        await using var fixture = await FilledAsync();

        var health = await fixture.Workspace.Tables.ReadHealthAsync("Days", Stop);

        Assert.True(health.IsRight);
        var note = Assert.Single(health.Findings);
        Assert.Equal(("partition.provisional", "The last 3 days are provisional."), (note.Code, note.Title));
        Assert.Equal("Matomo may still change them; 2026-11-22 becomes final when it is read on 2026-11-26 or later.", note.Text);
        Assert.Equal((new DateOnly(2026, 11, 22), new DateOnly(2026, 11, 24), RemedyKind.None), (note.From, note.To, note.Kind));
        Assert.Equal((await fixture.Workspace.GetDataSetAsync("Days", Stop)).LastRunAt, health.CheckedAt);
    }

    [Fact]
    public async Task A_DataSet_that_never_ran_says_so()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Days", Days);

        var health = await fixture.Workspace.Tables.ReadHealthAsync("Days", Stop);

        Assert.Equal(("run.never", RemedyKind.RunNow), (Assert.Single(health.Findings).Code, health.Findings[0].Kind));
        Assert.Null(health.CheckedAt);
    }

    [Fact]
    public async Task Truncated_days_of_a_site_are_one_finding_with_what_to_raise()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Report = request => ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $$"""
            "{{d}}":[{"label":"Japan","nb_visits":81,"segment":"countryCode==jp"},{"label":"Others","nb_visits":19,"is_summary":true}]
            """)) + "}");
        await fixture.RunAsync("Days");

        var health = await fixture.Workspace.Tables.ReadHealthAsync("Days", Stop);
        var complete = await fixture.Workspace.Tables.ReadCompletenessAsync("Days", Stop);

        Assert.False(health.IsRight);
        var finding = Assert.Single(health.Findings, f => f.Severity == HealthSeverity.Warning);
        Assert.Equal(("partition.truncated", "3 days of Shop 日本 are truncated.", RemedyKind.Matomo, 1), (finding.Code, finding.Title, finding.Kind, finding.SiteId));
        Assert.Equal("Matomo kept the largest rows and summed up the rest as Others, up to 19% of the report, on 2026-11-22.", finding.Text);
        Assert.Contains("datatable_archiving_maximum_rows_standard", finding.Remedy, StringComparison.Ordinal);
        Assert.Equal((7, 3, 0), (complete.Count(CellState.Final), complete.Count(CellState.Truncated), complete.Count(CellState.Missing)));
        Assert.Equal(0.19, complete.Sites[0].Cells[^1].OthersShare!.Value, 3);
    }

    [Fact]
    public async Task Days_of_which_little_is_cut_off_are_a_note_that_says_why()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Report = request => ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $$"""
            "{{d}}":[{"label":"Japan","nb_visits":95,"segment":"countryCode==jp"},{"label":"Others","nb_visits":5,"is_summary":true}]
            """)) + "}");
        await fixture.RunAsync("Days");

        var finding = Assert.Single((await fixture.Workspace.Tables.ReadHealthAsync("Days", Stop)).Findings, f => f.Code == "partition.truncated");

        Assert.Equal(HealthSeverity.Note, finding.Severity);
        Assert.EndsWith("up to 5% of the report, on 2026-11-22. Under a tenth that is a note, not a warning.", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_days_are_one_finding_that_a_backfill_mends()
    {
        await using var fixture = await FilledAsync();
        await ForgetAsync(fixture, "2026-11-17", "2026-11-18");

        var health = await fixture.Workspace.Tables.ReadHealthAsync("Days", Stop);
        var complete = await fixture.Workspace.Tables.ReadCompletenessAsync("Days", Stop);

        var finding = Assert.Single(health.Findings, f => f.Severity == HealthSeverity.Warning);
        Assert.Equal(("partition.missing", "2 days of Shop 日本 are missing.", RemedyKind.Backfill), (finding.Code, finding.Title, finding.Kind));
        Assert.Equal((new DateOnly(2026, 11, 17), new DateOnly(2026, 11, 18), 1), (finding.From, finding.To, finding.SiteId));
        var site = Assert.Single(complete.Sites);
        Assert.Equal((10, "Shop 日本"), (site.Cells.Count, site.Name));
        Assert.Equal([CellState.Final, CellState.Final, CellState.Missing, CellState.Missing, CellState.Final, CellState.Final, CellState.Final, CellState.Provisional, CellState.Provisional, CellState.Provisional], site.Cells.Select(c => c.State));
    }

    [Fact]
    public async Task A_failed_run_and_the_day_it_could_not_read_are_told()
    {
        await using var fixture = await FilledAsync();
        await ForgetAsync(fixture, "2026-11-24");
        fixture.Matomo.Report = request => PretendMatomo.DaysOf(request).Contains("2026-11-24") ? ScriptedReply.Error("The table does not exist.") : null;
        var run = await fixture.RunAsync("Days");

        var health = await fixture.Workspace.Tables.ReadHealthAsync("Days", Stop);

        Assert.True(run.Status is RunStatus.Partial or RunStatus.Failed);
        var last = health.Findings[0];
        Assert.Equal((run.Error!.Code, run.Error.Message, RemedyKind.History, run.RunId), (last.Code, last.Text, last.Kind, last.RunId));
    }

    [Fact]
    public async Task An_account_that_waits_or_was_removed_comes_first()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Anything = _ => ScriptedReply.Error("Unable to authenticate with the provided token. It is either invalid or expired.");
        await fixture.Workspace.Accounts.TestAsync("Shop", Stop);

        var waiting = await fixture.Workspace.Tables.ReadHealthAsync("Days", Stop);
        await fixture.Workspace.Accounts.RemoveAsync("Shop", Stop);
        var removed = await fixture.Workspace.Tables.ReadHealthAsync("Days", Stop);

        Assert.Equal((HealthSeverity.Failure, "account.needs_attention", RemedyKind.Account), (waiting.Findings[0].Severity, waiting.Findings[0].Code, waiting.Findings[0].Kind));
        Assert.Equal("Its account 'Shop' waits for you.", waiting.Findings[0].Title);
        Assert.Equal("account.removed", removed.Findings[0].Code);
    }

    [Fact]
    public async Task A_DataSet_that_is_late_or_overdue_is_told()
    {
        await using var fixture = await FilledAsync();
        await fixture.Workspace.EditDataSetAsync("Days", new DataSetChange { Schedule = new ScheduleInput { DailyAt = "10:00", ExpectEvery = "1d" } }, dryRun: false, Stop);
        fixture.Clock.Advance(TimeSpan.FromHours(26));

        var health = await fixture.Workspace.Tables.ReadHealthAsync("Days", Stop);

        Assert.Equal(["run.late", "schedule.overdue"], health.Findings.Where(f => f.Severity == HealthSeverity.Warning).Select(f => f.Code));
        Assert.Equal("It was due at 2026-11-25 10:00 UTC and has not been started.", health.Findings[1].Title);
        Assert.Equal("An update is expected every 1d.", health.Findings[0].Text);
    }

    [Fact]
    public async Task A_backfill_that_stored_a_part_is_told_until_another_has_read_all_of_it()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Sites = """[{"idsite":1,"name":"Shop","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"},{"idsite":2,"name":"Blog","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}]""";
        var backfill = new RunRequest { Names = ["Days"], From = new DateOnly(2026, 10, 1), To = new DateOnly(2026, 10, 5) };
        foreach (var day in new[] { 1, 2, 3, 4, 5 })
        {
            fixture.Matomo.Visits[$"2026-10-0{day}"] = day;
        }

        fixture.Matomo.Report = request => request.Query["idSite"] == "2" && PretendMatomo.DaysOf(request).Contains("2026-10-03") ? ScriptedReply.Error("The table does not exist.") : null;
        var broken = Assert.Single(await fixture.Workspace.RunAsync(backfill, null, Stop));
        fixture.Matomo.Report = _ => null;
        await fixture.RunAsync("Days");

        var told = (await fixture.Workspace.Tables.ReadHealthAsync("Days", Stop)).Findings.Where(f => f.Code == "backfill.unfinished").ToList();
        await fixture.Workspace.RunAsync(backfill with { From = new DateOnly(2026, 9, 30) }, null, Stop);
        var after = (await fixture.Workspace.Tables.ReadHealthAsync("Days", Stop)).Findings;

        Assert.Equal(RunStatus.Partial, broken.Status);
        var finding = Assert.Single(told);
        Assert.Equal(("Its backfill of 2026-10-01 to 2026-10-05 was not finished.", HealthSeverity.Warning, RemedyKind.Backfill), (finding.Title, finding.Severity, finding.Kind));
        Assert.Equal((new DateOnly(2026, 10, 1), new DateOnly(2026, 10, 5), broken.RunId), (finding.From, finding.To, finding.RunId));
        Assert.DoesNotContain(after, f => f.Code == "backfill.unfinished");
    }

    [Fact]
    public async Task A_warning_holds_until_its_day_is_read_again()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Visits.Remove("2026-11-24");
        await fixture.RunAsync("Days");
        var kept = await fixture.Workspace.Tables.ReadHealthAsync("Days", Stop);
        fixture.Matomo.Visits["2026-11-24"] = 7;
        await fixture.RunAsync("Days");
        var mended = await fixture.Workspace.Tables.ReadHealthAsync("Days", Stop);

        var finding = Assert.Single(kept.Findings, f => f.Severity == HealthSeverity.Warning);
        Assert.Equal((Check.Kept, "2026-11-24 of Shop 日本 came back empty, and the old rows were kept."), (finding.Code, finding.Title));
        Assert.True(mended.IsRight);
    }

    [Fact]
    public async Task The_last_days_of_all_DataSets_are_read_at_once()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Weeks", new DetailsInput { Report = Days.Report, Period = "week" });
        await fixture.AddAsync("Sites", new DetailsInput { Report = "SitesManager.getSitesWithAtLeastViewAccess" });
        await fixture.AddAsync("Empty", Days);
        await fixture.Workspace.RunAsync(new RunRequest { Names = ["Weeks", "Sites"] }, null, Stop);
        await ForgetAsync(fixture, "2026-11-20");

        var all = await fixture.Workspace.Tables.ReadAllCompletenessAsync(8, Stop);

        Assert.Equal(["Days", "Weeks"], all.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([17, 18, 19, 20, 21, 22, 23, 24], all["Days"].Select(c => c.Start.Day));
        Assert.Equal([CellState.Final, CellState.Final, CellState.Final, CellState.Missing, CellState.Final, CellState.Provisional, CellState.Provisional, CellState.Provisional], all["Days"].Select(c => c.State));
        Assert.Equal(2, all["Days"][0].Rows);
        Assert.Equal(new DateOnly(2026, 11, 23), Assert.Single(all["Weeks"]).Start);
    }

    [Fact]
    public async Task What_is_wrong_with_each_of_all_DataSets_is_what_its_own_page_says()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Whole", Days);
        await fixture.AddAsync("Sites", new DetailsInput { Report = "SitesManager.getSitesWithAtLeastViewAccess" });
        await fixture.Workspace.RunAsync(new RunRequest { Names = ["Whole", "Sites"] }, null, Stop);
        await fixture.AddAsync("Never run", Days);
        await ForgetAsync(fixture, "2026-11-17", "2026-11-18");

        var all = await fixture.Workspace.Tables.ReadAllWrongAsync(Stop);

        Assert.Equal("Days", Assert.Single(all).Key);
        Assert.Equal("2 days of Shop 日本 are missing.", all["Days"].Title);
        foreach (var name in (string[])["Days", "Whole", "Sites", "Never run"])
        {
            var told = await fixture.Workspace.Tables.ReadHealthAsync(name, Stop);
            Assert.Equal(told.Findings.FirstOrDefault(f => f.Severity > HealthSeverity.Note), all.GetValueOrDefault(name));
            Assert.Equal(all.GetValueOrDefault(name), await fixture.Workspace.Tables.ReadWrongAsync(name, Stop));
        }
    }

    [Fact]
    public async Task Truncated_days_and_days_of_one_site_are_told_of_all_DataSets_too()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Cut", Days);
        fixture.Matomo.Report = request => ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $$"""
            "{{d}}":[{"label":"Japan","nb_visits":81,"segment":"countryCode==jp"},{"label":"Others","nb_visits":19,"is_summary":true}]
            """)) + "}");
        await fixture.RunAsync("Cut");
        await fixture.Workspace.EditDataSetAsync("Days", new DataSetChange { Schedule = new ScheduleInput { DailyAt = "10:00", ExpectEvery = "1d" } }, dryRun: false, Stop);
        fixture.Clock.Advance(TimeSpan.FromHours(26));

        var all = await fixture.Workspace.Tables.ReadAllWrongAsync(Stop);

        Assert.Equal(("partition.truncated", "run.late"), (all["Cut"].Code, all["Days"].Code));
    }

    private static async Task<WorkspaceFixture> FilledAsync()
    {
        var fixture = await WorkspaceFixture.CreateAsync();
        for (var day = 15; day <= 24; day++)
        {
            fixture.Matomo.Visits[string.Create(CultureInfo.InvariantCulture, $"2026-11-{day}")] = day;
        }

        await fixture.AddAsync("Days", Days);
        Assert.Null((await fixture.RunAsync("Days")).Error);
        return fixture;
    }

    /// <summary>Takes days out of the records, as if they had never been read.</summary>
    private static async Task ForgetAsync(WorkspaceFixture fixture, params string[] days)
    {
        var store = await StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop);
        foreach (var day in days)
        {
            await store.ExecuteAsync("DELETE FROM partitions WHERE period_start = @day AND dataset_id = (SELECT id FROM datasets WHERE name = 'Days')", [("day", day)], Stop);
        }
    }
}
