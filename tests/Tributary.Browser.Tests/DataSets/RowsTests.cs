using System.Text;
using Microsoft.Playwright;

namespace Tributary.Browser.Tests.DataSets;

/// <summary>Rows of a DataSet: filtered, ordered, paged and downloaded.</summary>
public sealed class RowsTests(DataCenterFixture center)
{
    [Fact]
    public Task Filters_are_added_and_removed_and_stand_in_the_address() => center.OnPageAsync("/datasets/pages_per_day/data", async page =>
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter", Exact = true }).ClickAsync();
        await page.GetByLabel("Column", new() { Exact = true }).SelectOptionAsync("site_name");
        await page.GetByLabel("Value", new() { Exact = true }).FillAsync("Blog");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await page.ShouldBeAtAsync("/datasets/pages_per_day/data?filter=site_name%3Ais%3ABlog");
        await Assertions.Expect(page.Locator(".fchip")).ToHaveTextAsync("site_name is Blog");
        await Assertions.Expect(page.Locator(".rows tbody tr").First).ToContainTextAsync("Blog");
        await Assertions.Expect(page.Locator(".rows tbody")).Not.ToContainTextAsync("Shop");
        await page.GetByLabel("Remove the filter site_name is Blog").ClickAsync();
        await Assertions.Expect(page.Locator(".rows tbody")).ToContainTextAsync("Shop");
        await page.GoBackAsync();
        await Assertions.Expect(page.Locator(".rows tbody")).Not.ToContainTextAsync("Shop");
    });

    [Fact]
    public Task Values_of_a_column_are_offered_for_a_filter() => center.OnPageAsync("/datasets/pages_per_day/data", async page =>
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter", Exact = true }).ClickAsync();
        await page.GetByLabel("Column", new() { Exact = true }).SelectOptionAsync("site_name");
        await Assertions.Expect(page.Locator("#filter-values option[value=Blog]")).ToHaveCountAsync(1);
        await page.GetByLabel("Value", new() { Exact = true }).FillAsync("sho");
        await Assertions.Expect(page.Locator("#filter-values option")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("#filter-values option")).ToHaveAttributeAsync("value", "Shop");
    });

    [Fact]
    public Task A_grid_begins_with_the_columns_that_tell_rows_apart() => center.OnPageAsync("/datasets/pages_per_day/data", async page =>
    {
        var heads = page.Locator(".rows thead .cn");
        await Assertions.Expect(heads.Nth(0)).ToHaveTextAsync("site_name");
        await Assertions.Expect(heads.Nth(1)).ToHaveTextAsync("period_start");
        await Assertions.Expect(heads.Nth(2)).ToHaveTextAsync("label");
        await Assertions.Expect(heads.Filter(new() { HasText = "page_url" })).ToHaveCountAsync(0);
    });

    [Fact]
    public Task A_download_can_have_the_columns_shown_and_its_format_is_remembered() => center.OnPageAsync("/datasets/countries/data?columns=label,nb_visits", async page =>
    {
        var (_, bytes) = await DownloadAsync(page, "CSV");
        Assert.StartsWith("label,nb_visits", Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF'), StringComparison.Ordinal);
        await DownloadAsync(page, "JSON");
        await page.GetByRole(AriaRole.Button, new() { Name = "Download…" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Radio, new() { NameRegex = new("^JSON") })).ToBeCheckedAsync();
    });

    [Fact]
    public Task A_head_orders_the_rows_one_way_and_the_other() => center.OnPageAsync("/datasets/pages_per_day/data", async page =>
    {
        var head = page.GetByRole(AriaRole.Columnheader).Filter(new() { HasText = "nb_hits" }).First;
        await head.GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(head).ToHaveAttributeAsync("aria-sort", "descending");
        await page.ShouldBeAtAsync("/datasets/pages_per_day/data?sort=nb_hits&order=desc");
        await head.GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(head).ToHaveAttributeAsync("aria-sort", "ascending");
    });

    [Fact]
    public Task Pages_go_over_all_rows() => center.OnPageAsync("/datasets/pages_per_day/data", async page =>
    {
        await Assertions.Expect(page.Locator(".rows .pager")).ToContainTextAsync("Rows 1 to 100 of");
        await page.GetByRole(AriaRole.Link, new() { Name = "Next page" }).ClickAsync();
        await Assertions.Expect(page.Locator(".rows .pager")).ToContainTextAsync("Rows 101 to 200 of");
        await page.ShouldBeAtAsync("/datasets/pages_per_day/data?page=2");
        await page.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^Page, of") }).FillAsync("4");
        await page.Keyboard.PressAsync("Enter");
        await page.ShouldBeAtAsync("/datasets/pages_per_day/data?page=4");
        await Assertions.Expect(page.Locator(".rows .pager")).ToContainTextAsync("Rows 301 to 400 of");
    });

    [Fact]
    public Task Columns_are_chosen_in_a_dialog_that_Esc_closes() => center.OnPageAsync("/datasets/visits/data", async page =>
    {
        var open = page.GetByRole(AriaRole.Button, new() { NameRegex = new("of [0-9]+ columns$") });
        await open.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(open).ToBeFocusedAsync();
        await open.ClickAsync();
        await dialog.GetByLabel("bounce_rate", new() { Exact = true }).SetCheckedAsync(!await dialog.GetByLabel("bounce_rate", new() { Exact = true }).IsCheckedAsync());
        await dialog.GetByRole(AriaRole.Button, new() { NameRegex = new("^Show") }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/datasets/visits/data\\?columns="));
    });

    [Fact]
    public Task Matomos_summary_rows_are_shaded_and_said() => center.OnPageAsync("/datasets/pages_per_day/data?filter=is_others:is:true", async page =>
    {
        await Assertions.Expect(page.Locator("tr.oth").First).ToContainTextAsync("Others");
        await Assertions.Expect(page.Locator(".rows .pager")).ToContainTextAsync("Matomo’s summary rows");
    });

    [Fact]
    public Task Statistics_come_in_beside_the_rows() => center.OnPageAsync("/datasets/pages_per_day/data?panel=statistics", async page =>
    {
        var panel = page.GetByRole(AriaRole.Complementary, new() { Name = "Statistics" });
        var column = panel.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "site_name" }).First;
        await Assertions.Expect(column).ToContainTextAsync("different");
        await Assertions.Expect(column).ToContainTextAsync("Shop");
    });

    [Theory]
    [InlineData("CSV", "csv", "site_id,site_name")]
    [InlineData("Excel", "xlsx", "PK")]
    [InlineData("JSON", "json", "[")]
    [InlineData("Parquet", "parquet", "PAR1")]
    [InlineData("Arrow", "arrow", "\uFFFD\uFFFD\uFFFD\uFFFD")]
    public Task Each_format_is_downloaded(string name, string ending, string begin) => center.OnPageAsync("/datasets/countries/data", async page =>
    {
        var (file, bytes) = await DownloadAsync(page, name);
        Assert.Equal("countries." + ending, file);
        Assert.StartsWith(begin, Encoding.UTF8.GetString(bytes.AsSpan(0, 64)).TrimStart('\uFEFF'), StringComparison.Ordinal);
    });

    [Fact]
    public Task A_download_has_the_rows_of_the_filters() => center.OnPageAsync("/datasets/countries/data?filter=site_name:is:Shop&filter=nb_visits:ge:2", async page =>
    {
        var (_, bytes) = await DownloadAsync(page, "CSV");
        var lines = Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 1);
        Assert.All(lines.Skip(1), l => Assert.StartsWith("1,Shop,", l, StringComparison.Ordinal));
        await Assertions.Expect(page.Locator(".tools")).ToContainTextAsync($"{lines.Length - 1} of ");
    });

    [Fact]
    public Task CSV_guards_against_formulas_unless_told_not_to() => center.OnPageAsync("/datasets/harm/data", async page =>
    {
        Assert.Contains("'=HYPERLINK", Encoding.UTF8.GetString((await DownloadAsync(page, "CSV")).Bytes), StringComparison.Ordinal);
        Assert.DoesNotContain("'=HYPERLINK", Encoding.UTF8.GetString((await DownloadAsync(page, "CSV", guard: false)).Bytes), StringComparison.Ordinal);
    });

    private static async Task<(string File, byte[] Bytes)> DownloadAsync(IPage page, string format, bool guard = true)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Download…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Radio, new() { NameRegex = new("^" + format) }).CheckAsync();
        if (!guard)
        {
            await dialog.GetByLabel("Guard against formulas").UncheckAsync();
        }

        var download = await page.RunAndWaitForDownloadAsync(() => dialog.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        using var bytes = new MemoryStream();
        await using (var stream = await download.CreateReadStreamAsync())
        {
            await stream.CopyToAsync(bytes);
        }

        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByText("The download has begun.")).ToBeVisibleAsync();
        return (download.SuggestedFilename, bytes.ToArray());
    }
}
