using Microsoft.Playwright;

namespace Tributary.Browser.Tests.DataSets;

/// <summary>Whatever a Matomo sends is shown as text.</summary>
public sealed class HostileTextTests(DataCenterFixture center)
{
    [Theory]
    [InlineData("/datasets/harm")]
    [InlineData("/datasets/harm?by=country")]
    [InlineData("/datasets/harm/data?panel=statistics")]
    [InlineData("/datasets/harm/history")]
    [InlineData("/datasets/harm/data?filter=label:is:%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")]
    public Task Nothing_of_it_becomes_markup(string path) => center.OnPageAsync(path, async page =>
    {
        await Assertions.Expect(page.Locator("main img, main script, main iframe, main b b")).ToHaveCountAsync(0);
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
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
