using Microsoft.Playwright;

namespace Tributary.Browser.Tests.Connector;

/// <summary>Which fields there are depends on the report and on other fields; what is hidden keeps what was typed.</summary>
public sealed class FieldTests(DataCenterFixture center)
{
    /// <summary>Group, report, labels that are there, labels that are not.</summary>
    public static TheoryData<string, string, string[], string[]> Reports { get; } = new()
    {
        { "Actions", "Page URLs", ["Get All Sites", "Period", "Report Date", "Row detail", "Field to Flatten", "Subtable", "Goal", "Segment"], ["URL", "Title", "Action name", "Longest path"] },
        { "Transitions", "Transitions of a page URL", ["Get All Sites", "Period", "URL", "Field to Flatten"], ["Title", "Goal", "Row detail", "Subtable"] },
        { "Transitions", "Transitions of a page title", ["Title", "Field to Flatten"], ["URL", "Action name"] },
        { "Goals", "Goal definitions", ["Get All Sites"], ["Period", "Report Date", "Segment", "Goal", "Field to Flatten"] },
        { "Visit Summary", "Visits summary", ["Period", "Segment"], ["Row detail", "Subtable", "Field to Flatten", "Goal", "URL"] },
        { "Click Path", "Click paths", ["Longest path", "Segment", "visitIp"], ["Goal", "URL"] },
    };

    [Theory]
    [MemberData(nameof(Reports))]
    public Task A_report_has_its_fields_and_no_others(string group, string report, string[] there, string[] absent) => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync(group, report);
        foreach (var label in there)
        {
            await Assertions.Expect(Field(page, label).First).ToBeVisibleAsync();
        }

        foreach (var label in absent)
        {
            await Assertions.Expect(Field(page, label)).ToHaveCountAsync(0);
        }
    });

    [Fact]
    public Task Date_fields_follow_the_period_and_the_kind_of_date_and_keep_what_was_typed() => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync("User Country", "Country");
        await page.GetByLabel("Days Back to Start From").FillAsync("12");
        await page.GetByLabel("Report Date").SelectOptionAsync("relative");
        await Assertions.Expect(page.GetByLabel("Days Back", new() { Exact = true })).ToHaveValueAsync("1");
        await Assertions.Expect(page.GetByLabel("Days Back to Start From")).ToHaveCountAsync(0);
        await page.ResolvedAsync("1 day");

        await page.GetByLabel("Report Date").SelectOptionAsync("specific");
        await Assertions.Expect(page.GetByLabel("Select Specific Date")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByLabel("Days Back", new() { Exact = true })).ToHaveCountAsync(0);

        await page.GetByText("Range", new() { Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Report Date")).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByLabel("Days Back to Start From")).ToHaveValueAsync("12");
        await page.GetByLabel("Start Date", new() { Exact = true }).SelectOptionAsync("specific");
        await Assertions.Expect(page.GetByLabel("Select Specific Start Date")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByLabel("Days Back to Start From")).ToHaveCountAsync(0);
        await page.GetByLabel("Start Date", new() { Exact = true }).SelectOptionAsync("relative");
        await Assertions.Expect(page.GetByLabel("Days Back to Start From")).ToHaveValueAsync("12");
        await page.ResolvedAsync("One total over 12 days");
        await page.GetByLabel("Break down by").SelectOptionAsync("week");
        await page.ResolvedAsync("weeks");
    });

    [Fact]
    public Task Sites_are_chosen_by_name_and_id() => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync("User Country", "Country");
        await Assertions.Expect(page.Locator("#site-find")).ToHaveCountAsync(0);
        await page.GetByLabel("Get All Sites").UncheckAsync();
        await page.Locator("#site-find").FillAsync("shop");
        await page.Locator(".site-list input").First.CheckAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.List, new() { Name = "Chosen sites" })).ToContainTextAsync("Shop (1)");
        await Assertions.Expect(page.Locator(".makes")).ToContainTextAsync("30 partitions");
        await page.GetByLabel("Get All Sites").CheckAsync();
        await page.GetByLabel("Get All Sites").UncheckAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.List, new() { Name = "Chosen sites" })).ToContainTextAsync("Shop (1)");
    });

    [Fact]
    public Task The_schedule_is_explained_with_its_next_five_times() => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync("User Country", "Country");
        await page.OpenAsync("Scheduling");
        var next = page.Locator(".next");
        await Assertions.Expect(next.Locator("li")).ToHaveCountAsync(5);
        await page.GetByText("Minutes", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Active from").FillAsync("22");
        await page.GetByLabel("until before").FillAsync("6");
        await Assertions.Expect(next).ToContainTextAsync("Every 30 minutes");
        await page.GetByText("Advanced", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Cron expression", new() { Exact = true }).Last.FillAsync("0 7 * * 1-5");
        await Assertions.Expect(next.Locator("li").First).ToContainTextAsync("07:00");
        await page.GetByText("Ordinal weekdays", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Which weekdays").FillAsync("2nd-sun, 4th-sun");
        await Assertions.Expect(next.Locator("li").First).ToContainTextAsync("Sun");
    });

    [Fact]
    public Task Update_methods_show_what_belongs_to_them() => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync("User Country", "Country");
        await page.OpenAsync("Scheduling");
        await Assertions.Expect(page.GetByRole(AriaRole.Radio, new() { NameRegex = new("^Partition") })).ToBeCheckedAsync();
        await Assertions.Expect(page.GetByLabel("Key", new() { Exact = true })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Radio, new() { NameRegex = new("^Merge") }).CheckAsync();
        await Assertions.Expect(page.Locator("#key")).ToHaveAttributeAsync("placeholder", new System.Text.RegularExpressions.Regex("site_id.*label"));
        await page.GetByRole(AriaRole.Radio, new() { NameRegex = new("^Replace") }).CheckAsync();
        await Assertions.Expect(page.Locator("#key")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#keep-days")).ToHaveCountAsync(0);
    });

    private static ILocator Field(IPage page, string label) => label == "Get All Sites" ? page.GetByLabel(label) : page.Locator(".l, legend").Filter(new() { HasTextRegex = new($"^{System.Text.RegularExpressions.Regex.Escape(label)}(\\s*optional)?$") });
}
