using System.Globalization;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

/// <summary>Days that change in Matomo after they were read, and columns that come and go.</summary>
public class MovingNumbersTests
{
    private static readonly DetailsInput TwentyDays = new() { Report = "UserCountry.getCountry", StartDaysBack = "20", EndDaysBack = "1" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_final_day_whose_totals_moved_is_read_again()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", TwentyDays);
        await fixture.RunAsync("Countries");
        fixture.Matomo.Visits["2026-11-08"] = 100;

        // The totals are looked at once a day: on the same day nothing is seen.
        Assert.Equal(3, (await fixture.RunAsync("Countries")).Partitions);
        fixture.Clock.Advance(TimeSpan.FromDays(1));
        var run = await fixture.RunAsync("Countries");

        Assert.Contains(run.Warnings, w => w is { Code: "totals.moved", IsNote: true } && w.PeriodStart == new DateOnly(2026, 11, 8));
        Assert.Equal([[100L]], await fixture.QueryAsync("SELECT nb_visits FROM countries WHERE label = 'Japan' AND period_start = DATE '2026-11-08'"));
        Assert.Equal(PartitionState.Final, (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Single(p => p.Key.Start == new DateOnly(2026, 11, 8)).State);
        fixture.Clock.Advance(TimeSpan.FromDays(1));
        Assert.DoesNotContain((await fixture.RunAsync("Countries")).Warnings, w => w.Code == "totals.moved");
    }

    [Fact]
    public async Task One_look_at_the_totals_serves_all_DataSets_of_the_account_and_another_one_reopens_the_week_and_the_month()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Days", TwentyDays);
        await fixture.AddAsync("Weeks", new DetailsInput { Report = "UserCountry.getCountry", Period = "week", Date = "2026-11-10" });
        fixture.Matomo.Anything = r => r.Method == "UserCountry.getCountry" && r.Query["period"] == "week" ? ScriptedReply.Json("""[{"label":"Japan","nb_visits":1}]""") : null;
        await fixture.RunAsync("Days");

        // Its rows do not add up to the totals of its days: it stays as it is once it came twice alike.
        await fixture.RunAsync("Weeks");
        await fixture.RunAsync("Weeks");
        var bulk = Bulk(fixture);
        Assert.Equal(1, bulk);
        Assert.Equal(PartitionState.Final, Assert.Single(await fixture.Workspace.ReadPartitionsAsync("Weeks", Stop)).State);

        fixture.Matomo.Visits["2026-11-12"] = 100;
        fixture.Clock.Advance(TimeSpan.FromDays(1));
        await fixture.RunAsync("Days");
        var weeks = await fixture.RunAsync("Weeks");

        Assert.Equal(2, Bulk(fixture));
        Assert.Equal(1, weeks.Partitions);

        static int Bulk(WorkspaceFixture fixture) => fixture.Matomo.Requests.Count(IsTotals);
    }

    [Fact]
    public async Task Without_the_totals_check_a_final_day_stays_as_it_was()
    {
        await using var fixture = await FilledAsync();
        await fixture.AddAsync("Countries", TwentyDays, new DataSetSettings { TotalsCheck = false });
        await fixture.RunAsync("Countries");
        fixture.Matomo.Visits["2026-11-08"] = 100;
        fixture.Clock.Advance(TimeSpan.FromDays(1));

        await fixture.RunAsync("Countries");

        Assert.Equal([[8L]], await fixture.QueryAsync("SELECT nb_visits FROM countries WHERE label = 'Japan' AND period_start = DATE '2026-11-08'"));
        Assert.DoesNotContain(fixture.Matomo.Requests, IsTotals);
    }

    [Fact]
    public async Task A_server_that_does_not_tell_totals_is_read_all_the_same_and_the_run_says_what_it_could_not_see()
    {
        await using var fixture = await FilledAsync();
        fixture.Matomo.Anything = r => r.Method is "API.getBulkRequest" or "VisitsSummary.get" ? ScriptedReply.Error("No summaries here") : null;
        await fixture.AddAsync("Countries", TwentyDays);

        var run = await fixture.RunAsync("Countries");

        Assert.Equal(RunStatus.Succeeded, run.Status);
        var told = Assert.Single(run.Warnings, w => w.Code == "totals.unknown");
        Assert.True(told.IsNote);
        Assert.Contains("1 site (", told.Message, StringComparison.Ordinal);
        Assert.Contains("No summaries here", told.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DriftPolicy.Evolve)]
    [InlineData(DriftPolicy.Warn)]
    [InlineData(DriftPolicy.Stop)]
    public async Task A_column_that_appears_is_followed_told_or_refused(DriftPolicy policy)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        Answer(fixture, """{"label":"a","nb_visits":1,"plugin_metric":7}""");
        await fixture.AddAsync("Countries", TwentyDays, new DataSetSettings { Drift = policy });
        var first = await fixture.RunAsync("Countries");
        Answer(fixture, """{"label":"a","nb_visits":1,"plugin_metric":7.5,"new_in_5_3":9}""");

        var second = await fixture.RunAsync("Countries");

        Assert.Equal(RunStatus.Succeeded, first.Status);
        var history = await fixture.Workspace.ReadSchemasAsync("Countries", Stop);
        if (policy == DriftPolicy.Stop)
        {
            Assert.Equal((RunStatus.Failed, "drift.stopped", Fault.Source), (second.Status, second.Error!.Code, second.Error.Fault));
            Assert.Contains("new_in_5_3 is new (Integer)", second.Error.Message, StringComparison.Ordinal);
            Assert.Equal([[first.RunId]], await fixture.QueryAsync("SELECT DISTINCT _run_id FROM countries"));
            Assert.Single(history);
            return;
        }

        Assert.Equal(policy == DriftPolicy.Warn ? RunStatus.SucceededWithWarnings : RunStatus.Succeeded, second.Status);
        Assert.Equal(policy == DriftPolicy.Evolve, second.Warnings.Single(w => w.Code == "drift.columns").IsNote);
        Assert.Equal([[9L, 7.5]], await fixture.QueryAsync("SELECT DISTINCT new_in_5_3, plugin_metric FROM countries WHERE new_in_5_3 IS NOT NULL"));
        Assert.Equal([first.RunId, second.RunId], history.Select(h => h.RunId));
        Assert.Equal(
            [new SchemaChange(SchemaChangeKind.Added, "new_in_5_3", null, ColumnType.Integer), new SchemaChange(SchemaChangeKind.Widened, "plugin_metric", ColumnType.Integer, ColumnType.Double)],
            history[1].Changes.OrderBy(c => c.Column));
        Assert.Contains(history[1].Columns, c => c is { Name: "new_in_5_3", Type: ColumnType.Integer });
    }

    [Theory]
    [InlineData(DriftPolicy.Warn)]
    [InlineData(DriftPolicy.Stop)]
    public async Task A_column_that_was_always_there_and_vanishes_is_told_once(DriftPolicy policy)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", TwentyDays, new DataSetSettings { Drift = policy });
        Answer(fixture, """{"label":"a","nb_visits":1,"plugin_metric":7}""");
        for (var run = 0; run < 3; run++)
        {
            Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Countries")).Status);
        }

        Answer(fixture, """{"label":"a","nb_visits":1}""");
        var vanished = await fixture.RunAsync("Countries");

        Assert.Contains("plugin_metric has no values any more", policy == DriftPolicy.Stop ? vanished.Error!.Message : vanished.Warnings.Single(w => w.Code == "drift.columns").Message, StringComparison.Ordinal);
        Assert.Equal(policy == DriftPolicy.Stop ? RunStatus.Failed : RunStatus.SucceededWithWarnings, vanished.Status);
        if (policy == DriftPolicy.Warn)
        {
            Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Countries")).Status);
        }
    }

    [Fact]
    public async Task A_column_that_is_there_now_and_then_is_no_drift_when_it_is_missing()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", TwentyDays, new DataSetSettings { Drift = DriftPolicy.Stop });
        foreach (var row in new[] { """{"label":"a","nb_visits":1,"now_and_then":7}""", """{"label":"a","nb_visits":1}""", """{"label":"a","nb_visits":1,"now_and_then":7}""", """{"label":"a","nb_visits":1}""", """{"label":"a","nb_visits":1}""" })
        {
            Answer(fixture, row);
            Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync("Countries")).Status);
        }
    }

    private static bool IsTotals(ScriptedRequest request) => request.Method == "API.getBulkRequest" && request.RawBody.Contains("VisitsSummary.get", StringComparison.Ordinal);

    private static void Answer(WorkspaceFixture fixture, string row) => fixture.Matomo.Report = request =>
        ScriptedReply.Json("{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $"\"{d}\":[{row}]")) + "}");

    private static async Task<WorkspaceFixture> FilledAsync()
    {
        var fixture = await WorkspaceFixture.CreateAsync();
        for (var day = new DateOnly(2026, 11, 1); day <= new DateOnly(2026, 11, 30); day = day.AddDays(1))
        {
            fixture.Matomo.Visits[day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)] = day.Day;
        }

        return fixture;
    }
}
