using Microsoft.Playwright;
using Tributary.Browser.Tests.Connector;

namespace Tributary.Browser.Tests.Settings;

/// <summary>What is wrong with a setting is said at its field, and nothing is stored.</summary>
public sealed class MessageTests(DataCenterFixture center)
{
    [Theory]
    [InlineData("zone", "Europe/Pariss", "Europe/Paris")]
    [InlineData("keep", "0", "1 to 36500")]
    [InlineData("keep", "some", "not a number of days")]
    public Task A_wrong_setting_of_the_workspace_is_told_at_its_field(string id, string typed, string words) => center.OnPageAsync("/settings", async page =>
    {
        await page.Locator($"#{id}").FillAsync(typed);
        await page.GetByRole(AriaRole.Region, new() { Name = "Workspace" }).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.ShouldSayAsync(id, words);
    });

    [Theory]
    [InlineData("Webhook or Slack", "aname", "", "needs a name")]
    [InlineData("Webhook or Slack", "ahook", "nonsense", "no webhook's address")]
    [InlineData("E-mail", "asmtp", "not a server", "no mail server")]
    [InlineData("E-mail", "afrom", "nobody", "no e-mail address")]
    [InlineData("E-mail", "ato", "", "whom to write to")]
    [InlineData("E-mail", "ato", "you@example.org, nobody", "no e-mail address")]
    [InlineData("E-mail", "auser", "somebody", "needs a password", "apass")]
    public Task A_wrong_alert_is_told_at_its_field(string kind, string id, string typed, string words, string? said = null) => center.OnPageAsync("/settings", async page =>
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Add an alert" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText(kind, new() { Exact = true }).ClickAsync();
        foreach (var (field, right) in kind == "E-mail"
            ? new[] { ("aname", "wrong one"), ("asmtp", "mail.example.org:587"), ("afrom", "tributary@example.org"), ("ato", "you@example.org") }
            : [("aname", "wrong one"), ("ahook", "https://hooks.example.org/x")])
        {
            await dialog.Locator($"#{field}").FillAsync(right);
        }

        await dialog.Locator($"#{id}").FillAsync(typed);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add the alert" }).ClickAsync();
        await page.ShouldSayAsync(said ?? id, words);
        Assert.DoesNotContain(await center.Workspace.Alerts.ListAsync(TestContext.Current.CancellationToken), a => a.Definition.Name == "wrong one");
    });
}
