using System.Globalization;
using Tributary.Model;
using Tributary.Runs;
using Tributary.Testing;
using Tributary.Tests.Shaping;

namespace Tributary.Tests.Runs;

/// <summary>Each check on a case made for it, as a note, a warning, and stopping the commit; and none where nothing is odd.</summary>
public class CheckTests
{
    private static readonly DetailsInput ThreeDays = new() { Report = "UserCountry.getCountry", StartDaysBack = "3", EndDaysBack = "1" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Cases => [Check.Others, Check.Kept, Check.Zero, Check.Dropped, Check.Totals, Check.Repeated, Check.DatesOutside, Check.Unreadable];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_check_is_told_as_loud_as_the_DataSet_wants_it(string code)
    {
        foreach (var level in new CheckLevel?[] { null, CheckLevel.Off, CheckLevel.Note, CheckLevel.Warn, CheckLevel.Stop })
        {
            await using var fixture = await WorkspaceFixture.CreateAsync();
            Dictionary<string, CheckLevel> checks = level is { } set ? new() { [code] = set } : [];
            await fixture.AddAsync("Countries", ThreeDays, new DataSetSettings { Checks = checks, TotalsCheck = false });
            await BeforeAsync(fixture, code);

            var run = await fixture.RunAsync("Countries");

            var told = run.Warnings.Where(w => w.Code == code).ToList();
            var expected = level ?? Check.Find(code)!.Default;
            Assert.All(told, w => Assert.Equal(expected == CheckLevel.Note, w.IsNote));
            Assert.Equal(expected == CheckLevel.Off, told.Count == 0);
            var stored = (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Where(p => p.Key.Start == new DateOnly(2026, 11, 24) && p.RunId == run.RunId).Sum(p => p.Rows);
            if (expected == CheckLevel.Stop)
            {
                Assert.Equal((code, true), (run.Error?.Code, run.Status is RunStatus.Partial or RunStatus.Failed));
                Assert.Equal(0L, stored);
            }
            else
            {
                Assert.Null(run.Error);
                Assert.Equal(expected == CheckLevel.Warn ? RunStatus.SucceededWithWarnings : RunStatus.Succeeded, run.Status);
                Assert.Equal(code is Check.Kept or Check.Zero, stored == 0);
            }
        }
    }

    [Fact]
    public async Task What_one_check_holds_back_leaves_the_other_dates_of_the_window_alone()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Summary", new DetailsInput { Report = "VisitsSummary.get", StartDaysBack = "3", EndDaysBack = "1" });
        Fill(fixture, 5);
        await fixture.RunAsync("Summary");
        fixture.Matomo.Visits.Remove("2026-11-23");

        // A report of one row a period answers zeros, a row that must not be stored.
        var run = await fixture.RunAsync("Summary");

        Assert.Null(run.Error);
        Assert.Equal(2, run.Partitions);
        Assert.Contains(run.Warnings, w => w.Code == Check.Kept && w.PeriodStart == new DateOnly(2026, 11, 23));
        Assert.Equal([[new DateOnly(2026, 11, 22), 11L], [new DateOnly(2026, 11, 23), 11L], [new DateOnly(2026, 11, 24), 11L]], await fixture.QueryAsync("SELECT period_start, nb_visits FROM summary ORDER BY 1"));
    }

    [Fact]
    public async Task What_was_kept_against_an_empty_answer_waits_to_be_read_again_even_if_it_was_final()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-10" }, new DataSetSettings { TotalsCheck = false });
        fixture.Matomo.Visits["2026-11-10"] = 5;
        await fixture.RunAsync("Countries");
        Assert.Equal(PartitionState.Final, Assert.Single(await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).State);
        fixture.Matomo.Visits.Clear();

        await fixture.RunAsync("Countries", full: true);
        fixture.Matomo.Visits["2026-11-10"] = 7;
        var back = await fixture.RunAsync("Countries");

        Assert.Equal(1, back.Partitions);
        Assert.Equal([[7L]], await fixture.QueryAsync("SELECT nb_visits FROM countries WHERE label = 'Japan'"));
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task Rows_that_do_not_add_up_are_read_once_more_and_stay_only_where_they_come_alike(bool isMended, long rows)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", new DetailsInput { Report = "UserCountry.getCountry", Date = "2026-11-10" });
        fixture.Matomo.Visits["2026-11-10"] = 5;
        fixture.Matomo.Anything = r => r.Method == "UserCountry.getCountry" ? ScriptedReply.Json("""[{"label":"Japan","nb_visits":5,"code":"jp"}]""") : null;

        var half = await fixture.RunAsync("Countries");
        var first = Assert.Single(await fixture.Workspace.ReadPartitionsAsync("Countries", Stop));
        if (isMended)
        {
            fixture.Matomo.Anything = _ => null;
        }

        await fixture.RunAsync("Countries");
        var second = Assert.Single(await fixture.Workspace.ReadPartitionsAsync("Countries", Stop));
        var third = await fixture.RunAsync("Countries");

        Assert.Contains(half.Warnings, w => w.Code == Check.Totals);
        Assert.Equal((PartitionState.Provisional, 1L), (first.State, first.Rows));
        Assert.Equal((PartitionState.Final, rows), (second.State, second.Rows));
        Assert.Equal(0, third.Partitions);
    }

    [Fact]
    public async Task An_unknown_check_is_refused_with_the_nearest()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();

        var refused = await Assert.ThrowsAsync<InputException>(() => fixture.AddAsync("Countries", ThreeDays, new DataSetSettings { Checks = new Dictionary<string, CheckLevel> { ["rows.other"] = CheckLevel.Off } }));

        Assert.Contains("rows.others", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Totals_that_only_seem_to_differ_are_asked_for_again_before_anything_is_said()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        Fill(fixture, 5);
        await fixture.AddAsync("Countries", ThreeDays);
        await fixture.RunAsync("Countries");

        // More visits arrive after this morning's look at the totals.
        Fill(fixture, 6);
        var run = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Succeeded, 3), (run.Status, run.Partitions));
    }

    /// <summary>Every recorded reply of the two versions: no rows say the same twice.</summary>
    [Fact]
    public async Task No_recorded_reply_has_rows_that_repeat()
    {
        var looked = 0;
        var repeats = new List<string>();
        foreach (var recorded in RecordedReport.All.Where(r => !r.IsShapeOnly && !r.IsExpanded && r.Report.Dimensions.Count > 0 && r.Recording.Method != "Live.getLastVisitsDetails" && !r.Recording.Method.StartsWith("Transitions.", StringComparison.Ordinal)))
        {
            var table = await recorded.ShapeAsync();
            var identity = table.Columns.Where(c => c.Role is ColumnRole.Dimension or ColumnRole.Others or ColumnRole.Key).Select(c => c.Name).ToList();
            if (table.Rows.Count == 0)
            {
                continue;
            }

            looked++;
            var seen = new HashSet<string>(StringComparer.Ordinal);
            repeats.AddRange(table.Rows.Select(r => string.Join('\u001f', identity.Select(c => r.TryGetValue(c, out var cell) ? $"{cell.Value}" : "\u0000"))).Where(k => !seen.Add(k)).Take(1).Select(k => $"{recorded.Recording.Id} {recorded.Recording.Method}: {k}"));
        }

        Assert.True(looked > 1000, $"only {looked} replies were looked at");
        Assert.Empty(repeats);
    }

    /// <summary>What is stored before, and what the server says from then on.</summary>
    private static async Task BeforeAsync(WorkspaceFixture fixture, string code)
    {
        switch (code)
        {
            case Check.Others:
                Answer(fixture, """[{"label":"Japan","nb_visits":5,"segment":"countryCode==jp"},{"label":"Others","nb_visits":5,"is_summary":true}]""", """[{"label":"Japan","nb_visits":5,"segment":"countryCode==jp"}]""");
                break;
            case Check.Kept:
                Fill(fixture, 5);
                await fixture.RunAsync("Countries");
                fixture.Matomo.Visits.Remove("2026-11-24");
                break;
            case Check.Zero:
                Fill(fixture, 5);
                await fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"], From = new DateOnly(2026, 11, 18), To = new DateOnly(2026, 11, 23) }, null, Stop);
                fixture.Matomo.Visits.Remove("2026-11-24");
                break;
            case Check.Dropped:
                Answer(fixture, Many(30), Many(30));
                await fixture.RunAsync("Countries");
                Answer(fixture, Many(14), Many(30));
                break;
            case Check.Totals:
                Fill(fixture, 5);
                fixture.Matomo.Anything = r => r.Method == "VisitsSummary.get" && !r.Query["date"].StartsWith("2026-11-22", StringComparison.Ordinal) ? null : r.Method == "VisitsSummary.get" ? ScriptedReply.Json("""{"2026-11-22":{"nb_visits":11},"2026-11-23":{"nb_visits":11},"2026-11-24":{"nb_visits":90}}""") : null;
                break;
            case Check.Repeated:
                Answer(fixture, """[{"label":"Japan","nb_visits":5},{"label":"Japan","nb_visits":6}]""", """[{"label":"Japan","nb_visits":5}]""");
                break;
            case Check.DatesOutside:
                fixture.Matomo.Report = request => ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(request).Append("2020-01-01").Select(d => $"\"{d}\":[{{\"label\":\"Japan\",\"nb_visits\":5}}]")) + "}");
                break;
            default:
                Answer(fixture, """[{"label":"Japan","nb_visits":"a few"}]""", """[{"label":"Japan","nb_visits":5}]""");
                break;
        }
    }

    private static string Many(int rows) => $"[{string.Join(',', Enumerable.Range(0, rows).Select(i => $"{{\"label\":\"c{i}\",\"nb_visits\":1}}"))}]";

    /// <summary>Answers 2026-11-24 with one table and all other days with another.</summary>
    private static void Answer(WorkspaceFixture fixture, string day, string others) => fixture.Matomo.Report = request =>
        ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $"\"{d}\":{(d == "2026-11-24" ? day : others)}")) + "}");

    private static void Fill(WorkspaceFixture fixture, int visits)
    {
        for (var day = new DateOnly(2026, 11, 15); day <= new DateOnly(2026, 11, 24); day = day.AddDays(1))
        {
            fixture.Matomo.Visits[day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)] = visits;
        }
    }
}
