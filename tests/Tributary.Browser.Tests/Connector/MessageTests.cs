using Microsoft.Playwright;

namespace Tributary.Browser.Tests.Connector;

/// <summary>What is wrong is said at its field, with what to write instead; nothing is stored.</summary>
public sealed class MessageTests(DataCenterFixture center)
{
    /// <summary>The field's id, what is typed, and words of what is said.</summary>
    public static TheoryData<string, string, string> Details { get; } = new()
    {
        { "start-days-back", "many", "not a whole number" },
        { "start-days-back", "0", "later than the end" },
        { "start-days-back", "-3", "whole number" },
        { "end-days-back", "40", "later than the end" },
        { "end-days-back", "", "whole number" },
        { "segment", "deviceType=smartphone", "not a condition" },
    };

    /// <summary>What the report menu is asked for, what is chosen first (the id of a list and its value; empty for nothing), the field, what is typed, and words of what is said.</summary>
    public static TheoryData<string, string, string, string, string, string> ReportDetails { get; } = new()
    {
        { "User Country", "Country", "report-date=specific", "date", "", "date" },
        { "User Country", "Country", "report-date=relative", "days-back", "-1", "whole number" },
        { "User Country", "Country", "report-date=relative", "days-back", "1.5", "whole number" },
        { "Transitions", "Transitions of a page URL", "", "url-of", "", "one URL" },
        { "Referrers", "Websites", "subtable-kind=label", "subtable-of", "", "The label is empty" },
        { "Referrers", "Websites", "subtable-kind=id", "subtable", "12", "one site and one date" },
    };

    [Theory]
    [MemberData(nameof(ReportDetails))]
    public Task A_wrong_detail_of_its_report_is_told_at_its_field(string group, string report, string first, string id, string typed, string words) => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync(group, report);
        if (first.Split('=') is [var list, var value])
        {
            await page.Locator($"#{list}").SelectOptionAsync(value);
        }

        await page.Locator($"#{id}").FillAsync(typed);
        await page.SaveAsync();
        await page.ShouldSayAsync(id, words);
        await Assertions.Expect(page.Locator($"#{id}")).ToBeFocusedAsync();
    });

    [Theory]
    [MemberData(nameof(Details))]
    public Task A_wrong_detail_is_told_at_its_field(string id, string typed, string words) => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync("User Country", "Country");
        await page.Locator("details.fold summary").First.ClickAsync();
        await page.Locator($"#{id}").FillAsync(typed);
        await page.SaveAsync();
        var error = page.Locator(".h.err").First;
        await Assertions.Expect(error).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".pane .h.err, .save .h.err").First).ToContainTextAsync(ConnectorSteps.Whatever(words));
        await Assertions.Expect(page.Locator(".pane .h.err").First).Not.ToContainTextAsync("--");
    });

    [Fact]
    public Task Without_a_report_or_a_site_or_a_URL_the_person_is_put_there() => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.SaveAsync();
        await Assertions.Expect(page.Locator("#report-help")).ToContainTextAsync("Choose a report");

        await page.ChooseAnyAsync("Transitions", "Transitions of a page URL");
        await page.GetByLabel("Get All Sites").UncheckAsync();
        await page.SaveAsync();
        await Assertions.Expect(page.Locator(".save")).ToContainTextAsync("fields need you");
        await Assertions.Expect(page.Locator("#sites-help")).ToContainTextAsync("at least one site");
        await Assertions.Expect(page.Locator("#url-of-help")).ToContainTextAsync("URL");
        await Assertions.Expect(page.Locator("#site-find")).ToBeFocusedAsync();
    });

    /// <summary>The kind of schedule, the field's id, what is typed, and words of what is said.</summary>
    public static TheoryData<string, string, string, string> Schedules { get; } = new()
    {
        { "Daily", "times", "25:00", "not a time" },
        { "Minutes", "minutes", "0", "not a number of minutes" },
        { "Daily", "time-zone", "Europe/Pariss", "Europe/Paris" },
        { "Daily", "retry-times", "often", "whole number" },
        { "Daily", "expect", "soon", "no length of time" },
        { "Daily", "lookback", "three", "whole number" },
        { "Daily", "times", "", "Write a time of day" },
        { "Daily", "keep-days", "0", "whole number from 1 up" },
        { "Daily", "keep-runs", "many", "whole number" },
        { "Daily", "retry-minutes", "0", "minute" },
        { "Hours", "hours", "1000", "more than a day" },
        { "Hours", "active-from", "25", "not a span of hours" },
        { "Weekly", "times", "7", "not a time" },
        { "Merge", "key", "nb_visitss", "nb_visits" },
    };

    [Theory]
    [MemberData(nameof(Schedules))]
    public Task A_wrong_schedule_is_told_at_its_field(string kind, string id, string typed, string words) => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync("User Country", "Country");
        await page.OpenAsync("Scheduling");
        await page.GetByText(kind, new() { Exact = true }).ClickAsync();
        await page.Locator($"#{id}").FillAsync(typed);
        await page.SaveAsync();
        await page.ShouldSayAsync(id, words);
        await Assertions.Expect(page.Locator($"#{id}")).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(page.Locator(".save")).ToContainTextAsync("needs you");
    });

    [Theory]
    [InlineData("Cron expression", "cron", "0 7 * *", "Write five")]
    [InlineData("Cron expression", "cron", "60 * * * *", "cannot be read")]
    [InlineData("Cron expression", "cron", "0 0 31 2 *", "never comes")]
    [InlineData("Ordinal weekdays", "ordinals", "9th-sun", "not a day of a month")]
    [InlineData("Every N days", "days", "400", "more than a year")]
    [InlineData("Every N days", "times", "07:00,17:00", "one time")]
    public Task A_wrong_advanced_schedule_is_told_and_the_person_put_at_it(string kind, string id, string typed, string words) => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync("User Country", "Country");
        await page.OpenAsync("Scheduling");
        await page.GetByText("Advanced", new() { Exact = true }).ClickAsync();
        await page.Locator("#schedule-kind").GetByText(kind, new() { Exact = true }).ClickAsync();
        await page.Locator($"#{id}").FillAsync(typed);
        await page.SaveAsync();
        var said = page.Locator(".pane .h.err");
        await Assertions.Expect(said.First).ToContainTextAsync(ConnectorSteps.Whatever(words));
        await Assertions.Expect(said).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("section.pane.open input:focus")).ToHaveCountAsync(1);
    });

    [Fact]
    public Task A_name_that_is_taken_and_a_table_that_is_none_are_told() => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync("User Country", "Country");
        await page.OpenAsync("Name & Describe Your DataSet");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(SampleDataSets.Visits);
        await page.Locator("#table").FillAsync("Not A Table");
        await page.SaveAsync();
        await Assertions.Expect(page.Said("dataset-name")).ToContainTextAsync("already");
        await Assertions.Expect(page.Said("table")).ToContainTextAsync("not_a_table");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("");
        await page.SaveAsync();
        await Assertions.Expect(page.Said("dataset-name")).ToContainTextAsync("needs a name");
    });
}
