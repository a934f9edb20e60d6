using Microsoft.Playwright;
using Tributary.Browser.Tests.Connector;

namespace Tributary.Browser.Tests.Accounts;

/// <summary>What is wrong with an account is said at its field, and nothing is stored.</summary>
public sealed class MessageTests(DataCenterFixture center)
{
    /// <summary>The field's id, what is typed, and words of what is said.</summary>
    public static TheoryData<string, string, string> Fields { get; } = new()
    {
        { "url", "", "Give the address" },
        { "url", "ftp://stats.example.com", "http" },
        { "token", "", "Paste the access token" },
        { "token", "a b", "no blanks" },
        { "account-name", "Company Matomo", "already" },
        { "parallel", "0", "whole number above 0" },
        { "per-minute", "-3", "whole number above 0" },
        { "proxy", "nonsense", "no proxy's address" },
        { "ca", "/no/such/file.pem", "/no/such/file.pem" },
        { "header", "no colon here", "a colon between" },
        { "header", "Bad Name: value", "letters, digits and -" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public Task A_wrong_field_of_a_new_account_is_told_at_it(string id, string typed, string words) => center.OnPageAsync("/accounts/new", async page =>
    {
        await page.Locator("#url").FillAsync(center.Sample.Address.ToString());
        await page.Locator("#token").FillAsync(center.Sample.Tokens.SecureOnly);
        await page.Locator("details.fold summary").ClickAsync();
        await page.Locator($"#{id}").FillAsync(typed);
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect", Exact = true }).ClickAsync();
        await page.ShouldSayAsync(id, words);
        Assert.Equal(2, (await center.Workspace.Accounts.ListAsync(TestContext.Current.CancellationToken)).Count);
    });

    [Theory]
    [InlineData("edit-url", "ftp://stats.example.com", "http")]
    [InlineData("edit-parallel", "many", "whole number above 0")]
    [InlineData("edit-per-minute", "0", "whole number above 0")]
    [InlineData("edit-proxy", "nonsense", "no proxy's address")]
    [InlineData("edit-ca", "/no/such/file.pem", "/no/such/file.pem")]
    public Task A_wrong_change_of_an_account_is_told_at_its_field(string id, string typed, string words) => center.OnPageAsync("/accounts?account=Hostile", async page =>
    {
        await Assertions.Expect(page.Locator("tbody tr").First).ToContainTextAsync("Hostile");
        await page.GetByLabel("More for Hostile").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Address and limits…" }).ClickAsync();
        await page.Locator($"#{id}").FillAsync(typed);
        await page.GetByRole(AriaRole.Button, new() { Name = "Test and save" }).ClickAsync();
        await page.ShouldSayAsync(id, words);
        Assert.Equal(4, (await center.Workspace.Accounts.ListAsync(TestContext.Current.CancellationToken)).Single(a => a.Name == "Hostile").Settings.ParallelRequests);
    });
}
