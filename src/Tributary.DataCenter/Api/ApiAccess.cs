using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Tributary.Model;

namespace Tributary.DataCenter.Api;

/// <summary>Who may call what: programs by the scope of their key, people by their role.</summary>
internal static class ApiAccess
{
    private const string Scheme = "api";
    private const string PersonPolicy = "api.person";

    /// <summary>Adds keys beside cookies.</summary>
    public static void AddApiAccess(this IServiceCollection services)
    {
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.Name, null)
            .AddPolicyScheme(Scheme, null, o =>
            {
                // Without a redirect to the sign-in page: a program would take that page for the answer.
                o.ForwardChallenge = ApiKeyHandler.Name;
                o.ForwardForbid = ApiKeyHandler.Name;
                o.ForwardDefaultSelector = context => ApiRoutes.IsCall(context) && context.Request.Headers.ContainsKey(HeaderNames.Authorization) ? ApiKeyHandler.Name : CookieAuthenticationDefaults.AuthenticationScheme;
            });

        // Addresses that nothing of ours answers are guarded by the default scheme alone.
        services.Configure<AuthenticationOptions>(o => o.DefaultAuthenticateScheme = Scheme);
        services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, o =>
        {
            var toPage = o.Events.OnRedirectToLogin;
            o.Events.OnRedirectToLogin = context => ApiRoutes.IsCall(context.HttpContext) ? context.HttpContext.ChallengeAsync(Scheme) : toPage(context);
        });
        var policies = services.AddAuthorizationBuilder();
        foreach (var scope in Enum.GetValues<KeyScope>())
        {
            policies.AddPolicy(PolicyOf(scope), p => p.AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser().RequireAssertion(c => Allows(c.User, scope)));
        }

        policies.AddPolicy(PersonPolicy, p => p.AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser().RequireAssertion(c => IsPerson(c.User) && c.User.IsInRole(nameof(UserRole.Manager))));
    }

    /// <summary>Lets in keys of at least that scope, managers, and viewers where nothing is changed.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder builder, KeyScope scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(PolicyOf(scope)).WithMetadata(new NeededScope(scope));

    /// <summary>Lets in managers who are signed in; no key, whatever its scope.</summary>
    public static TBuilder NeedsPerson<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(PersonPolicy).WithMetadata(new NeededScope(null));

    /// <summary>Whether somebody is signed in, rather than a program with a key.</summary>
    public static bool IsPerson(ClaimsPrincipal user) => user.Identity?.AuthenticationType == CookieAuthenticationDefaults.AuthenticationScheme;

    /// <summary>Who asks, as runs name it.</summary>
    public static string Caller(this HttpContext context) => context.User.Identity?.Name is { } name ? IsPerson(context.User) ? name : $"key {name}" : "nobody";

    private static bool Allows(ClaimsPrincipal user, KeyScope needed) =>
        user.FindFirstValue(ApiKeyHandler.ScopeClaim) is { } scope ? Enum.Parse<KeyScope>(scope) >= needed : needed == KeyScope.Read || user.IsInRole(nameof(UserRole.Manager));

    private static string PolicyOf(KeyScope scope) => "api." + scope;
}

/// <summary>What a call needs, for the document and for the words of a refusal.</summary>
/// <param name="Scope">The scope; null for a person.</param>
internal sealed record NeededScope(KeyScope? Scope);
