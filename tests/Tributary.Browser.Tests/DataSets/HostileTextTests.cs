using Microsoft.Playwright;

namespace Tributary.Browser.Tests.DataSets;

/// <summary>Whatever a Matomo sends is shown as text.</summary>
public sealed class HostileTextTests(DataCenterFixture center)
{
    // Nothing of these stands on any page by itself.
    private const string Markup = "main img, main script, main iframe, main b b, main svg[onload], main i > img";

    [Theory]
    [InlineData("/datasets/harm")]
    [InlineData("/datasets/harm?by=country")]
    [InlineData("/datasets/harm/data?panel=statistics")]
    [InlineData("/datasets/harm/history")]
    [InlineData("/datasets/harm/data?filter=label:is:%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")]
    [InlineData("/datasets/harm/data?panel=schema")]
    [InlineData("/datasets/harm/settings")]
    [InlineData("/datasets/harm_refused")]
    [InlineData("/datasets/harm_refused/history")]
    [InlineData("/datasets/harm_refused/settings")]
    [InlineData("/")]
    [InlineData("/?find=%3Cscript%3Ealert(1)%3C/script%3E")]
    [InlineData("/?tag=%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")]
    [InlineData("/accounts")]
    [InlineData("/destinations")]
    [InlineData("/runs")]
    [InlineData("/starter?account=Hostile")]
    [InlineData("/sql?dataset=harm")]
    [InlineData("/settings")]
    public Task Nothing_of_it_becomes_markup(string path) => center.OnPageAsync(path, async page =>
    {
        await Assertions.Expect(page.Locator(Markup)).ToHaveCountAsync(0);
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
    });

    [Fact]
    public Task What_the_server_refuses_a_run_with_is_said_without_its_markup_and_turns() => center.OnPageAsync("/datasets/harm_refused", page =>
        Assertions.Expect(page.Locator("main")).ToContainTextAsync("Matomo says: \"No keywords\""));

    [Fact]
    public Task Names_of_reports_sites_segments_and_goals_are_chosen_as_text_and_previewed_as_text() => center.OnPageAsync("/new?account=Hostile", async page =>
    {
        await page.Locator("#report").ClickAsync();
        await page.Locator("#report-find").FillAsync("Evil");
        await Assertions.Expect(page.Locator(".rep").Filter(new() { HasText = HostileMatomo.ReportName }).First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(Markup)).ToHaveCountAsync(0);
        await page.Locator(".rep:not([disabled])").Filter(new() { HasText = HostileMatomo.ReportName }).First.ClickAsync();
        await Assertions.Expect(page.Locator("#report")).ToContainTextAsync(HostileMatomo.ReportName);
        await page.GetByLabel("Get All Sites").UncheckAsync();
        await Assertions.Expect(page.GetByText(HostileMatomo.SiteName, new() { Exact = true }).First).ToBeVisibleAsync();
        await page.GetByLabel("Get All Sites").CheckAsync();
        await page.Locator("details.fold summary").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Load Preview" }).ClickAsync();
        await Assertions.Expect(page.Locator(".preview").GetByText(HostileMatomo.Labels[0], new() { Exact = true }).First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(Markup)).ToHaveCountAsync(0);
    });

    [Fact]
    public Task Labels_stand_as_they_were_sent() => center.OnPageAsync("/datasets/harm/data?panel=off", async page =>
    {
        var rows = page.Locator(".rows tbody");
        foreach (var label in HostileMatomo.Labels.Where(l => l.Length < 56 && !l.Contains('\n', StringComparison.Ordinal)))
        {
            await Assertions.Expect(rows.GetByText(label, new() { Exact = true }).First).ToBeVisibleAsync();
        }

        await Assertions.Expect(rows.GetByText(HostileMatomo.SiteName, new() { Exact = true }).First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".rows a[href^='javascript']")).ToHaveCountAsync(0);
    });

    [Fact]
    public Task A_long_text_is_shown_whole_in_its_own_view() => center.OnPageAsync("/datasets/harm/data?filter=label:begins:xxxx&panel=off", async page =>
    {
        await page.Locator(".rows .cell").First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog.Locator("pre")).ToHaveTextAsync(new string('x', 10_000));
        await page.ShouldNotScrollSidewaysAsync("The view of a cell");
        await page.ShouldBeAccessibleAsync("The view of a cell");
        await page.ShotAsync("dataset-cell");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
    });
}
