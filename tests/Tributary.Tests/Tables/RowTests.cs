using Tributary.Destinations;
using Tributary.Model;
using Tributary.Tables;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Tables;

/// <summary>Rows of a DataSet by page, filter and order.</summary>
public sealed class RowTests(FilledWorkspace filled) : IClassFixture<FilledWorkspace>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repeat_newest_period_first()
    {
        var all = await RowsAsync(new RowRequest());

        var pages = new List<object?[]>();
        for (var offset = 0; offset < 12; offset += 5)
        {
            var page = await RowsAsync(new RowRequest { Offset = offset, Take = 5 });
            Assert.Equal(10, page.Total);
            pages.AddRange(page.Rows);
        }

        Assert.Equal(10, all.Rows.Count);
        Assert.Equal(all.Rows, pages);
        Assert.Equal(new DateOnly(2026, 11, 24), all.Rows[0][3]);
        Assert.Equal(new DateOnly(2026, 11, 19), all.Rows[^1][3]);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? "Japan" : "=1+1"), all.Rows.Select(r => r[5]));
    }

    [Fact]
    public async Task A_page_is_the_same_found_by_periods_or_by_sorting_all()
    {
        var columns = new[] { "period_start", "label", "nb_visits" };

        foreach (var (offset, take) in new[] { (0, 1), (1, 3), (3, 4), (9, 5), (0, 100), (4, 2) })
        {
            var quick = await RowsAsync(new RowRequest { Columns = columns, Offset = offset, Take = take });
            var slow = await RowsAsync(new RowRequest { Columns = columns, Offset = offset, Take = take, Filters = [new RowFilter("label", FilterOperator.IsNotNull)] });
            Assert.Equal(slow.Rows, quick.Rows);
            Assert.Equal(slow.Total, quick.Total);
        }
    }

    [Fact]
    public async Task Chosen_columns_come_in_the_order_asked_for_with_their_definitions()
    {

        var page = await RowsAsync(new RowRequest { Columns = ["NB_VISITS", "label"], Sort = "nb_visits", Descending = true, Take = 3 });

        Assert.Equal([("nb_visits", ColumnType.Integer), ("label", ColumnType.Text)], page.Columns.Select(c => (c.Name, c.Type)));
        Assert.Equal([[25L, "=1+1"], [24L, "=1+1"], [24L, "Japan"]], page.Rows);
    }

    [Fact]
    public async Task Values_of_a_column_are_told_that_hold_a_text()
    {
        Assert.Equal(["=1+1", "Japan"], await filled.Workspace.Tables.ReadValuesAsync("Countries", "label", "", 40, Stop));
        Assert.Equal(["Japan"], await filled.Workspace.Tables.ReadValuesAsync("Countries", "LABEL", "AP", 40, Stop));
        Assert.Single(await filled.Workspace.Tables.ReadValuesAsync("Countries", "label", "", 1, Stop));
        await Assert.ThrowsAsync<InputException>(() => filled.Workspace.Tables.ReadValuesAsync("Countries", "no_such", "", 40, Stop));
    }

    [Fact]
    public async Task An_export_has_the_columns_asked_for_in_their_order()
    {
        using var output = new MemoryStream();

        await filled.Workspace.ExportAsync("Countries", "csv", new ExportOptions { Columns = ["NB_VISITS", "label"] }, output, Stop);

        Assert.StartsWith("nb_visits,label", System.Text.Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
        var wrong = await Assert.ThrowsAsync<InputException>(() => filled.Workspace.ExportAsync("Countries", "csv", new ExportOptions { Columns = ["nb_visit"] }, output, Stop));
        Assert.Contains("nb_visits", wrong.Problems[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nb_visits", FilterOperator.Equals, "24", 2)]
    [InlineData("nb_visits", FilterOperator.NotEquals, "24", 8)]
    [InlineData("nb_visits", FilterOperator.Less, "21", 2)]
    [InlineData("nb_visits", FilterOperator.LessOrEqual, "21", 3)]
    [InlineData("nb_visits", FilterOperator.Greater, " 24 ", 1)]
    [InlineData("nb_visits", FilterOperator.GreaterOrEqual, "24", 3)]
    [InlineData("nb_visits", FilterOperator.StartsWith, "1", 1)]
    [InlineData("label", FilterOperator.Equals, "Japan", 5)]
    [InlineData("label", FilterOperator.Equals, "japan", 0)]
    [InlineData("label", FilterOperator.Contains, "APA", 5)]
    [InlineData("label", FilterOperator.StartsWith, "=1", 5)]
    [InlineData("label", FilterOperator.Contains, "%", 0)]
    [InlineData("label", FilterOperator.Equals, "x'; DROP TABLE countries; --", 0)]
    [InlineData("label", FilterOperator.IsNull, null, 0)]
    [InlineData("label", FilterOperator.IsNotNull, null, 10)]
    [InlineData("period_start", FilterOperator.GreaterOrEqual, "2026-11-23", 4)]
    [InlineData("period_start", FilterOperator.Contains, "-11-2", 8)]
    [InlineData("is_others", FilterOperator.Equals, "false", 10)]
    [InlineData("_read_at", FilterOperator.Less, "2026-11-25T09:00Z", 0)]
    [InlineData("_read_at", FilterOperator.Greater, "2026-11-25", 10)]
    public async Task A_filter_compares_by_the_type_of_its_column(string column, FilterOperator filter, string? value, int rows)
    {

        var page = await RowsAsync(new RowRequest { Filters = [new RowFilter(column, filter, value)] });

        Assert.Equal((rows, rows), (page.Total, page.Rows.Count));
    }

    [Fact]
    public async Task Filters_hold_together_and_are_counted()
    {
        var request = new RowRequest { Filters = [new RowFilter("label", FilterOperator.Equals, "Japan"), new RowFilter("nb_visits", FilterOperator.Greater, "20")], Sort = "nb_visits", Take = 2, Offset = 1, Columns = ["nb_visits"] };

        var page = await RowsAsync(request);
        var counted = await RowsAsync(request with { Take = 0 });

        Assert.Equal(4, page.Total);
        Assert.Equal([[22L], [23L]], page.Rows);
        Assert.Equal((4L, 0), (counted.Total, counted.Rows.Count));
    }

    [Fact]
    public async Task Everything_that_does_not_fit_is_told_at_once()
    {
        var request = new RowRequest
        {
            Columns = ["nb_visit"],
            Sort = "labell",
            Filters = [new RowFilter("nb_visits", FilterOperator.Less, "many"), new RowFilter("period_start", FilterOperator.Equals, "24.11.2026"), new RowFilter("is_others", FilterOperator.Equals, "yes")],
            Take = 10_001,
        };

        var error = await Assert.ThrowsAsync<InputException>(() => RowsAsync(request));

        Assert.Equal(["--columns", "--filter", "--filter", "--filter", "--sort", "--take"], error.Problems.Select(p => p.Field));
        Assert.Contains("There is no column 'nb_visit'. Did you mean 'nb_visits'", error.Problems[0].Message, StringComparison.Ordinal);
        Assert.Equal("nb_visits is a whole number; 'many' is not. Write for example 42.", error.Problems[1].Message);
    }

    [Fact]
    public async Task A_DataSet_without_data_and_a_list_without_dates_have_pages_too()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", FilledWorkspace.Days);
        await fixture.AddAsync("Sites", new DetailsInput { Report = "SitesManager.getSitesWithAtLeastViewAccess" });
        await fixture.RunAsync("Sites");

        var empty = await fixture.Workspace.Tables.ReadRowsAsync("Countries", new RowRequest(), Stop);
        var sites = await fixture.Workspace.Tables.ReadRowsAsync("sites", new RowRequest(), Stop);

        Assert.Equal((0, 0, 0L), (empty.Columns.Count, empty.Rows.Count, empty.Total));
        Assert.Equal(1, sites.Total);
        await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.Tables.ReadRowsAsync("Nothing", new RowRequest(), Stop));
    }

    private Task<RowPage> RowsAsync(RowRequest request) => filled.Workspace.Tables.ReadRowsAsync("Countries", request, Stop);
}
