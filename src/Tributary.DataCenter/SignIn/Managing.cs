using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Tributary.Model;

namespace Tributary.DataCenter.SignIn;

/// <summary>
/// The way of every change that an open page makes. A page asks no cookie again once it is open, so that the store is asked each time
/// whether the person is still there, still signed in and still a manager; whose session ended is led to the sign-in.
/// </summary>
internal sealed class Managing(AuthenticationStateProvider people, NavigationManager navigation, Workspace workspace)
{
    /// <summary>The workspace, for a change that managers make.</summary>
    /// <exception cref="TributaryException"><c>web.no_sign_in</c>: the session was ended. <c>web.not_allowed</c>: the person is not a manager.</exception>
    public async Task<Workspace> AskAsync() => (await AskSelfAsync()).Role == UserRole.Manager
        ? workspace
        : throw new TributaryException("web.not_allowed", Fault.Setup, "Only a manager may do this. Ask one, or ask to be made one.");

    /// <summary>Does what managers may.</summary>
    public async Task DoAsync(Func<Workspace, Task> change) => await change(await AskAsync());

    /// <summary>Does what managers may.</summary>
    public async Task<T> DoAsync<T>(Func<Workspace, Task<T>> change) => await change(await AskAsync());

    /// <summary>Does what everybody may with what is their own.</summary>
    public async Task DoOwnAsync(Func<Workspace, User, Task> change) => await change(workspace, await AskSelfAsync());

    private async Task<User> AskSelfAsync()
    {
        if (await Sessions.FindAsync(workspace, (await people.GetAuthenticationStateAsync()).User, CancellationToken.None) is { } user)
        {
            return user;
        }

        navigation.NavigateTo("/sign-in?to=" + Uri.EscapeDataString("/" + navigation.ToBaseRelativePath(navigation.Uri)), forceLoad: true);
        throw new TributaryException("web.no_sign_in", Fault.Setup, "Your session was ended. Sign in again; nothing was changed.");
    }
}
