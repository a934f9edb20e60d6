using Microsoft.Playwright;
using Tributary.Accounts;

namespace Tributary.Browser.Tests.Home;

/// <summary>The list of DataSets, the accounts, and what several people do at once.</summary>
public sealed class ListTests(DataCenterFixture center)
{
    public static TheoryData<string, string> Faces { get; } = new()
    {
        { "list", "/" },
        { "list-attention", "/?show=attention" },
        { "list-nothing", "/?find=nothing-is-called-so" },
        { "starter", "/starter" },
        { "accounts", "/accounts" },
        { "accounts-new", "/accounts/new" },
        { "more", "/more" },
        { "runs", "/runs" },
        { "runs-nothing", "/runs?status=skipped" },
        { "sql", "/sql?q=SELECT%20period_start%2C%20sum(nb_visits)%20AS%20visits%20FROM%20visits%20GROUP%20BY%201%20ORDER%20BY%201" },
        { "sql-wrong", "/sql?q=SELECT%20nothing%20FROM%20nowhere" },
        { "destinations", "/destinations" },
        { "settings", "/settings" },
        { "settings-me", "/settings/me" },
        { "not-found", "/no-such-page" },
    };

    [Theory]
    [MemberData(nameof(Faces))]
    public Task Every_page_can_be_used_by_everybody_on_every_screen(string name, string path) => center.OnEveryScreenAsync(path, (page, screen) => LookAsync(page, $"{name}-{screen}", screen), mayFail: name == "not-found");

    [Theory]
    [InlineData("sign-in", "/sign-in")]
    [InlineData("sign-in-wrong", "/sign-in?why=wrong&name=manager")]
    [InlineData("first-start-shut", "/first-start")]
    public Task The_pages_for_coming_in_can_be_used_by_everybody(string name, string path) => center.OnEveryScreenAsync(path, (page, screen) => LookAsync(page, $"{name}-{screen}", screen), who: null);

    private static async Task LookAsync(IPage page, string name, Screen screen)
    {
        await page.ShotAsync(name);
        await page.ShouldNotScrollSidewaysAsync(name);
        await page.ShouldBeAccessibleAsync(name, coloursAlone: screen.IsDark);
    }

    [Fact]
    public Task What_needs_a_person_is_on_top_with_its_reason_and_the_way_on() => center.OnPageAsync("/", async page =>
    {
        var first = page.Locator("table.ds tbody tr").First;
        await Assertions.Expect(first).ToContainTextAsync("Failed");
        await Assertions.Expect(first.Locator(".why")).ToContainTextAsync("See the run");
        await Assertions.Expect(page.Locator(".ds .why").Filter(new() { HasText = "A firewall, proxy or bot check answered instead of Matomo" })).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("table.ds tbody")).Not.ToContainTextAsync("Referrers.getKeywords");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Needs attention") }).ClickAsync();
        await page.ShouldBeAtAsync("/?show=attention");
        await Assertions.Expect(page.Locator("table.ds tbody")).Not.ToContainTextAsync(SampleDataSets.Goals);
        await page.Locator("#list-find").FillAsync("visits");
        await page.Locator("#list-find").PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("find=visits"));
    });

    [Fact]
    public async Task What_one_person_starts_the_other_sees_without_reload()
    {
        await SampleDataSets.AddAsync(center.Workspace, "Seen by two", "UserCountry.getCountry", 30);
        await center.OnPageAsync("/?find=Seen%20by%20two", async mine =>
        {
            await center.OnPageAsync("/?find=Seen%20by%20two", async theirs =>
            {
                await mine.GetByLabel("More for Seen by two").ClickAsync();
                await mine.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
                await Assertions.Expect(theirs.Locator("table.ds tbody tr").First).ToContainTextAsync("just now", new() { Timeout = 30_000 });
            });
        });
    }

    [Fact]
    public async Task What_is_done_to_many_goes_on_past_one_that_fails_and_loses_nothing_of_anybody_else()
    {
        var stop = TestContext.Current.CancellationToken;
        foreach (var name in new[] { "Many one", "Many two" })
        {
            await SampleDataSets.AddAsync(center.Workspace, name, "VisitsSummary.get", 1);
        }

        await center.OnPageAsync("/?find=Many", async page =>
        {
            await page.GetByLabel("Select Many one").CheckAsync();
            await page.GetByLabel("Select Many two").CheckAsync();
            await center.Workspace.EditDataSetAsync("Many two", new DataSetChange { Settings = new Model.DataSetSettings { Tags = ["theirs"] } }, dryRun: false, stop);
            await page.GetByRole(AriaRole.Button, new() { Name = "Tag…" }).ClickAsync();
            await page.GetByLabel("Tag to add").FillAsync("mine");
            await page.GetByRole(AriaRole.Button, new() { Name = "Add the tag" }).ClickAsync();
            await Assertions.Expect(page.Locator("table.ds tbody")).ToContainTextAsync("theirs");
            Assert.Equal(["theirs", "mine"], (await center.Workspace.GetDataSetAsync("Many two", stop)).Definition.Tags);

            await page.GetByLabel("Select Many one").CheckAsync();
            await page.GetByLabel("Select Many two").CheckAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Alerts…" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Switch off" }).ClickAsync();
            await Assertions.Expect(page.GetByLabel("Select Many two")).Not.ToBeCheckedAsync();
            Assert.False((await center.Workspace.GetDataSetAsync("Many two", stop)).Definition.Alerts);
            await page.GetByLabel("Select Many one").CheckAsync();
            await page.GetByLabel("Select Many two").CheckAsync();
            await center.Workspace.DeleteDataSetAsync("Many one", keepData: false, stop);
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete…" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete 2 DataSets" }).ClickAsync();
            await Assertions.Expect(page.GetByLabel("Select Many two")).ToHaveCountAsync(0);
        });
        Assert.DoesNotContain(await center.Workspace.ListDataSetLinesAsync(null, stop), l => l.Name.StartsWith("Many", StringComparison.Ordinal));
    }

    [Fact]
    public Task The_starter_set_is_added_for_the_sites_chosen() => center.OnPageAsync("/starter", async page =>
    {
        var stop = TestContext.Current.CancellationToken;
        await page.GetByLabel("Get All Sites").UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add the starter set" }).ClickAsync();
        await Assertions.Expect(page.Locator("#sites-help")).ToContainTextAsync("at least one site");
        await page.Locator(".site-list input").First.CheckAsync();
        await page.GetByLabel("Tags").FillAsync("begun here");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add the starter set" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("added", new() { Timeout = 60_000 });
        var added = (await center.Workspace.ListDataSetsAsync(stop)).Where(d => d.Definition.Tags.Contains("begun here")).ToList();
        Assert.NotEmpty(added);
        Assert.All(added, d => Assert.Equal([1], d.Definition.Details.Sites));
        foreach (var one in added)
        {
            await center.Workspace.StopAsync(one.Definition.Name, stop);
            await center.Workspace.DeleteDataSetAsync(one.Definition.Name, keepData: false, stop);
        }
    });

    [Fact]
    public async Task A_refused_account_is_mended_where_it_is_listed()
    {
        var options = new SampleMatomo.SampleMatomoOptions { Days = 5 };
        await using (var before = await SampleMatomo.SampleMatomo.StartAsync(options, TestContext.Current.CancellationToken))
        {
            options = options with { Port = before.Address.Port, SecureOnlyToken = new string('e', 32) };
            await center.Workspace.Accounts.AddAsync(new NewAccount { Name = "Refused", Url = before.Address.ToString(), Token = new Matomo.AccessToken(before.Tokens.SecureOnly) }, TestContext.Current.CancellationToken);
        }

        // The same address, where the token is no longer known.
        await using var sample = await SampleMatomo.SampleMatomo.StartAsync(options, TestContext.Current.CancellationToken);
        await center.Workspace.Accounts.TestAsync("Refused", TestContext.Current.CancellationToken);
        try
        {
            await center.OnPageAsync("/accounts", async page =>
            {
                await Assertions.Expect(page.Locator("table.acc tbody tr").First).ToContainTextAsync("Needs attention");
                await page.GetByLabel("New Access Token").FillAsync(sample.Tokens.SecureOnly);
                await page.GetByRole(AriaRole.Button, new() { Name = "Test and replace" }).ClickAsync();
                await Assertions.Expect(page.Locator(".trouble")).ToContainTextAsync("It works, with a warning");
                await Assertions.Expect(page.Locator("table.acc")).Not.ToContainTextAsync("Needs attention");
            });
        }
        finally
        {
            await center.Workspace.Accounts.RemoveAsync("Refused", TestContext.Current.CancellationToken);
        }
    }
}
