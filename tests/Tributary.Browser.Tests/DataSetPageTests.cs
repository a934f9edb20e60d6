using Microsoft.Playwright;

namespace Tributary.Browser.Tests;

public sealed class DataSetPageTests(DataCenterFixture center)
{
    [Fact]
    public Task The_page_names_the_DataSet_and_its_facts() => center.OnPageAsync("/datasets/pages_per_day", async page =>
    {
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Pages per day");
        await Assertions.Expect(page.Locator(".meta").First).ToContainTextAsync("pages_per_day");
        await Assertions.Expect(page.Locator(".meta").First).ToContainTextAsync("Company Matomo");
        await Assertions.Expect(page.Locator(".tag").First).ToHaveTextAsync("web");
    });
}
