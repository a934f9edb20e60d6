using Tributary.Model;
using Tributary.Runs;
using Tributary.SampleMatomo;
using Tributary.Testing;
using Tributary.Tests.Traps;

namespace Tributary.Tests.Runs;

public class VerifyTests
{
    private static readonly DetailsInput ThreeDays = new() { Report = "UserCountry.getCountry", StartDaysBack = "3", EndDaysBack = "1" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("VisitsSummary.get", null)]
    [InlineData("Actions.getPageUrls", null)]
    [InlineData("Referrers.getReferrerType", null)]
    [InlineData("Contents.getContentNames", null)]
    [InlineData("Goals.get", null)]
    [InlineData("Live.getLastVisitsDetails", null)]
    [InlineData("Live.getLastVisitsDetails", "actionDetails")]
    [InlineData("ClickPath.getPaths", null)]
    public async Task What_was_just_read_is_as_Matomo_says(string report, string? flatten)
    {
        await using var here = await Traps.SampleWorkspace.StartAsync(new SampleMatomoOptions { Days = 6, VisitsPerDay = 30, Sites = 2 });
        await here.AddAsync("Report", new DetailsInput { Report = report, StartDaysBack = "3", EndDaysBack = "2", Flatten = flatten });
        await here.RunAsync("Report");
        var before = await here.QueryAsync("SELECT * FROM report ORDER BY ALL");

        var result = await here.Workspace.VerifyAsync("Report", new VerifyRequest { Sample = 3 }, Stop);

        Assert.True(result.IsEqual, string.Join('\n', result.Partitions.SelectMany(p => p.Differences)));
        Assert.Equal((3, 4), (result.Partitions.Count, result.Stored));
        Assert.All(result.Partitions, p => Assert.True(p.Cells > 10 && p.StoredRows == p.ReadRows && p.StoredRows > 0));
        Assert.Equal(before, await here.QueryAsync("SELECT * FROM report ORDER BY ALL"));
    }

    [Fact]
    public async Task A_cell_a_row_and_a_column_that_differ_are_told_and_nothing_is_changed()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        Answer(fixture, """[{"label":"a","nb_visits":1,"revenue":"2.5"},{"label":"b","nb_visits":2,"revenue":"0"}]""");
        await fixture.AddAsync("Countries", ThreeDays);
        await fixture.RunAsync("Countries");
        Answer(fixture, """[{"label":"a","nb_visits":1,"revenue":"2.50","new_one":1},{"label":"c","nb_visits":2,"revenue":"0"}]""");

        var result = await fixture.Workspace.VerifyAsync("Countries", new VerifyRequest { From = new DateOnly(2026, 11, 24), To = new DateOnly(2026, 11, 24) }, Stop);

        var partition = Assert.Single(result.Partitions);
        Assert.Equal((3L, false, 3), (partition.Found, result.IsEqual, result.Stored));
        Assert.Equal(
            [("", "new_one", null, "a column the table does not have"), ("b", "", "a row", null), ("c", "", null, "a row")],
            partition.Differences.Select(d => (d.Row, d.Column, d.Stored, d.Now)));
        Answer(fixture, """[{"label":"a","nb_visits":7,"revenue":"2.5"},{"label":"b","nb_visits":2,"revenue":null}]""");
        var cells = Assert.Single((await fixture.Workspace.VerifyAsync("Countries", new VerifyRequest { Sample = 1 }, Stop)).Partitions);
        Assert.Equal([("a", "nb_visits", "1", "7"), ("b", "revenue", "0", null)], cells.Differences.Select(d => (d.Row, d.Column, d.Stored, d.Now)));
        Assert.Equal([[1L, 3L], [2L, 3L]], await fixture.QueryAsync("SELECT nb_visits, count(*) FROM countries GROUP BY 1 ORDER BY 1"));
    }

    [Fact]
    public async Task Rows_that_a_merge_keeps_are_no_difference_and_of_an_append_the_last_reading_counts()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        Answer(fixture, """[{"label":"a","nb_visits":1},{"label":"b","nb_visits":2}]""");
        await fixture.AddAsync("Merged", ThreeDays, new DataSetSettings { Update = UpdateMethod.Merge });
        await fixture.AddAsync("Appended", ThreeDays, new DataSetSettings { Update = UpdateMethod.Append });
        await fixture.RunAsync("Merged");
        await fixture.RunAsync("Appended");
        Answer(fixture, """[{"label":"a","nb_visits":5}]""");
        await fixture.RunAsync("Appended");
        await fixture.RunAsync("Merged");

        foreach (var name in new[] { "Merged", "Appended" })
        {
            var result = await fixture.Workspace.VerifyAsync(name, new VerifyRequest(), Stop);
            Assert.True(result.IsEqual, $"{name}: {string.Join('\n', result.Partitions.SelectMany(p => p.Differences))}");
            Assert.Equal(3, result.Partitions.Count);
        }
    }

    [Fact]
    public async Task A_DataSet_without_data_in_the_days_asked_for_says_so()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", ThreeDays);

        var none = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.VerifyAsync("Countries", new VerifyRequest(), Stop));
        await fixture.RunAsync("Countries");
        var elsewhere = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.VerifyAsync("Countries", new VerifyRequest { From = new DateOnly(2020, 1, 1), To = new DateOnly(2020, 1, 2) }, Stop));

        Assert.Contains("has no data yet", none.Message, StringComparison.Ordinal);
        Assert.Contains("No partition of those days", elsewhere.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_again_is_not_told_to_be_right()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        string Sites(params int[] ids) => $"[{string.Join(',', ids.Select(site => $$"""{"idsite":{{site}},"name":"Shop {{site}}","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}"""))}]";
        fixture.Matomo.Sites = Sites(1, 2);
        Answer(fixture, """[{"label":"a","nb_visits":1}]""");
        await fixture.AddAsync("Countries", ThreeDays);
        await fixture.RunAsync("Countries");
        var days = new VerifyRequest { From = new DateOnly(2026, 11, 22), To = new DateOnly(2026, 11, 24) };

        fixture.Matomo.Sites = Sites(1);
        var sample = await fixture.Workspace.VerifyAsync("Countries", new VerifyRequest(), Stop);
        var whole = await fixture.Workspace.VerifyAsync("Countries", days, Stop);
        fixture.Matomo.Sites = Sites(7);
        var none = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.VerifyAsync("Countries", new VerifyRequest(), Stop));
        var noDays = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.VerifyAsync("Countries", days, Stop));

        Assert.Equal((true, 3, 3), (sample.IsEqual, sample.Partitions.Count, sample.Unseen.Count));
        Assert.Equal((false, 3, 3), (whole.IsEqual, whole.Partitions.Count, whole.Unseen.Count));
        Assert.All(whole.Unseen, k => Assert.Equal(2, k.SiteId));
        Assert.All([none, noDays], e => Assert.Contains("6 stored partitions are of sites", e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_segment_is_the_same_in_a_column_that_came_later()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        Answer(fixture, """[{"label":"a","nb_visits":1}]""");
        await fixture.AddAsync("Countries", ThreeDays);
        await fixture.RunAsync("Countries");
        await fixture.Workspace.EditDataSetAsync("Countries", new DataSetChange { Details = new DetailsInput { Segments = ["countryCode==de"] } }, dryRun: false, Stop);
        await fixture.RunAsync("Countries");

        var result = await fixture.Workspace.VerifyAsync("Countries", new VerifyRequest { Sample = 20 }, Stop);

        Assert.True(result.IsEqual, string.Join('\n', result.Partitions.SelectMany(p => p.Differences)));
        Assert.Equal(6, result.Partitions.Count);
    }

    private static void Answer(WorkspaceFixture fixture, string table) => fixture.Matomo.Report = request => ScriptedReply.Json(
        request.Query["date"].Contains(',', StringComparison.Ordinal) ? "{" + string.Join(',', PretendMatomo.DaysOf(request).Select(d => $"\"{d}\":{table}")) + "}" : table);
}
