using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Model;

namespace Tributary.DataCenter.SignIn;

/// <summary>Sign-in by an OpenID Connect provider. A person is who the provider's id (issuer and subject) says; name and address only say what to call somebody new.</summary>
internal static class Provider
{
    private const string Email = "email";
    private const string IsVerified = "email_verified";
    private const string Issuer = "iss";
    private const string Subject = "sub";

    public static void Configure(OpenIdConnectOptions o, OpenIdOptions provider)
    {
        o.Authority = provider.Authority.ToString();
        o.ClientId = provider.ClientId;
        o.ClientSecret = provider.ClientSecret;
        o.ResponseType = "code";

        // By a redirect, not by a form: a form from another site brings no cookie that is not Secure, and there is none on plain HTTP.
        o.ResponseMode = "query";
        foreach (var cookie in new[] { o.CorrelationCookie, o.NonceCookie })
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }
        o.UsePkce = true;
        o.MapInboundClaims = false;
        o.Scope.Add(Email);
        o.RequireHttpsMetadata = !provider.Authority.IsLoopback;
        o.CallbackPath = "/sign-in/openid";

        // Many providers tell name and address there alone.
        o.GetClaimsFromUserInfoEndpoint = true;
        o.ClaimActions.Remove(Issuer);
        foreach (var claim in new[] { IsVerified, provider.NameClaim })
        {
            o.ClaimActions.MapUniqueJsonKey(claim, claim);
        }

        // Later than the token: what the provider tells at its second address is there by now.
        o.Events.OnTicketReceived = context => ReceiveAsync(context, provider);
        o.Events.OnRemoteFailure = context =>
        {
            // Only who runs it can mend it; the person is told that it went wrong.
            context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Provider)).LogError("Sign-in by the provider failed: {Why}", context.Failure?.Message);
            context.HandleResponse();
            context.Response.Redirect("/sign-in?why=provider");
            return Task.CompletedTask;
        };
    }

    private static async Task ReceiveAsync(TicketReceivedContext context, OpenIdOptions provider)
    {
        var claims = context.Principal!;
        if (claims.FindFirstValue(Issuer) is not { Length: > 0 } issuer || claims.FindFirstValue(Subject) is not { Length: > 0 } subject || claims.FindFirstValue(provider.NameClaim) is not { } name || string.IsNullOrWhiteSpace(name))
        {
            Refuse(context, "provider");
            return;
        }

        // An address that nobody proved to be theirs may be a colleague's.
        if (provider.NameClaim == Email && !string.Equals(claims.FindFirstValue(IsVerified), "true", StringComparison.OrdinalIgnoreCase))
        {
            Refuse(context, "unverified");
            return;
        }

        var access = context.HttpContext.RequestServices.GetRequiredService<Workspace>().Access;
        if (!await access.HasManagerAsync(context.HttpContext.RequestAborted))
        {
            Refuse(context, "first");
            return;
        }

        try
        {
            var signIn = await access.SignInVouchedAsync(issuer, subject, name, context.HttpContext.RequestAborted);
            context.Principal = Sessions.PrincipalOf(signIn.User!, signIn.Stamp!);
            context.Properties!.IsPersistent = true;
        }
        catch (InputException)
        {
            Refuse(context, "taken");
        }
    }

    private static void Refuse(TicketReceivedContext context, string why)
    {
        context.HandleResponse();
        context.Response.Redirect($"/sign-in?why={why}");
    }
}
