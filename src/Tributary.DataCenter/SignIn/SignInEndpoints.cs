using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Tributary.Model;

namespace Tributary.DataCenter.SignIn;

/// <summary>What the forms for coming in and going out post to.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this WebApplication app)
    {
        app.MapPost("/sign-in", SignInAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/first-start", FirstStartAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/sign-out", SignOutAsync).ExcludeFromDescription();
        app.MapGet("/sign-in/provider", (string? to, DataCenterOptions options) => options.OpenId is null
            ? Results.NotFound()
            : Results.Challenge(new AuthenticationProperties { RedirectUri = Local(to) }, [Sessions.OpenId])).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> SignInAsync([FromForm] string? name, [FromForm] string? password, [FromForm] string? to, Workspace workspace, HttpContext context)
    {
        var signIn = await workspace.Access.SignInAsync(name ?? "", password ?? "", context.RequestAborted);
        if (signIn.User is null)
        {
            var why = signIn.LockedUntil is { } until ? string.Create(CultureInfo.InvariantCulture, $"locked&until={until.ToUnixTimeSeconds()}") : "wrong";
            return Results.LocalRedirect($"~/sign-in?why={why}&name={Uri.EscapeDataString(name ?? "")}&to={Uri.EscapeDataString(to ?? "")}");
        }

        await EnterAsync(context, signIn.User, signIn.Stamp!);
        return Results.LocalRedirect(Local(to));
    }

    private static async Task<IResult> FirstStartAsync([FromForm] string? code, [FromForm] string? name, [FromForm] string? password, [FromForm] string? again, Workspace workspace, FirstStart first, HttpContext context)
    {
        var back = $"~/first-start?code={Uri.EscapeDataString(code ?? "")}&name={Uri.EscapeDataString(name ?? "")}&why=";
        if (!await first.IsOpenToAsync(code, context.RequestAborted))
        {
            return Results.LocalRedirect("~/first-start?why=code");
        }

        if (password != again)
        {
            return Results.LocalRedirect(back + "again");
        }

        try
        {
            await workspace.Access.AddFirstUserAsync(name ?? "", password ?? "", context.RequestAborted);
        }
        catch (InputException error)
        {
            return Results.LocalRedirect(back + error.Problems[0].Field);
        }

        var signIn = await workspace.Access.SignInAsync(name!, password!, context.RequestAborted);
        await EnterAsync(context, signIn.User!, signIn.Stamp!);
        return Results.LocalRedirect("~/");
    }

    private static async Task<IResult> SignOutAsync([FromForm] string? everywhere, Workspace workspace, HttpContext context)
    {
        if (everywhere == "yes" && context.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } id)
        {
            await workspace.Access.SignOutEverywhereAsync(id, context.RequestAborted);
        }

        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.LocalRedirect("~/sign-in");
    }

    private static Task EnterAsync(HttpContext context, User user, string stamp) => context.SignInAsync(
        CookieAuthenticationDefaults.AuthenticationScheme, Sessions.PrincipalOf(user, stamp), new AuthenticationProperties { IsPersistent = true });

    /// <summary>The page to go on to, as it can stand in a header; a link to another host leads to the first page instead.</summary>
    private static string Local(string? to) => to is ['/', not ('/' or '\\'), ..] && Uri.TryCreate("http://localhost" + to, UriKind.Absolute, out var uri) && uri.PathAndQuery is not ['/', '/' or '\\', ..]
        ? uri.PathAndQuery + uri.Fragment
        : "/";

    /// <summary>Leads whoever sends a form that was not made for them, or for a session that has ended, to the sign-in, which says so.</summary>
    public static void UseFreshForms(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false })
        {
            return next(context);
        }

        context.Response.Redirect("/sign-in?why=old");
        return Task.CompletedTask;
    });
}
