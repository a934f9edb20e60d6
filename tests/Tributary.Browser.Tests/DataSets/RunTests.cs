using Microsoft.Playwright;
using Tributary.Model;
using Tributary.SampleMatomo;

namespace Tributary.Browser.Tests.DataSets;

/// <summary>Runs asked for, watched, stopped, looked back on and undone, on DataSets of these tests' own.</summary>
public sealed class RunTests(DataCenterFixture center)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_watched_and_stopped()
    {
        await SampleDataSets.AddAsync(center.Workspace, "Slow", "DevicesDetection.getModel", 5);
        center.Sample.AddFault(new SampleFault { Kind = SampleFaultKind.Late, Number = 60_000, Method = "DevicesDetection.getModel" });
        await center.OnPageAsync("/datasets/slow", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).First.ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Run in progress" })).ToBeVisibleAsync();
            await Assertions.Expect(page.Locator("h1 + .st")).ToHaveTextAsync("Running");
            await Assertions.Expect(page.Locator("[aria-live=polite]")).ToContainTextAsync("run");
            await page.ShouldBeAccessibleAsync("running");
            await page.ShotAsync("dataset-running");
            await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
            await Assertions.Expect(page.Locator("h1 + .st")).ToHaveTextAsync("Cancelled");
            await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Run in progress" })).ToHaveCountAsync(0);
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).First).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task The_first_run_fills_the_page_that_asked_for_it()
    {
        await SampleDataSets.AddAsync(center.Workspace, "First", "DevicesDetection.getType", 3);
        await center.OnPageAsync("/datasets/first/data", async page =>
        {
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No rows yet" })).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).Last.ClickAsync();
            await Assertions.Expect(page.Locator(".rows tbody tr").First).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "History" }).First.ClickAsync();
            await Assertions.Expect(page.Locator(".hist")).ToContainTextAsync("manager");
        });
    }

    [Fact]
    public async Task A_table_is_brought_back_to_an_earlier_run()
    {
        await SampleDataSets.AddAsync(center.Workspace, "Back", "DevicesDetection.getBrowsers", 3);
        var first = await center.RunAsync("Back", Stop);
        await center.RunAsync("Back", Stop);
        await center.OnPageAsync($"/datasets/back/history?run={first.RunId}", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Revert to this point…" }).ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await Assertions.Expect(dialog.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
            await Assertions.Expect(dialog).ToContainTextAsync("after the run of");
            await page.ShouldBeAccessibleAsync("revert");
            await page.ShotAsync("dataset-revert");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Undo 1 run" }).ClickAsync();
            await Assertions.Expect(page.Locator(".hist")).ToContainTextAsync("reverted");
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Revert to this point…" })).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public Task A_failed_run_says_what_happened_whose_side_and_what_to_do() => center.OnPageAsync("/datasets/keywords/history", async page =>
    {
        // It is open by itself, for it is the last; closed, it stays closed.
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Close run .*Failed") }).ClickAsync();
        await Assertions.Expect(page.Locator(".dt")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Open run .*Failed") }).First.ClickAsync();
        foreach (var title in (string[])["What happened", "Whose side", "What to do"])
        {
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = title })).ToBeVisibleAsync();
        }

        await Assertions.Expect(page.Locator(".dt")).ToContainTextAsync("Matomo’s side");
        await Assertions.Expect(page.Locator(".dt")).ToContainTextAsync("Ask for an exception");
        await Assertions.Expect(page.Locator(".logbox pre")).Not.ToBeEmptyAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("run="));
        foreach (var screen in Screen.All)
        {
            await center.OnPageAsync(new Uri(page.Url).PathAndQuery, async other =>
            {
                await Assertions.Expect(other.Locator(".dt")).ToBeVisibleAsync();
                await other.ShouldNotScrollSidewaysAsync($"failed run {screen}");
                await other.ShotAsync($"dataset-run-failed-{screen}");
                await other.ShouldBeAccessibleAsync($"failed run {screen}");
            }, screen);
        }
    });

    [Fact]
    public async Task A_backfill_says_what_it_comes_to_and_runs()
    {
        await SampleDataSets.AddAsync(center.Workspace, "Past", "UserCountry.getContinent", 2);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await center.OnPageAsync("/datasets/past", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Backfill…" }).First.ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Backfill", Exact = true }).ClickAsync();
            await Assertions.Expect(dialog).ToContainTextAsync("Choose the first day.");
            await dialog.GetByLabel("From").FillAsync($"{today.AddDays(-12):yyyy-MM-dd}");
            await dialog.GetByLabel("To", new() { Exact = true }).FillAsync($"{today.AddDays(-8):yyyy-MM-dd}");
            await Assertions.Expect(dialog.Locator(".resolved")).ToContainTextAsync("15 partitions of 3 sites");
            await page.ShouldBeAccessibleAsync("backfill");
            await page.ShotAsync("dataset-backfill");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Backfill", Exact = true }).ClickAsync();
            await Assertions.Expect(dialog).ToHaveCountAsync(0);
            await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("^Shop: 5 final") })).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task A_DataSet_is_duplicated_and_the_copy_deleted()
    {
        await SampleDataSets.AddAsync(center.Workspace, "Original", "UserCountry.getContinent", 2);
        await center.OnPageAsync("/datasets/original", async page =>
        {
            await page.GetByLabel("More for Original").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Duplicate…" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Duplicate" }).ClickAsync();
            await page.ShouldBeAtAsync("/datasets/original_copy/settings");
            await page.GetByLabel("More for Original (copy)").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete…" }).ClickAsync();
            var dialog = page.GetByRole(AriaRole.Dialog);
            await Assertions.Expect(dialog).ToContainTextAsync("original_copy");
            await page.ShouldBeAccessibleAsync("delete");
            await page.ShotAsync("dataset-delete");
            await dialog.GetByRole(AriaRole.Button, new() { NameRegex = new("^Delete Original") }).ClickAsync();
            await page.ShouldBeAtAsync("/");
        });
        Assert.DoesNotContain(await center.Workspace.ListDataSetLinesAsync(null, Stop), d => d.Name == "Original (copy)");
    }
}
