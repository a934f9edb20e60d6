using Microsoft.Playwright;

namespace Tributary.Browser.Tests.Work;

/// <summary>The runs of all DataSets.</summary>
public sealed class RunsPageTests(DataCenterFixture center)
{
    [Fact]
    public Task A_run_leads_to_the_history_of_its_DataSet_whatever_its_name() => center.OnPageAsync("/runs", async page =>
    {
        await page.Locator(".all-runs").GetByRole(AriaRole.Link, new() { Name = SampleDataSets.Pages, Exact = true }).First.ClickAsync();
        await page.WaitForURLAsync("**/datasets/pages_per_day/history?run=*");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(SampleDataSets.Pages);
        await Assertions.Expect(page.Locator(".hist")).ToBeVisibleAsync();
    });

    [Fact]
    public async Task A_run_too_short_to_be_seen_at_work_comes_to_an_open_page()
    {
        await SampleDataSets.AddAsync(center.Workspace, "Short run", "VisitTime.getByDayOfWeek", 1);
        await center.OnPageAsync("/runs", async page =>
        {
            var row = page.Locator(".all-runs").GetByRole(AriaRole.Link, new() { Name = "Short run", Exact = true });
            await Assertions.Expect(row).ToHaveCountAsync(0);
            await center.RunAsync("Short run", TestContext.Current.CancellationToken);
            await Assertions.Expect(row.Or(page.GetByRole(AriaRole.Button, new() { Name = "Show new runs" })).First).ToBeVisibleAsync();
        });
    }
}
