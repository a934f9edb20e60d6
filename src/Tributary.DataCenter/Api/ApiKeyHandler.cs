using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Tributary.DataCenter.Api;

/// <summary>Lets programs in by a key: as a bearer token, or as the password of HTTP basic authentication, which is all that spreadsheets can send.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, Workspace workspace)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>The scheme.</summary>
    public const string Name = "key";

    /// <summary>The claim that holds what the key allows.</summary>
    public const string ScopeClaim = "scope";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (SecretOf(Request.Headers.Authorization.ToString()) is not { } secret)
        {
            return AuthenticateResult.NoResult();
        }

        if (await workspace.Access.FindKeyAsync(secret, Context.RequestAborted) is not { } key)
        {
            return AuthenticateResult.Fail("The key opens nothing.");
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, key.Name), new Claim(ScopeClaim, key.Scope.ToString())], Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;

        // Basic is named too, or spreadsheets would not ask for a key.
        Response.Headers.Append(HeaderNames.WWWAuthenticate, "Bearer realm=\"Tributary\"");
        Response.Headers.Append(HeaderNames.WWWAuthenticate, "Basic realm=\"Tributary\", charset=\"UTF-8\"");
        return Task.CompletedTask;
    }

    /// <summary>The key in an Authorization header; null where there is none, empty where it is not one.</summary>
    public static string? SecretOf(string header)
    {
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return header["Bearer ".Length..].Trim();
        }

        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var bytes = new byte[header.Length];
        return Convert.TryFromBase64String(header["Basic ".Length..].Trim(), bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password] ? password : "";
    }
}
