using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Logging;

namespace Tributary.DataCenter.SignIn;

/// <summary>Looks now and then whether the session of an open page still stands: a page asks no cookie again once it is open.</summary>
internal sealed class SessionWatch(ILoggerFactory loggers, Workspace workspace) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    // Soon enough after "sign out everywhere", rare enough for a thousand open pages.
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(10);

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        Sessions.StandsAsync(workspace, authenticationState.User, cancellationToken);
}
