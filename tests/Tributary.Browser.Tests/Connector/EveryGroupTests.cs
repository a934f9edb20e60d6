using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Tributary.Browser.Tests.Connector;

/// <summary>Each of the thirteen groups goes through the four panes to saved rows.</summary>
public sealed class EveryGroupTests(DataCenterFixture center)
{
    public static TheoryData<string, string> Groups { get; } = new()
    {
        { "Actions", "Page URLs" },
        { "Advanced Campaign Reporting", "Campaign Names" },
        { "Click Path", "Click path" },
        { "Contents", "Content names" },
        { "Devices Detection", "Device type" },
        { "Events", "Event Categories" },
        { "Goals", "Goals summary" },
        { "Referrers", "Channel Type" },
        { "Transitions", "Transitions of a page URL" },
        { "User Country", "Country" },
        { "Visit Frequency", "New and returning visits" },
        { "Visit Time", "Visits per hour of the site" },
        { "Visit Summary", "Visits summary" },
        { "More reports", "All sites" },
    };

    [Theory]
    [MemberData(nameof(Groups))]
    public Task A_group_goes_through_the_panes_to_saved_rows(string group, string report) => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync(group, report);
        if (group == "Transitions")
        {
            await page.GetByLabel("URL", new() { Exact = true }).FillAsync(await MostViewedAsync());
        }

        if (await page.GetByRole(AriaRole.Button, new() { Name = "The last 7 days" }).CountAsync() > 0)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "The last 7 days" }).ClickAsync();
            await page.ResolvedAsync("7 days: ");
        }

        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Load Preview") }).ClickAsync();
        var told = page.Locator(".pvn, .preview .note.bad, .preview .h.err").First;
        await told.WaitForAsync(new() { Timeout = 60_000 });
        Assert.Equal("pvn", await told.GetAttributeAsync("class") is "pvn" ? "pvn" : await told.InnerTextAsync());

        await page.OpenAsync("Scheduling");
        await page.GetByText("By hand", new() { Exact = true }).ClickAsync();
        await page.OpenAsync("Name & Describe Your DataSet");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync($"Group {group}");
        await page.SaveAsync();

        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/datasets/group_"));
        await Assertions.Expect(page.Locator(".meta")).ToContainTextAsync(new Regex("Rows\\s*[1-9]"), new() { Timeout = 60_000 });
    });

    /// <summary>The address of a page that the first site's visitors saw.</summary>
    private async Task<string> MostViewedAsync()
    {
        var preview = await center.Workspace.PreviewAsync(
            SampleDataSets.Account, new Model.DetailsInput { Report = "Actions.getPageUrls", Period = "range", StartDaysBack = "7", EndDaysBack = "1" }, 100, TestContext.Current.CancellationToken);
        var url = preview.Columns.Select(c => c.Name).ToList().IndexOf("url");
        return preview.Rows.Select(r => r[url]).OfType<string>().First();
    }
}
