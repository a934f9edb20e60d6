using Microsoft.Playwright;

namespace Tributary.Browser.Tests.DataSets;

/// <summary>The DataSet page in all its tabs and faces: what it says, and that everybody can use it.</summary>
public sealed class FacesTests(DataCenterFixture center)
{
    public static TheoryData<string, string> Faces { get; } = new()
    {
        { "overview", "/datasets/pages_per_day" },
        { "overview-bars", "/datasets/countries?by=country" },
        { "overview-failed", "/datasets/keywords" },
        { "overview-list", "/datasets/goals" },
        { "overview-hostile", "/datasets/harm" },
        { "never", "/datasets/never_run" },
        { "data", "/datasets/pages_per_day/data" },
        { "data-filtered", "/datasets/pages_per_day/data?filter=site_name:is:Shop&sort=nb_hits&order=desc&page=2&panel=statistics" },
        { "data-none", "/datasets/pages_per_day/data?filter=label:is:nowhere&panel=off" },
        { "data-wrong", "/datasets/pages_per_day/data?filter=nb_hits:gt:many&panel=off" },
        { "data-hostile", "/datasets/harm/data?panel=statistics" },
        { "data-never", "/datasets/never_run/data" },
        { "download", "/datasets/pages_per_day/data?download=1" },
        { "history", "/datasets/pages_per_day/history" },
        { "history-failed", "/datasets/keywords/history?status=failed" },
        { "history-never", "/datasets/never_run/history" },
        { "missing", "/datasets/no_such_table" },
        { "no-tab", "/datasets/pages_per_day/elsewhere" },
    };

    [Theory]
    [MemberData(nameof(Faces))]
    public Task Every_face_can_be_used_by_everybody_on_every_screen(string name, string path) => center.OnEveryScreenAsync(path, async (page, screen) =>
    {
        await page.ShouldNotScrollSidewaysAsync($"{name} {screen}");
        await page.ShotAsync($"dataset-{name}-{screen}");
        await page.ShouldBeAccessibleAsync($"{name} {screen}", coloursAlone: screen.IsDark);
    });

    [Fact]
    public Task The_head_tells_the_facts() => center.OnPageAsync("/datasets/pages_per_day", async page =>
    {
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(SampleDataSets.Pages);
        var facts = page.Locator(".meta").First;
        foreach (var fact in (string[])["pages_per_day", SampleDataSets.Account, "Actions › Page URLs", "Updated", "Next"])
        {
            await Assertions.Expect(facts).ToContainTextAsync(fact);
        }

        await Assertions.Expect(page.Locator(".tag").First).ToHaveTextAsync("web");
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("per day.*Shop") })).ToBeVisibleAsync();
    });

    [Fact]
    public Task What_is_not_right_is_said_with_the_next_step() => center.OnPageAsync("/datasets/pages_per_day", async page =>
    {
        var issues = page.GetByRole(AriaRole.Region, new() { Name = "What is not right about it" });
        await Assertions.Expect(issues.GetByRole(AriaRole.Heading)).ToHaveTextAsync("What is not right about it");
        await Assertions.Expect(issues.Locator("[data-code='partition.truncated']").First).ToContainTextAsync("What to change");
    });

    [Fact]
    public Task A_DataSet_with_nothing_wrong_says_so() => center.OnPageAsync("/datasets/visits", async page =>
    {
        var issues = page.GetByRole(AriaRole.Region, new() { Name = "What is not right about it" });
        await Assertions.Expect(issues.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Nothing is wrong with it");
        await Assertions.Expect(issues).ToContainTextAsync("Checked by its last run");
    });

    [Fact]
    public Task Completeness_has_a_row_for_each_site_and_a_table_behind_it() => center.OnPageAsync("/datasets/visits", async page =>
    {
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Completeness" });
        await Assertions.Expect(card.GetByRole(AriaRole.Img, new() { NameRegex = new("^Shop: [0-9]+ final") })).ToBeVisibleAsync();
        await card.GetByText("Show as table").ClickAsync();
        await Assertions.Expect(card.GetByRole(AriaRole.Cell, new() { Name = "provisional" }).First).ToBeVisibleAsync();
    });

    [Fact]
    public Task Completeness_counts_each_partition_once() => center.OnPageAsync("/datasets/pages_per_day", async page =>
    {
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Completeness" });
        await Assertions.Expect(card.Locator(".legend span").First).ToBeVisibleAsync();
        var states = (await card.Locator(".legend span").AllInnerTextsAsync()).Select(t => int.Parse(System.Text.RegularExpressions.Regex.Match(t, "[0-9]+").Value, System.Globalization.CultureInfo.InvariantCulture));
        await Assertions.Expect(card.Locator(".hd")).ToContainTextAsync($"{states.Sum()} partitions");
    });

    [Fact]
    public Task The_chart_is_chosen_in_the_address() => center.OnPageAsync("/datasets/countries", async page =>
    {
        await page.GetByLabel("By", new() { Exact = true }).SelectOptionAsync("country");
        await page.ShouldBeAtAsync("/datasets/countries?by=country");
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("by country") })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show as table" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Germany" }).First).ToBeVisibleAsync();
    });

    [Fact]
    public Task A_viewer_finds_nothing_to_change() => center.OnPageAsync(
        "/datasets/pages_per_day",
        async page =>
        {
            foreach (var name in (string[])["Run now", "Backfill…"])
            {
                await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = name })).ToHaveCountAsync(0);
            }

            await page.GetByLabel("More for Pages per day").ClickAsync();
            await Assertions.Expect(page.GetByText("Download…")).ToBeVisibleAsync();
            await Assertions.Expect(page.GetByText("Delete…")).ToHaveCountAsync(0);
        },
        who: Model.UserRole.Viewer);
}
