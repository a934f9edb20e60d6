using System.Net;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.DataCenter.Tests;

/// <summary>Sign-in by an OpenID Connect provider, and a proxy in front.</summary>
public sealed class ProviderTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _defects = new();
    private FakeProvider _provider = null!;
    private Workspace _workspace = null!;
    private DataCenterServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _provider = await FakeProvider.StartAsync();
        _workspace = await Workspace.OpenAsync(_folder.File("workspace"), TimeProvider.System, CancellationToken.None);
        var openId = new OpenIdOptions { Authority = _provider.Address, ClientId = FakeProvider.ClientId, ClientSecret = FakeProvider.ClientSecret };
        _server = await DataCenterServer.StartAsync(_workspace, new DataCenterOptions { Port = 0, HasWorker = false, Defect = _defects.Enqueue, OpenId = openId, PublicAddress = new Uri("https://stats.example.com") }, TimeProvider.System, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _workspace.DisposeAsync();
        await _provider.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task Whom_the_provider_vouches_for_comes_in_as_a_viewer_where_they_wanted_to_go()
    {
        await _workspace.Access.AddFirstUserAsync("ann", Center.Password, Stop);
        using var browser = Browser();

        Assert.Equal("/runs?status=failed", await ComeAsync(browser, "1", Mail("kim@example.com"), "/runs?status=failed"));

        Assert.Equal(200, (await browser.AskAsync("/runs")).Status);
        Assert.Equal(403, (await browser.AskAsync("/api/v1/users")).Status);
        var kim = Assert.Single(await _workspace.Access.ListUsersAsync(Stop), u => u.Name == "kim@example.com");
        Assert.Equal((UserRole.Viewer, false), (kim.Role, kim.HasPassword));
    }

    [Fact]
    public async Task A_person_is_who_the_provider_says_by_its_id_whatever_they_are_called()
    {
        await _workspace.Access.AddFirstUserAsync("ann", Center.Password, Stop);
        await ComeAsync(Browser(), "1", Mail("kim@example.com"));

        Assert.Equal("/", await ComeAsync(Browser(), "1", Mail("kim.new@example.com")));
        Assert.Equal("/sign-in?why=taken", await ComeAsync(Browser(), "2", Mail("kim@example.com")));

        Assert.Equal(["ann", "kim@example.com"], (await _workspace.Access.ListUsersAsync(Stop)).Select(u => u.Name));
    }

    [Fact]
    public async Task Nobody_becomes_a_person_with_a_password_by_having_their_name()
    {
        await _workspace.Access.AddFirstUserAsync("ann@example.com", Center.Password, Stop);
        using var browser = Browser();

        Assert.Equal("/sign-in?why=taken", await ComeAsync(browser, "1", Mail("Ann@example.com")));

        Assert.Equal(401, (await browser.AskAsync("/api/v1/datasets")).Status);
    }

    [Fact]
    public async Task An_address_that_was_not_verified_lets_nobody_in()
    {
        await _workspace.Access.AddFirstUserAsync("ann", Center.Password, Stop);

        Assert.Equal("/sign-in?why=unverified", await ComeAsync(Browser(), "1", new() { ["email"] = "kim@example.com" }));
        Assert.Equal("/sign-in?why=unverified", await ComeAsync(Browser(), "1", new() { ["email"] = "kim@example.com", ["email_verified"] = false }));
        Assert.Equal("/sign-in?why=provider", await ComeAsync(Browser(), "1", []));

        Assert.Single(await _workspace.Access.ListUsersAsync(Stop));
    }

    [Fact]
    public async Task The_first_start_is_for_whoever_has_its_link_and_not_for_whoever_the_provider_knows()
    {
        Assert.Equal("/sign-in?why=first", await ComeAsync(Browser(), "1", Mail("kim@example.com")));

        Assert.Empty(await _workspace.Access.ListUsersAsync(Stop));
        Assert.NotNull(await _server.FirstStartLinkAsync(Stop));
        await _workspace.Access.AddUserAsync("vic", UserRole.Viewer, Center.Password, Stop);
        Assert.NotNull(await _server.FirstStartLinkAsync(Stop));
    }

    [Fact]
    public async Task Behind_a_proxy_with_TLS_the_way_back_and_the_cookies_are_those_of_the_public_address()
    {
        using var browser = Browser();
        var byProxy = await browser.AskAsync("/sign-in/provider", ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "stats.example.com"));
        var byHost = await browser.AskAsync("/sign-in/provider", ("Host", "stats.example.com"));
        var byNobody = await browser.AskAsync("/sign-in/provider", ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.example"));

        foreach (var answer in new[] { byProxy, byHost })
        {
            Assert.Contains("redirect_uri=https%3A%2F%2Fstats.example.com%2Fsign-in%2Fopenid", answer.Is(302).Headers["Location"], StringComparison.Ordinal);
            Assert.Contains("secure", answer.Headers["Set-Cookie"], StringComparison.Ordinal);
        }

        Assert.DoesNotContain("evil", byNobody.Is(302).Headers["Location"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example:80")]
    [InlineData("192.0.2.1")]
    public async Task On_loopback_a_name_that_is_not_ours_is_answered_by_nothing(string host)
    {
        using var browser = Browser();

        (await browser.AskAsync("/sign-in", ("Host", host))).IsProblem(421, "web.host_not_known");
        (await browser.AskAsync("/api/v1/datasets", ("Host", host))).IsProblem(421, "web.host_not_known");
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:8765")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:8765")]
    [InlineData("stats.example.com")]
    public async Task On_loopback_our_own_names_are_answered(string host)
    {
        using var browser = Browser();

        Assert.Equal(200, (await browser.AskAsync("/sign-in", ("Host", host))).Status);
    }

    private static Dictionary<string, object> Mail(string address) => new() { ["email"] = address, ["email_verified"] = true };

    private HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = _server.Address };

    /// <summary>Goes to the provider and back. Returns where the Data Center leads then.</summary>
    private async Task<string> ComeAsync(HttpClient browser, string subject, Dictionary<string, object> claims, string to = "/")
    {
        var asked = (await browser.AskAsync("/sign-in/provider?to=" + Uri.EscapeDataString(to))).Is(302).Headers["Location"];
        var back = _provider.Agree(new Uri(asked), new() { ["sub"] = subject }, new(claims) { ["sub"] = subject });
        var location = (await browser.AskAsync(back)).Is(302).Headers["Location"];
        Assert.Empty(_defects);
        return location;
    }
}
