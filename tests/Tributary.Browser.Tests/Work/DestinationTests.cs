using Microsoft.Playwright;
using Tributary.Browser.Tests.Connector;

namespace Tributary.Browser.Tests.Work;

/// <summary>Destinations added, tried, changed and left again, and DataSets that go to them.</summary>
public sealed class DestinationTests(DataCenterFixture center)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_is_added_with_what_is_wrong_told_at_its_field_and_a_DataSet_moved_there()
    {
        await SampleDataSets.AddAsync(center.Workspace, "On its way", "UserCountry.getCountry", 5);
        await center.RunAsync("On its way", Stop);
        await center.OnPageAsync("/destinations", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Add a destination" }).ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await dialog.GetByLabel("Path").FillAsync("somewhere");
            await dialog.GetByLabel("Size").FillAsync("large");
            await page.ShouldBeAccessibleAsync("destination-add");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Test and add" }).ClickAsync();
            await Assertions.Expect(page.Said("destination-name")).ToContainTextAsync("needs a name");
            await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Second <b>home</b>");
            await Assertions.Expect(page.Said("option-path")).ToContainTextAsync("from the root on");
            await Assertions.Expect(page.Said("option-size")).ToContainTextAsync("whole number");
            await dialog.GetByLabel("Path").FillAsync(center.File("second.duckdb"));
            await dialog.GetByLabel("Size").FillAsync("");
            await dialog.GetByLabel("Password").FillAsync("not for anybody's eyes");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Test and add" }).ClickAsync();
            await Assertions.Expect(page.Locator("#shown")).ToHaveTextAsync("Second <b>home</b>");
            await Assertions.Expect(page.Locator("main")).ToContainTextAsync("No tables yet");
            await Assertions.Expect(page.Locator("main")).Not.ToContainTextAsync("not for anybody's eyes");
            await page.GetByRole(AriaRole.Button, new() { Name = "Test Second <b>home</b>" }).ClickAsync();
            await Assertions.Expect(page.Locator(".steplist")).ToContainTextAsync("The table was removed again.");
            await page.ShouldBeAccessibleAsync("destination-tested");
        });
        await center.OnPageAsync("/datasets/on_its_way", async page =>
        {
            await page.GetByLabel("More for On its way").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Move to another destination…" }).ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await page.ShouldBeAccessibleAsync("move");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Move", Exact = true }).ClickAsync();
            await Assertions.Expect(dialog).ToContainTextAsync("is written to Second <b>home</b> now");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Fine" }).ClickAsync();
            await Assertions.Expect(page.Locator("dl.meta")).ToContainTextAsync("Second <b>home</b>");
        });
        await center.OnPageAsync("/datasets/on_its_way/data", page => Assertions.Expect(page.Locator("main table").First).ToContainTextAsync("label"));
        await center.OnPageAsync($"/destinations?of={Uri.EscapeDataString("Second <b>home</b>")}", async page =>
        {
            await Assertions.Expect(page.Locator("table.tabs-list")).ToContainTextAsync("on_its_way");
            await page.GetByLabel("More for Second <b>home</b>").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Remove…" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove Second" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("On its way");
        });

        await center.Workspace.MoveToDestinationAsync("On its way", "embedded", keep: false, null, Stop);
        await center.Workspace.DeleteDataSetAsync("On its way", keepData: false, Stop);
        await center.Workspace.Destinations.RemoveAsync("Second <b>home</b>", Stop);
    }
}
