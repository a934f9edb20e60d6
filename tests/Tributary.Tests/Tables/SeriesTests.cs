using Tributary.Model;
using Tributary.Tables;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Tables;

/// <summary>Charts: only sums that are true.</summary>
public sealed class SeriesTests
{
    private static readonly SeriesRequest Visits = new() { Metric = "nb_visits" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Visits_are_added_over_rows_and_sites_with_Others_and_without_parents()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var table = await AddAsync(fixture);
        await table.WriteAsync(1, 20, ("a", 5, null), ("a > b", 3, null), ("a > c", 2, null), ("a", 5, "parent"), (null, 4, "others"));
        await table.WriteAsync(2, 20, ("a", 7, null));
        await table.WriteAsync(1, 23, "", PartitionState.Provisional, "datatable_archiving_maximum_rows", ("a", 1, null));

        var series = await fixture.Workspace.Tables.ReadSeriesAsync("Table", Visits, Stop);

        Assert.Equal(Period.Day, series.Period);
        Assert.Equal([(20, false, false, false), (21, false, false, true), (22, false, false, true), (23, true, true, false)], series.Periods.Select(p => (p.Start.Day, p.IsProvisional, p.IsTruncated, p.IsMissing)));
        var line = Assert.Single(series.Lines);
        Assert.Equal([21, null, null, 1], line.Values);
        Assert.Equal((22, false, null), (line.Total, line.IsRest, line.Name));
        Assert.Equal(2, series.Sites);
        Assert.Equal([2, 0, 0, 1], series.Periods.Select(p => p.Sites));
    }

    [Fact]
    public async Task Sites_are_lines_and_the_smallest_are_the_rest()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var table = await AddAsync(fixture);
        for (var site = 1; site <= 7; site++)
        {
            await table.WriteAsync(site, 20, ("a", site * 10, null));
        }

        await table.WriteAsync(7, 21, []);
        await table.WriteAsync(6, 21, ("a", 1, null));

        var series = await fixture.Workspace.Tables.ReadSeriesAsync("Table", Visits with { By = "site" }, Stop);

        Assert.Equal([("Site 7", 7), ("Site 6", 6), ("Site 5", 5), ("Site 4", 4), ("Site 3", 3), (null, null)], series.Lines.Select(l => (l.Name, l.SiteId)));
        Assert.Equal([70, 0], series.Lines[0].Values);
        Assert.Equal([60, 1], series.Lines[1].Values);
        Assert.Equal([50, null], series.Lines[2].Values);
        Assert.True(series.Lines[5].IsRest);
        Assert.Equal(30, series.Lines[5].Total);
        Assert.Equal(30, series.Lines[5].Values[0]);
    }

    [Fact]
    public async Task A_dimension_makes_lines_and_Others_belong_to_the_rest()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var table = await AddAsync(fixture);
        await table.WriteAsync(1, 20, ("x'; --", 5, null), (null, 4, null), ("c", 2, null), ("Others", 9, "others"));
        await table.WriteAsync(1, 21, ("c", 1, null));

        var series = await fixture.Workspace.Tables.ReadSeriesAsync("Table", Visits with { By = "label", MaxSeries = 3 }, Stop);
        var all = await fixture.Workspace.Tables.ReadSeriesAsync("Table", Visits with { By = "label" }, Stop);
        var top = await fixture.Workspace.Tables.ReadTopAsync("Table", "nb_visits", "label", 2, null, null, Stop);

        Assert.Equal([("x'; --", false, 5), (null, false, 4), (null, true, 12)], series.Lines.Select(l => (l.Name, l.IsRest, (int)l.Total!)));
        Assert.Equal([5, 0], series.Lines[0].Values);
        Assert.Equal([11, 1], series.Lines[2].Values);
        Assert.Equal([5, 4, 3, 9], all.Lines.Select(l => l.Total));
        Assert.Equal([("x'; --", 5d), (null, 4d)], top.Values.Select(v => (v.Name, v.Value!.Value)));
        Assert.Equal(12, top.Rest);
        Assert.Equal((new DateOnly(2026, 11, 20), new DateOnly(2026, 11, 21)), (top.From, top.To));
    }

    [Fact]
    public async Task Days_from_and_to_and_one_segment_are_taken()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var table = await AddAsync(fixture);
        foreach (var day in Enumerable.Range(10, 5))
        {
            await table.WriteAsync(1, day, ("a", day, null));
            await table.WriteAsync(1, day, "deviceType==smartphone", PartitionState.Final, null, ("a", 1, null));
        }

        var all = await fixture.Workspace.Tables.ReadSeriesAsync("Table", Visits with { From = new DateOnly(2026, 11, 12), To = new DateOnly(2026, 11, 13) }, Stop);
        var phones = await fixture.Workspace.Tables.ReadSeriesAsync("Table", Visits with { Segment = "deviceType==smartphone" }, Stop);

        Assert.Equal([12, 13], Assert.Single(all.Lines).Values);
        Assert.Equal("", all.Segment);
        Assert.Equal([1, 1, 1, 1, 1], Assert.Single(phones.Lines).Values);
    }

    [Fact]
    public async Task What_does_not_add_up_is_refused_in_words()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var table = await AddAsync(fixture);
        await table.WriteAsync(1, 20, ("a", 5, null));
        table.Currency = "USD";
        await table.WriteAsync(2, 20, ("a", 7, null));

        var ratio = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.Tables.ReadSeriesAsync("Table", Visits with { Metric = "bounce_rate" }, Stop));
        var money = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.Tables.ReadSeriesAsync("Table", Visits with { Metric = "revenue" }, Stop));
        var label = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.Tables.ReadSeriesAsync("Table", Visits with { Metric = "label" }, Stop));
        var dimension = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.Tables.ReadSeriesAsync("Table", Visits with { By = "lable" }, Stop));
        var bySite = await fixture.Workspace.Tables.ReadSeriesAsync("Table", Visits with { Metric = "revenue", By = "site" }, Stop);
        var most = await fixture.Workspace.Tables.ReadSeriesAsync("Table", Visits with { Metric = "max_time" }, Stop);

        Assert.Equal("--metric: bounce_rate cannot be added over rows: it is a ratio or an average. Choose one that adds up.", ratio.Message);
        Assert.Equal("--by: revenue is in EUR and USD, which do not add up. Show a line for each site: site.", money.Message);
        Assert.Contains("is no metric", label.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'label'", dimension.Message, StringComparison.Ordinal);
        Assert.Equal(["EUR", "USD"], bySite.Currencies);
        Assert.Equal([3.5, 2.5], bySite.Lines.Select(l => l.Total));
        Assert.Equal(7, Assert.Single(most.Lines).Total);
    }

    [Fact]
    public async Task Of_a_partition_appended_twice_the_last_read_counts()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var table = await AddAsync(fixture, UpdateMethod.Append);
        await table.WriteAsync(1, 20, ("a", 5, null));
        await table.WriteAsync(1, 20, ("a", 6, null));

        var series = await fixture.Workspace.Tables.ReadSeriesAsync("Table", Visits with { By = "label" }, Stop);

        Assert.Equal([6], Assert.Single(series.Lines).Values);
    }

    [Fact]
    public async Task A_chart_is_suggested_that_suits_the_report()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits["2026-11-23"] = 5;
        fixture.Matomo.Visits["2026-11-24"] = 6;
        await fixture.AddAsync("Empty", FilledWorkspace.Days);
        await fixture.AddAsync("Days", FilledWorkspace.Days);
        await fixture.AddAsync("One", new DetailsInput { Report = "UserCountry.getCountry" });
        await fixture.AddAsync("Summary", new DetailsInput { Report = "VisitsSummary.get", StartDaysBack = "2", EndDaysBack = "1" });
        await fixture.AddAsync("Sites", new DetailsInput { Report = "SitesManager.getSitesWithAtLeastViewAccess" });
        await fixture.Workspace.RunAsync(new RunRequest { Names = ["Days", "One", "Summary", "Sites"] }, null, Stop);

        async Task<(ChartKind, string?, string?, string?)> OfAsync(string name) => await fixture.Workspace.Tables.SuggestSeriesAsync(name, Stop) is var s ? (s.Kind, s.Metric, s.By, s.Dimension) : default;

        Assert.Equal((ChartKind.None, null, null, null), await OfAsync("Empty"));
        Assert.Equal((ChartKind.Series, "nb_visits", null, "label"), await OfAsync("Days"));
        Assert.Equal((ChartKind.Top, "nb_visits", null, "label"), await OfAsync("One"));
        Assert.Equal((ChartKind.Series, "nb_visits", null, null), await OfAsync("Summary"));
        Assert.Equal((ChartKind.None, null, null, null), await OfAsync("Sites"));
        var days = await fixture.Workspace.Tables.ReadSeriesAsync("Days", Visits, Stop);
        Assert.Equal([0, 0, 0, 0, 11, 13], Assert.Single(days.Lines).Values);
    }

    private static async Task<WrittenTable> AddAsync(WorkspaceFixture fixture, UpdateMethod update = UpdateMethod.Partition)
    {
        await fixture.AddAsync("Table", FilledWorkspace.Days, new DataSetSettings { Update = update });
        return new WrittenTable(fixture, "table") { Update = update };
    }
}
