using Microsoft.Playwright;
using Tributary.DataCenter;
using Tributary.Model;

namespace Tributary.Browser.Tests.Start;

/// <summary>From nothing to a chart of one's own visits.</summary>
public sealed class FirstStartTests(DataCenterFixture center)
{
    [Fact]
    public Task A_newcomer_has_a_chart_of_their_own_visits_within_eight_clicks_after_pasting_the_token() => center.OnNewPageAsync(async page =>
    {
        await using var fresh = await FreshCenter.StartAsync();
        await fresh.EnterAsync(page);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("Bring your Matomo reports"));
        await page.GetByLabel("Matomo address").FillAsync(center.Sample.Address.ToString());
        await page.GetByLabel("Access Token", new() { Exact = true }).FillAsync(center.Sample.Tokens.SecureOnly);

        var clicks = 0;
        Task ClickAsync(ILocator what)
        {
            clicks++;
            return what.ClickAsync();
        }

        await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Connect" }));
        await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Add the starter set" }));
        await page.ShouldBeAtAsync("/datasets/visits");
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("Visits per day") })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        Assert.InRange(clicks, 1, 8);
    });

    [Fact]
    public Task The_sample_is_there_with_one_click_and_gone_after_it_was_said_what_goes() => center.OnNewPageAsync(async page =>
    {
        await using var sample = await SampleMatomo.SampleMatomo.StartAsync(new SampleMatomo.SampleMatomoOptions { Days = 35, VisitsPerDay = 10 }, TestContext.Current.CancellationToken);
        await using var fresh = await FreshCenter.StartAsync(_ => Task.FromResult(new SampleServer(sample.Address, sample.Tokens.SecureOnly, () => ValueTask.CompletedTask)));
        await fresh.EnterAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the sample" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Visits", Exact = true })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await page.GetByRole(AriaRole.Link, new() { Name = "Accounts" }).First.ClickAsync();
        await page.GetByLabel("More for Sample Matomo").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the sample" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("This cannot be undone");
        Assert.NotEmpty(await fresh.Workspace.ListDataSetLinesAsync(null, TestContext.Current.CancellationToken));
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove it with" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No accounts yet" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.Empty(await fresh.Workspace.ListDataSetLinesAsync(null, TestContext.Current.CancellationToken));
    });

    [Fact]
    public Task An_open_page_is_left_when_its_session_was_ended() => center.OnNewPageAsync(async page =>
    {
        await using var fresh = await FreshCenter.StartAsync();
        await fresh.EnterAsync(page);
        await page.GotoAsync(new Uri(fresh.Address, "/settings").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a key" }).WaitForAsync();
        var user = (await fresh.Workspace.Access.ListUsersAsync(TestContext.Current.CancellationToken))[0];
        await fresh.Workspace.Access.SignOutEverywhereAsync(user.Id, TestContext.Current.CancellationToken);

        await Assertions.Expect(page.GetByLabel("Password")).ToBeVisibleAsync(new() { Timeout = 40_000 });
        await page.ShouldBeAtAsync("/sign-in?to=%2Fsettings");
    });

    [Fact]
    public Task A_viewer_finds_no_form_that_connects() => center.OnPageAsync(
        "/accounts/new",
        async page =>
        {
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This needs a manager" })).ToBeVisibleAsync();
            await Assertions.Expect(page.GetByLabel("Access Token")).ToHaveCountAsync(0);
        },
        who: UserRole.Viewer);

    [Fact]
    public Task A_link_is_good_once_and_a_password_is_judged_at_its_field() => center.OnNewPageAsync(async page =>
    {
        await using var fresh = await FreshCenter.StartAsync();
        var link = await fresh.FirstLinkAsync();
        await page.GotoAsync(link);
        await page.GetByLabel("Password").FillAsync("short");
        await page.GetByLabel("The same again").FillAsync("short");
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("too short");
        await page.GetByLabel("Password").FillAsync(FreshCenter.Password);
        await page.GetByLabel("The same again").FillAsync("another one entirely");
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not the same");
        await fresh.EnterAsync(page);
        await page.GotoAsync(link);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("This link opens nothing");
    });

    [Fact]
    public Task A_wrong_address_or_token_says_which_step_failed_and_stores_nothing() => center.OnNewPageAsync(async page =>
    {
        await using var fresh = await FreshCenter.StartAsync();
        await fresh.EnterAsync(page);
        await page.GetByLabel("Matomo address").FillAsync(center.Sample.Address.ToString());
        await page.GetByLabel("Access Token", new() { Exact = true }).FillAsync(new string('0', 32));
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect" }).ClickAsync();
        await Assertions.Expect(page.Locator(".steplist .bad")).ToContainTextAsync("Access token");
        await page.GetByLabel("Matomo address").FillAsync("http://127.0.0.1:1/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect" }).ClickAsync();
        await Assertions.Expect(page.Locator(".steplist .bad")).ToContainTextAsync("Address");
        await page.GetByLabel("Access Token", new() { Exact = true }).FillAsync("a b");
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect" }).ClickAsync();
        await Assertions.Expect(page.Locator("#token-help")).ToContainTextAsync("no blanks");
        Assert.Empty(await fresh.Workspace.Accounts.ListAsync(TestContext.Current.CancellationToken));
    });

    [Fact]
    public Task A_page_that_is_open_while_the_server_is_started_anew_goes_on() => center.OnNewPageAsync(
        async page =>
        {
            await using var fresh = await FreshCenter.StartAsync();
            await fresh.EnterAsync(page);
            await page.EvaluateAsync("window.opened = 'before'");
            await fresh.RestartAsync();
            await page.WaitForFunctionAsync("() => window.opened === undefined", null, new() { Timeout = 60_000 });
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("Bring your Matomo reports"));
            await page.GetByRole(AriaRole.Link, new() { Name = "Accounts" }).First.ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Accounts");
        },
        mayComplain: true);

    [Fact]
    public Task What_was_typed_is_not_thrown_away_when_the_server_is_started_anew() => center.OnNewPageAsync(
        async page =>
        {
            await using var fresh = await FreshCenter.StartAsync();
            await fresh.EnterAsync(page);
            await page.GetByLabel("Matomo address").FillAsync("https://stats.example.com/");
            await fresh.RestartAsync();
            await Assertions.Expect(page.GetByText("Tributary was started anew")).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await page.GetByRole(AriaRole.Button, new() { Name = "Load the page again" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("Bring your Matomo reports"));
        },
        mayComplain: true);

    [Fact]
    public Task Wrong_passwords_lock_for_a_while_and_signing_out_ends_the_session() => center.OnNewPageAsync(async page =>
    {
        await using var fresh = await FreshCenter.StartAsync();
        await fresh.EnterAsync(page);
        await page.GetByLabel("Your sign-in").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.ShouldBeAtAsync("/sign-in");
        await page.GotoAsync(new Uri(fresh.Address, "/accounts").ToString());
        await page.ShouldBeAtAsync("/sign-in?to=%2Faccounts");
        for (var i = 0; i < AccessBook.MostFailures; i++)
        {
            await TryAsync("wrong guess here");
        }

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many wrong tries");
        await TryAsync(FreshCenter.Password);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many wrong tries");

        async Task TryAsync(string password)
        {
            await page.GetByLabel("Name").FillAsync("manager");
            await page.GetByLabel("Password").FillAsync(password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
            await page.GetByRole(AriaRole.Alert).WaitForAsync();
        }
    });
}
