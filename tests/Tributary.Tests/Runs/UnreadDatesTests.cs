using Tributary.Model;
using Tributary.Tables;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

/// <summary>Dates that a run was to read and could not.</summary>
public class UnreadDatesTests
{
    private const string Seldom = "countryCode==jp";

    private static readonly DetailsInput Yesterday = new() { Report = "UserCountry.getCountry" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_run_could_not_read_of_one_segment_is_told_and_read_by_the_run_of_the_next_day()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var fails = false;
        fixture.Matomo.Report = request => fails && SegmentOf(request) == Seldom ? ScriptedReply.Error("Odd") : Rows(request);
        await fixture.AddAsync("Countries", Yesterday with { Segments = ["countryCode==it", Seldom] });
        await fixture.RunAsync("Countries");
        fixture.Clock.Advance(TimeSpan.FromDays(1));
        fails = true;

        var second = await fixture.RunAsync("Countries");

        Assert.Equal(RunStatus.Partial, second.Status);
        var cell = Assert.Single((await fixture.Workspace.Tables.ReadCompletenessAsync("Countries", Stop)).Sites).Cells[^1];
        Assert.Equal((new DateOnly(2026, 11, 25), CellState.Failed, Seldom), (cell.Start, cell.State, cell.Lacks));
        Assert.Contains((await fixture.Workspace.Tables.ReadHealthAsync("Countries", Stop)).Findings, f => f.Code == "matomo.api" && f.Title.Contains($"2026-11-25 of the segment '{Seldom}'", StringComparison.Ordinal));

        fixture.Clock.Advance(TimeSpan.FromDays(1));
        fails = false;
        var third = await fixture.RunAsync("Countries");

        Assert.Contains(third.Warnings, w => w is { Code: "plan.asked_again", IsNote: true });
        Assert.Equal(
            [[24, 2L], [25, 2L], [26, 2L]],
            (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).GroupBy(p => p.Key.Start.Day).OrderBy(g => g.Key).Select(g => new object[] { g.Key, g.LongCount() }));
        Assert.DoesNotContain((await fixture.Workspace.Tables.ReadHealthAsync("Countries", Stop)).Findings, f => f.Severity > HealthSeverity.Note);
    }

    [Fact]
    public async Task A_segment_missing_in_the_midst_is_a_gap_though_another_segment_is_there()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = request => SegmentOf(request) == Seldom && request.Query["date"].Contains("2026-11-25", StringComparison.Ordinal) ? ScriptedReply.Error("Odd") : Rows(request);
        await fixture.AddAsync("Countries", Yesterday with { Segments = ["countryCode==it", Seldom] });
        for (var day = 0; day < 3; day++)
        {
            await fixture.RunAsync("Countries");
            fixture.Clock.Advance(TimeSpan.FromDays(day == 1 ? 20 : 1));
        }

        var cells = Assert.Single((await fixture.Workspace.Tables.ReadCompletenessAsync("Countries", Stop)).Sites).Cells;

        Assert.Equal((CellState.Missing, Seldom), (cells[1].State, cells[1].Lacks));
        Assert.Contains((await fixture.Workspace.Tables.ReadHealthAsync("Countries", Stop)).Findings, f => f.Code == "partition.missing");
    }

    [Fact]
    public async Task The_day_of_a_run_that_could_not_ask_at_all_is_read_by_the_next()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = Rows;
        await fixture.AddAsync("Countries", Yesterday);
        fixture.Matomo.Anything = request => request.Method.StartsWith("SitesManager.", StringComparison.Ordinal) ? ScriptedReply.Error("Odd") : null;
        Assert.Equal(RunStatus.Failed, (await fixture.RunAsync("Countries")).Status);
        fixture.Matomo.Anything = _ => null;
        fixture.Clock.Advance(TimeSpan.FromDays(2));

        await fixture.RunAsync("Countries");

        Assert.Equal([24, 26], (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Select(p => p.Key.Start.Day).Order());
    }

    [Fact]
    public async Task What_could_not_be_read_for_two_weeks_is_not_asked_for_any_more()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = request => request.Query["date"].Contains("2026-11-24", StringComparison.Ordinal) ? ScriptedReply.Error("Odd") : Rows(request);
        await fixture.AddAsync("Countries", Yesterday);
        await fixture.RunAsync("Countries");
        fixture.Clock.Advance(TimeSpan.FromDays(13));
        Assert.Equal(RunStatus.Partial, (await fixture.RunAsync("Countries")).Status);
        fixture.Clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Countries")).Status);
    }

    [Fact]
    public async Task What_a_backfill_could_not_read_is_left_to_the_next_backfill()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = request => request.Query["date"].Contains("2026-10", StringComparison.Ordinal) ? ScriptedReply.Error("Odd") : Rows(request);
        await fixture.AddAsync("Countries", Yesterday);
        await fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"], From = new DateOnly(2026, 10, 1), To = new DateOnly(2026, 10, 2) }, null, Stop);
        fixture.Clock.Advance(TimeSpan.FromDays(1));

        var next = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Succeeded, 1), (next.Status, next.Partitions));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_site_that_is_not_read_any_more_nothing_is_missing_and_nothing_waits_to_be_read_again(bool isDeselected)
    {
        const string first = """{"idsite":1,"name":"Shop 1","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}""";
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Report = Rows;
        fixture.Matomo.Sites = $"[{first},{first.Replace("""idsite":1""", """idsite":2""", StringComparison.Ordinal)}]";
        await fixture.AddAsync("Countries", Yesterday);
        await fixture.RunAsync("Countries");
        if (isDeselected)
        {
            await fixture.Workspace.EditDataSetAsync("Countries", new DataSetChange { Details = new DetailsInput { Sites = "1" } }, dryRun: false, Stop);
        }
        else
        {
            fixture.Matomo.Sites = $"[{first}]";
        }

        for (var day = 0; day < 5; day++)
        {
            fixture.Clock.Advance(TimeSpan.FromDays(1));
            await fixture.RunAsync("Countries");
        }

        var sites = (await fixture.Workspace.Tables.ReadCompletenessAsync("Countries", Stop)).Sites;
        Assert.Equal([6, 1], sites.Select(s => s.Cells.Count));
        var found = (await fixture.Workspace.Tables.ReadHealthAsync("Countries", Stop)).Findings;
        Assert.DoesNotContain(found, f => f.Code == "partition.missing" || f.Title.Contains("long over", StringComparison.Ordinal));
        Assert.DoesNotContain((await fixture.Workspace.Tables.ReadAllCompletenessAsync(30, Stop))["Countries"], c => c.State == CellState.Missing);
    }

    private static string? SegmentOf(ScriptedRequest request) => request.Query.GetValueOrDefault("segment") ?? request.Form.GetValueOrDefault("segment");

    private static ScriptedReply Rows(ScriptedRequest request)
    {
        const string table = """[{"label":"Japan","nb_visits":5,"code":"jp"}]""";
        return ScriptedReply.Json(request.Query["date"].Contains(',', StringComparison.Ordinal) ? "{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $"\"{d}\":{table}")) + "}" : table);
    }
}
