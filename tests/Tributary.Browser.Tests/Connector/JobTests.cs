using Microsoft.Playwright;

namespace Tributary.Browser.Tests.Connector;

/// <summary>What people come with, in their own words, and how the page leads them to it.</summary>
public sealed class JobTests(DataCenterFixture center)
{
    [Fact]
    public Task A_question_in_whole_words_finds_the_nearest_reports() => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.Locator("#report").ClickAsync();
        await page.Locator("#report-find").FillAsync("pages per day");
        await Assertions.Expect(page.Locator(".rm-none")).ToContainTextAsync("These come nearest");
        await page.Locator(".rep").Filter(new() { HasText = "Page URLs" }).First.ClickAsync();
        await Assertions.Expect(page.Locator("#report")).ToContainTextAsync("Page URLs");
    });

    [Fact]
    public Task Dates_that_stay_are_said_and_the_schedule_can_be_taken_off() => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync("Advanced Campaign Reporting", "Campaign sources and mediums");
        await Assertions.Expect(page.Locator("#fixed-dates")).ToHaveCountAsync(0);
        var month = page.GetByRole(AriaRole.Button, new() { Name = "Last month" });
        await month.ClickAsync();
        await Assertions.Expect(month).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(page.Locator("#fixed-dates")).ToContainTextAsync("stay as they are");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run it by hand only" }).ClickAsync();
        await Assertions.Expect(page.Locator("#fixed-dates")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".makes")).ToContainTextAsync("by hand");
    });

    [Fact]
    public Task A_page_is_chosen_from_the_most_viewed_and_shows_what_came_before_and_after() => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync("Transitions", "Transitions of a page URL");
        await page.SaveAsync();
        await page.ShouldSayAsync("url-of", "This report is about one URL");
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose from the most viewed pages" }).ClickAsync();
        var choices = page.GetByLabel("Most viewed pages");
        await choices.SelectOptionAsync(await choices.Locator("option").Nth(1).GetAttributeAsync("value") ?? "");
        await Assertions.Expect(page.Locator("#url-of")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^https?://"));
        await Assertions.Expect(page.GetByLabel("Get All Sites")).Not.ToBeCheckedAsync();
        await page.SaveAsync();
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Before and after" });
        await Assertions.Expect(card).ToContainTextAsync("Before it, they came from", new() { Timeout = 60_000 });
        await Assertions.Expect(card).ToContainTextAsync("After it, they went to");
        await Assertions.Expect(card.Locator(".tpage")).ToContainTextAsync("pageviews");
        await page.ShotAsync("dataset-transitions-desktop-light");
        await page.ShouldBeAccessibleAsync("transitions");
    });
}
