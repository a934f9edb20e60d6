using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Tributary.DataCenter.SignIn;
using Tributary.Model;

namespace Tributary.DataCenter.Tests;

public sealed class ManagingTests(Center center)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_viewer_changes_nothing_whatever_the_page_offers()
    {
        var page = await OpenAsync("vic");

        Assert.Equal("web.not_allowed", await RefusedAsync(page));
        Assert.Null(page.Places.Went);
    }

    [Fact]
    public async Task An_open_page_loses_its_rights_with_the_role()
    {
        var user = await center.Workspace.Access.AddUserAsync("mia", UserRole.Manager, Center.Password, Stop);
        var page = await OpenAsync("mia");
        Assert.Null(await RefusedAsync(page));

        await center.Workspace.Access.ChangeRoleAsync(user.Id, UserRole.Viewer, Stop);

        Assert.Equal("web.no_sign_in", await RefusedAsync(page));
        Assert.Equal("/sign-in?to=%2Fsettings", page.Places.Went);
    }

    [Fact]
    public async Task An_open_page_loses_its_rights_with_its_session_and_with_the_person()
    {
        var user = await center.Workspace.Access.AddUserAsync("max", UserRole.Manager, Center.Password, Stop);
        var first = await OpenAsync("max");
        await center.Workspace.Access.SignOutEverywhereAsync(user.Id, Stop);
        Assert.Equal("web.no_sign_in", await RefusedAsync(first));

        var second = await OpenAsync("max");
        await center.Workspace.Access.RemoveUserAsync(user.Id, Stop);
        Assert.Equal("web.no_sign_in", await RefusedAsync(second));
    }

    [Fact]
    public async Task Nobody_changes_what_is_their_own_after_their_session_ended()
    {
        var user = await center.Workspace.Access.AddUserAsync("moe", UserRole.Viewer, Center.Password, Stop);
        var page = await OpenAsync("moe");
        var done = 0;
        await page.Managing.DoOwnAsync((_, me) => Task.FromResult(done += me.Id == user.Id ? 1 : 10));
        await center.Workspace.Access.SignOutEverywhereAsync(user.Id, Stop);

        var error = await Assert.ThrowsAsync<TributaryException>(() => page.Managing.DoOwnAsync((_, _) => Task.FromResult(done++)));

        Assert.Equal(("web.no_sign_in", 1), (error.Code, done));
    }

    private static async Task<string?> RefusedAsync(Page page)
    {
        var reached = false;
        try
        {
            await page.Managing.DoAsync(w =>
            {
                reached = true;
                return Task.CompletedTask;
            });
            return null;
        }
        catch (TributaryException error)
        {
            Assert.False(reached);
            return error.Code;
        }
    }

    private async Task<Page> OpenAsync(string name)
    {
        var signIn = await center.Workspace.Access.SignInAsync(name, Center.Password, Stop);
        var places = new Places();
        return new Page(new Managing(new Person(Sessions.PrincipalOf(signIn.User!, signIn.Stamp!)), places, center.Workspace), places);
    }

    private sealed record Page(Managing Managing, Places Places);

    private sealed class Person(ClaimsPrincipal principal) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(principal));
    }

    private sealed class Places : NavigationManager
    {
        public Places() => Initialize("http://localhost/", "http://localhost/settings");

        public string? Went { get; private set; }

        protected override void NavigateToCore(string uri, NavigationOptions options) => Went = uri;
    }
}
