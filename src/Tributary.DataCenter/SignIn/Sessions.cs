using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Model;

namespace Tributary.DataCenter.SignIn;

/// <summary>Sessions of people: a cookie with who they are and the stamp that ends them all.</summary>
internal static class Sessions
{
    /// <summary>Managers may; viewers may not.</summary>
    public const string ManagersOnly = "manage";

    /// <summary>The scheme of OpenID Connect.</summary>
    public const string OpenId = "openid";

    private const string StampClaim = "stamp";

    public static ClaimsPrincipal PrincipalOf(User user, string stamp) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, user.Id), new Claim(ClaimTypes.Name, user.Name), new Claim(ClaimTypes.Role, user.Role.ToString()), new Claim(StampClaim, stamp)],
        CookieAuthenticationDefaults.AuthenticationScheme));

    /// <summary>Whether the session still stands: the person is there, and nobody ended it.</summary>
    public static async Task<bool> StandsAsync(Workspace workspace, ClaimsPrincipal principal, CancellationToken cancellationToken) =>
        await FindAsync(workspace, principal, cancellationToken) is not null;

    /// <summary>The person of a session as they are now; null when it was ended.</summary>
    public static async Task<User?> FindAsync(Workspace workspace, ClaimsPrincipal principal, CancellationToken cancellationToken) =>
        principal.FindFirstValue(ClaimTypes.NameIdentifier) is { } id && principal.FindFirstValue(StampClaim) is { } stamp ? await workspace.Access.FindSessionAsync(id, stamp, cancellationToken) : null;

    public static void AddSessions(this IServiceCollection services, Workspace workspace, DataCenterOptions options)
    {
        var authentication = services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            // Cookies know no ports: two Data Centers on one machine must not sign each other out.
            cookie.Cookie.Name = $"tributary-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(workspace.Folder)))[..8]}";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = options.OpenId is null ? SameSiteMode.Strict : SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = TimeSpan.FromDays(14);
            cookie.SlidingExpiration = true;
            cookie.LoginPath = "/sign-in";
            cookie.AccessDeniedPath = "/managers-only";
            cookie.ReturnUrlParameter = "to";
            cookie.Events.OnValidatePrincipal = async context =>
            {
                if (!await StandsAsync(context.HttpContext.RequestServices.GetRequiredService<Workspace>(), context.Principal!, context.HttpContext.RequestAborted))
                {
                    context.RejectPrincipal();
                    await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
                }
            };
        });
        if (options.OpenId is { } provider)
        {
            authentication.AddOpenIdConnect(OpenId, o => Configure(o, provider));
        }

        services.AddAuthorizationBuilder()
            .AddPolicy(ManagersOnly, p => p.RequireRole(nameof(UserRole.Manager)))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    private static void Configure(OpenIdConnectOptions o, OpenIdOptions provider)
    {
        o.Authority = provider.Authority.ToString();
        o.ClientId = provider.ClientId;
        o.ClientSecret = provider.ClientSecret;
        o.ResponseType = "code";
        o.UsePkce = true;
        o.MapInboundClaims = false;
        o.Scope.Add("email");
        o.RequireHttpsMetadata = !provider.Authority.IsLoopback;
        o.CallbackPath = "/sign-in/openid";
        o.Events.OnTokenValidated = async context =>
        {
            var name = context.Principal?.FindFirstValue(provider.NameClaim);
            if (string.IsNullOrWhiteSpace(name))
            {
                context.Fail($"The provider sends no claim '{provider.NameClaim}'.");
                return;
            }

            var access = context.HttpContext.RequestServices.GetRequiredService<Workspace>().Access;
            var signIn = await access.SignInVouchedAsync(context.SecurityToken.Issuer, context.SecurityToken.Subject, name, context.HttpContext.RequestAborted);
            context.Principal = PrincipalOf(signIn.User!, signIn.Stamp!);
        };
        o.Events.OnRemoteFailure = context =>
        {
            context.HandleResponse();
            context.Response.Redirect("/sign-in?why=provider");
            return Task.CompletedTask;
        };
    }
}
