using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Tributary.Browser.Tests.Connector;

/// <summary>What people do on the connector page.</summary>
internal static class ConnectorSteps
{
    /// <summary>The address of a new DataSet of the sample's account.</summary>
    public const string New = "/new?account=Company%20Matomo";

    /// <summary>Chooses a report through the menu: the group, then the first report of that name.</summary>
    public static async Task ChooseAnyAsync(this IPage page, string group, string report)
    {
        await page.Locator("#report").ClickAsync();
        await page.GetByRole(AriaRole.Group, new() { Name = "Groups" }).GetByRole(AriaRole.Button, new() { NameRegex = new($"^{group}") }).ClickAsync();
        await page.Locator(".rep:not([disabled])").Filter(new() { Has = page.Locator("b", new() { HasTextString = report }) }).First.ClickAsync();
        await Assertions.Expect(page.Locator("#report")).ToContainTextAsync(report);
    }

    /// <summary>Waits until the page has said what the dates come to.</summary>
    public static Task ResolvedAsync(this IPage page, string containing) => Assertions.Expect(page.Locator(".resolved")).ToContainTextAsync(containing);

    /// <summary>Opens a pane by its title.</summary>
    public static async Task OpenAsync(this IPage page, string pane)
    {
        var button = page.GetByRole(AriaRole.Button, new() { NameRegex = new($"^(Open|Change) {pane}") });
        await button.ClickAsync();
        await Assertions.Expect(page.Locator("section.pane.open h2")).ToHaveTextAsync(new Regex($"^{pane}"));
    }

    public static Task SaveAsync(this IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();

    /// <summary>What is said below a field.</summary>
    public static ILocator Said(this IPage page, string id) => page.Locator($"#{id}-help");

    /// <summary>Expects words below a field, with other fields named as on the page and not as on the command line.</summary>
    public static async Task ShouldSayAsync(this IPage page, string id, string words)
    {
        await Assertions.Expect(page.Said(id)).ToContainTextAsync(Whatever(words));
        await Assertions.Expect(page.Said(id)).Not.ToContainTextAsync("--");
    }

    /// <summary>The words in whatever case.</summary>
    public static Regex Whatever(string words) => new(Regex.Escape(words), RegexOptions.IgnoreCase);
}
