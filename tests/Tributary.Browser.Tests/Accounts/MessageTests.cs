using Microsoft.Playwright;
using Tributary.Accounts;
using Tributary.Browser.Tests.Connector;
using Tributary.Matomo;

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
    [InlineData("edit-token", "a b", "not a token")]
    [InlineData("edit-header", "no colon here", "a colon between")]
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

    [Fact]
    public async Task An_account_is_changed_in_what_was_typed_and_leads_to_no_other_server_without_its_token()
    {
        var stop = TestContext.Current.CancellationToken;
        await center.Workspace.Accounts.AddAsync(
            new NewAccount { Name = "Changed", Url = center.Sample.Address.ToString(), Token = new AccessToken(center.Sample.Tokens.SecureOnly), Connection = new ConnectionChange { Headers = new Dictionary<string, string> { ["X-Gate"] = "open" } } }, stop);
        await center.OnPageAsync("/accounts?account=Changed", async page =>
        {
            await page.GetByLabel("More for Changed").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Address and limits…" }).ClickAsync();
            await page.Locator("#edit-url").FillAsync("https://elsewhere.example/");
            await page.GetByRole(AriaRole.Button, new() { Name = "Test and save" }).ClickAsync();
            await page.ShouldSayAsync("edit-token", "Give the token again");
            await page.ShouldSayAsync("edit-header", "X-Gate");

            await center.Workspace.Accounts.EditAsync("Changed", new AccountEdit { Connection = new ConnectionChange { ParallelRequests = 2 } }, stop);
            await page.Locator("#edit-url").FillAsync(center.Sample.Address.ToString());
            await page.Locator("#edit-header").FillAsync("X-Gate:\nX-Other: other");
            await page.GetByRole(AriaRole.Button, new() { Name = "Test and save" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        });
        var account = (await center.Workspace.Accounts.ListAsync(stop)).Single(a => a.Name == "Changed");
        await center.Workspace.Accounts.RemoveAsync("Changed", stop);
        Assert.Equal(("X-Other", 2), (string.Join(',', account.HeaderNames), account.Settings.ParallelRequests));
    }
}
