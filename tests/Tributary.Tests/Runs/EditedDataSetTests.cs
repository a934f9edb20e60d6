using System.Globalization;
using Tributary.Accounts;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

/// <summary>What a person changes is not told as if Matomo had changed it, and what it means for stored rows is said.</summary>
public class EditedDataSetTests
{
    private static readonly DetailsInput ThreeDays = new() { Report = "UserCountry.getCountry", StartDaysBack = "3", EndDaysBack = "1" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Columns_that_leave_out_the_visits_do_not_make_days_look_empty()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        Fill(fixture);
        fixture.Matomo.Anything = r => r.Method == "Live.getLastVisitsDetails" ? ScriptedReply.Json("""[{"idVisit":"1","lastActionTimestamp":1795521600}]""") : null;
        await fixture.AddAsync("Summary", new DetailsInput { Report = "VisitsSummary.get", StartDaysBack = "3", EndDaysBack = "1", Columns = "nb_actions" });

        var run = await fixture.RunAsync("Summary");

        Assert.Equal((RunStatus.Succeeded, 3), (run.Status, run.Partitions));
        Assert.All(await fixture.Workspace.ReadPartitionsAsync("Summary", Stop), p => Assert.False(p.IsEmpty));
    }

    [Fact]
    public async Task With_drift_stop_a_site_may_lack_what_another_has()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Sites = """[{"idsite":1,"name":"Shop","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"},{"idsite":2,"name":"Blog","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}]""";
        fixture.Matomo.Report = r => Each(r, r.Query["idSite"] == "1" ? """[{"label":"a","nb_visits":1,"revenue":7}]""" : """[{"label":"a","nb_visits":1}]""");
        await fixture.AddAsync("Countries", ThreeDays, new DataSetSettings { Drift = DriftPolicy.Stop, TotalsCheck = false });

        for (var run = 0; run < 5; run++)
        {
            var result = await fixture.RunAsync("Countries");
            Assert.Equal((RunStatus.Succeeded, 6), (result.Status, result.Partitions));
        }

        fixture.Matomo.Report = r => Each(r, """[{"label":"a","nb_visits":2}]""");
        var vanished = await fixture.RunAsync("Countries");
        Assert.Equal((RunStatus.Failed, "drift.stopped"), (vanished.Status, vanished.Error?.Code));
        Assert.Contains("revenue has no values any more", vanished.Error!.Message, StringComparison.Ordinal);
        Assert.Equal([[1L]], await fixture.QueryAsync("SELECT DISTINCT nb_visits FROM countries"));
    }

    [Fact]
    public async Task What_an_edit_changes_of_rows_and_columns_is_stored_even_where_drift_and_lost_rows_stop()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var rows = string.Join(',', Enumerable.Range(0, 30).Select(i => $$"""{"label":"c{{i}}","nb_visits":1,"nb_actions":2,"plugin_metric":3}"""));
        fixture.Matomo.Report = r => Each(r, $"[{rows}]");
        await fixture.AddAsync("Countries", ThreeDays, new DataSetSettings { Drift = DriftPolicy.Stop, TotalsCheck = false, Checks = new Dictionary<string, CheckLevel> { [Check.Dropped] = CheckLevel.Stop } });
        for (var run = 0; run < 3; run++)
        {
            await fixture.RunAsync("Countries");
        }

        await fixture.Workspace.EditDataSetAsync("Countries", new DataSetChange { Details = new DetailsInput { Columns = "nb_visits" } }, dryRun: false, Stop);
        fixture.Matomo.Report = r => Each(r, """[{"label":"c0","nb_visits":1,"nb_actions":2,"plugin_metric":3,"added":4}]""");
        var less = await fixture.RunAsync("Countries");
        await fixture.Workspace.EditDataSetAsync("Countries", new DataSetChange { Details = new DetailsInput { Columns = "nb_visits,added" } }, dryRun: false, Stop);
        var more = await fixture.RunAsync("Countries");

        Assert.Equal((RunStatus.Succeeded, 3), (less.Status, less.Partitions));
        Assert.Equal((RunStatus.Succeeded, 3), (more.Status, more.Partitions));
        Assert.DoesNotContain(less.Warnings.Concat(more.Warnings), w => w.Code is "drift.columns" or Check.Dropped);
        Assert.Equal([SchemaChangeKind.Added], (await fixture.Workspace.ReadSchemasAsync("Countries", Stop))[^1].Changes.Select(c => c.Kind));
    }

    [Theory]
    [InlineData("DevicePlugins.getPlugin", "", 11, "nothing in DevicePlugins.getPlugin on 2026-11-24", "The site had 11 visits")]
    [InlineData("UserCountry.getCountry", "deviceType==smartphone", 11, "no visits of the segment 'deviceType==smartphone' on 2026-11-24", "The site had 11 visits")]
    [InlineData("UserCountry.getCountry", "", 0, "no visits on 2026-11-24", "tracking code")]
    public async Task A_sudden_zero_names_what_is_empty(string report, string segment, int siteVisits, string what, string where)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var isZero = false;
        fixture.Matomo.Report = r => Each(r, day => isZero && day == "2026-11-24" ? "[]" : """[{"label":"a","nb_visits":5}]""");
        fixture.Matomo.Anything = r => r.Method == "VisitsSummary.get"
            ? Each(r, day => string.Create(CultureInfo.InvariantCulture, $$"""{"nb_visits":{{((r.Query.ContainsKey("segment") || r.Form.ContainsKey("segment")) && isZero ? 0 : day == "2026-11-24" && isZero ? siteVisits : 5)}}}"""))
            : null;
        await fixture.AddAsync("Countries", ThreeDays with { Report = report, Segments = segment.Length == 0 ? [] : [segment] }, new DataSetSettings { TotalsCheck = false });
        await fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"], From = new DateOnly(2026, 11, 18), To = new DateOnly(2026, 11, 23) }, null, Stop);
        isZero = true;
        var before = fixture.Matomo.Requests.Count;

        var run = await fixture.RunAsync("Countries");

        Assert.Single(fixture.Matomo.Requests.Skip(before), r => r.Method == "VisitsSummary.get" && PretendMatomo.DaysOf(r).Contains("2026-11-24") && !r.Query.ContainsKey("segment") && !r.Form.ContainsKey("segment"));
        var told = Assert.Single(run.Warnings, w => w.Code == Check.Zero).Message;
        Assert.Contains(what, told, StringComparison.Ordinal);
        Assert.Contains(where, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_longer_lookback_reads_again_what_was_read_too_early_and_says_so()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        Fill(fixture);
        await fixture.AddAsync("Countries", ThreeDays with { StartDaysBack = "8" }, new DataSetSettings { TotalsCheck = false });
        await fixture.RunAsync("Countries");

        var edit = await fixture.Workspace.EditDataSetAsync("Countries", new DataSetChange { Settings = new DataSetSettings { LookbackDays = 6 } }, dryRun: false, Stop);
        var run = await fixture.RunAsync("Countries");
        var again = await fixture.RunAsync("Countries");

        Assert.Contains(edit.Consequences, c => c.StartsWith("3 final partitions were read less than 6 days after", StringComparison.Ordinal));
        Assert.Contains(run.Warnings, w => w is { Code: "lookback.longer", IsNote: true } && w.Message.Contains("3 final partitions", StringComparison.Ordinal));
        Assert.Equal(6, run.Partitions);
        Assert.DoesNotContain(again.Warnings, w => w.Code == "lookback.longer");
    }

    [Fact]
    public async Task Another_language_says_that_stored_labels_stay_and_how_to_read_them_again()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        Fill(fixture);
        await fixture.AddAsync("Countries", ThreeDays);
        var without = await fixture.Workspace.Accounts.EditAsync("Shop", new AccountEdit { Connection = new ConnectionChange { Language = "fr" } }, Stop);
        await fixture.RunAsync("Countries");

        var edit = await fixture.Workspace.Accounts.EditAsync("Shop", new AccountEdit { Connection = new ConnectionChange { Language = "de" } }, Stop);

        Assert.Empty(without.Consequences);
        Assert.Contains("tributary dataset run \"Countries\" --full", Assert.Single(edit.Consequences), StringComparison.Ordinal);
    }

    private static ScriptedReply Each(ScriptedRequest request, string table) => Each(request, _ => table);

    private static ScriptedReply Each(ScriptedRequest request, Func<string, string> table) => ScriptedReply.Json(request.Query["date"].Contains(',', StringComparison.Ordinal)
        ? "{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $"\"{d}\":{table(d)}")) + "}"
        : table(request.Query["date"]));

    private static void Fill(WorkspaceFixture fixture)
    {
        for (var day = new DateOnly(2026, 11, 10); day <= new DateOnly(2026, 11, 24); day = day.AddDays(1))
        {
            fixture.Matomo.Visits[day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)] = 5;
        }
    }
}
