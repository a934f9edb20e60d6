using System.Net;
using Tributary.Model;

namespace Tributary.DataCenter.Tests;

public sealed class SignInTests(Center center)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_code_of_the_first_start_lets_in_nobody_once_there_is_somebody()
    {
        using var browser = center.Browser();
        var page = await browser.GetStringAsync(center.FirstStart, Stop);
        Assert.Contains("This link opens nothing", page, StringComparison.Ordinal);

        using var reply = await Center.PostFormAsync(browser, "/sign-in", "/first-start", ("code", center.FirstStart.Query.Split('=')[1]), ("name", "eve"), ("password", Center.Password), ("again", Center.Password));

        Assert.Equal("/first-start?why=code", reply.Headers.Location?.OriginalString);
        Assert.DoesNotContain(await center.Workspace.Access.ListUsersAsync(Stop), u => u.Name == "eve");
    }

    [Fact]
    public async Task A_wrong_password_opens_nothing_and_says_nothing_of_the_name()
    {
        using var browser = center.Browser();

        using var wrong = await Center.SignInAsync(browser, "ann", "not the password");
        using var nobody = await Center.SignInAsync(browser, "nobody at all", "not the password");

        Assert.StartsWith("/sign-in?why=wrong", wrong.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in?why=wrong", nobody.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(new Uri("/", UriKind.Relative), Stop)).StatusCode);
    }

    [Fact]
    public async Task After_five_wrong_passwords_not_even_the_right_one_is_taken()
    {
        await center.Workspace.Access.AddUserAsync("lou", UserRole.Viewer, Center.Password, Stop);
        using var browser = center.Browser();
        for (var i = 0; i < AccessBook.MostFailures; i++)
        {
            using var wrong = await Center.SignInAsync(browser, "lou", $"guess {i} of many");
        }

        using var right = await Center.SignInAsync(browser, "lou", Center.Password);

        Assert.StartsWith("/sign-in?why=locked", right.Headers.Location?.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_every_session()
    {
        await center.Workspace.Access.AddUserAsync("sue", UserRole.Manager, Center.Password, Stop);
        using var here = await center.BrowserOfAsync("sue");
        using var there = await center.BrowserOfAsync("sue");
        (await there.AskAsync("/api/v1/settings")).Is(200);

        using var reply = await Center.PostFormAsync(here, "/sign-in", "/sign-out", ("everywhere", "yes"));

        Assert.Equal("/sign-in", reply.Headers.Location?.OriginalString);
        (await here.AskAsync("/api/v1/settings")).IsProblem(401, "web.no_sign_in");
        (await there.AskAsync("/api/v1/settings")).IsProblem(401, "web.no_sign_in");
    }

    [Fact]
    public async Task A_form_of_another_page_is_refused()
    {
        using var browser = center.Browser();
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("name", "ann"), KeyValuePair.Create("password", Center.Password)]);

        using var reply = await browser.PostAsync(new Uri("/sign-in", UriKind.Relative), form, Stop);

        Assert.Equal("/sign-in?why=old", reply.Headers.Location?.OriginalString);
        Assert.False(reply.Headers.Contains("Set-Cookie"));
        Assert.Contains("The form was too old", await browser.GetStringAsync(reply.Headers.Location, Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(new Uri("/", UriKind.Relative), Stop)).StatusCode);
    }

    [Fact]
    public async Task Forms_and_sessions_of_two_workspaces_on_one_host_have_cookies_of_their_own()
    {
        using var browser = center.Browser();
        using var page = await browser.GetAsync(new Uri("/sign-in", UriKind.Relative), Stop);

        Assert.StartsWith($"tributary-form-{SignIn.Sessions.SuffixOf(center.Workspace)}=", page.Headers.GetValues("Set-Cookie").First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("99999999999999")]
    [InlineData("-99999999999999999999")]
    [InlineData("")]
    public async Task Whatever_stands_in_an_address_the_page_for_signing_in_is_shown(string until)
    {
        using var browser = center.Browser();

        Assert.Contains("Too many wrong tries", (await browser.AskAsync($"/sign-in?why=locked&until={until}&name=%00%F0")).Is(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/datasets/日本", "/datasets/%E6%97%A5%E6%9C%AC")]
    [InlineData("/a\r\nSet-Cookie: x=1", "/a%0D%0ASet-Cookie:%20x=1")]
    [InlineData("/runs?status=failed#top", "/runs?status=failed#top")]
    [InlineData("/x/..//evil.example", "/")]
    public async Task Signing_in_leads_on_to_whatever_address_of_ours(string to, string location)
    {
        using var browser = center.Browser();

        using var reply = await Center.PostFormAsync(browser, "/sign-in", "/sign-in", ("name", "ann"), ("password", Center.Password), ("to", to));

        Assert.Equal(location, reply.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/assets/tributary.css")]
    [InlineData("/api/v1/datasets")]
    [InlineData("/api/v1/nothing")]
    public async Task Every_answer_carries_the_policy(string path)
    {
        using var browser = await center.BrowserOfAsync("ann");

        var headers = (await browser.AskAsync(path)).Headers;

        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
        Assert.Equal("no-referrer", headers["Referrer-Policy"]);
        Assert.False(headers.ContainsKey("Server"));
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task Signing_in_leads_to_no_other_host(string to)
    {
        using var browser = center.Browser();

        using var reply = await Center.PostFormAsync(browser, "/sign-in", "/sign-in", ("name", "ann"), ("password", Center.Password), ("to", to));

        Assert.Equal("/", reply.Headers.Location?.OriginalString);
    }
}
