using Microsoft.Playwright;

namespace Tributary.Browser.Tests.Connector;

/// <summary>The connector page in its faces, and by keyboard alone.</summary>
public sealed class FacesTests(DataCenterFixture center)
{
    [Fact]
    public async Task Every_pane_can_be_used_by_everybody_on_every_screen()
    {
        foreach (var screen in (Screen[])[Screen.Desktop, Screen.Phone])
        {
            await center.OnPageAsync(
                "/new",
                async page =>
                {
                    await LookAsync(page, "connector-credentials", screen);
                    await page.GotoAsync(ConnectorSteps.New);
                    await page.FilledAsync();
                    await page.Locator("#report").ClickAsync();
                    await LookAsync(page, "connector-menu", screen);
                    await page.Keyboard.PressAsync("Escape");
                    await page.ChooseAnyAsync("Actions", "Page URLs");
                    await page.ResolvedAsync("30 days");
                    await page.GetByLabel("Get All Sites").UncheckAsync();
                    await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Load Preview") }).ClickAsync();
                    await page.SaveAsync();
                    await LookAsync(page, "connector-details-wrong", screen);
                    await page.GetByLabel("Get All Sites").CheckAsync();
                    await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Load Preview") }).ClickAsync();
                    await page.Locator(".pvn").WaitForAsync();
                    await LookAsync(page, "connector-details", screen);
                    await page.OpenAsync("Scheduling");
                    await LookAsync(page, "connector-scheduling", screen);
                    await page.OpenAsync("Name & Describe Your DataSet");
                    await LookAsync(page, "connector-name", screen);
                },
                screen);
        }
    }

    [Fact]
    public Task The_whole_first_DataSet_can_be_made_by_keyboard() => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.Locator("#report").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#report-find")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("country");
        await Assertions.Expect(page.Locator(".rep").First).ToContainTextAsync("Country");
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(page.Locator(".rep").First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#report")).ToBeFocusedAsync();
        await page.ResolvedAsync("30 days");
        await TabToAsync(page, "#start-days-back");
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("3");
        await page.ResolvedAsync("3 days");
        await TabToAsync(page, "button[form=connector]");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/datasets/"));
    });

    [Fact]
    public Task Save_and_New_begins_another_of_the_same_account() => center.OnPageAsync(ConnectorSteps.New, async page =>
    {
        await page.ChooseAnyAsync("Devices Detection", "Device type");
        await page.ResolvedAsync("30 days");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save and New" }).ClickAsync();
        await Assertions.Expect(page.Locator(".save")).ToContainTextAsync("is saved and runs");
        await Assertions.Expect(page.Locator("#report")).ToContainTextAsync("Choose a report");
        await Assertions.Expect(page.Locator("section.pane").First).ToContainTextAsync(SampleDataSets.Account);
    });

    /// <summary>Light and dark of the same page.</summary>
    private static async Task LookAsync(IPage page, string name, Screen light)
    {
        foreach (var screen in (Screen[])[light, light with { IsDark = true }])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = screen.IsDark ? ColorScheme.Dark : ColorScheme.Light });
            await page.ShotAsync($"{name}-{screen}");
            await page.ShouldNotScrollSidewaysAsync($"{name} {screen}");
            await page.ShouldBeAccessibleAsync($"{name} {screen}", coloursAlone: screen.IsDark);
        }
    }

    private static async Task TabToAsync(IPage page, string selector)
    {
        for (var i = 0; i < 80; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>("s => document.activeElement?.matches(s) === true", selector))
            {
                return;
            }
        }

        Assert.Fail($"{selector} is not reached by Tab.");
    }
}
