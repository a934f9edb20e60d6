using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tributary.DataCenter.Forms;
using Tributary.Model;

namespace Tributary.DataCenter.Api;

/// <summary>Mounts the REST API.</summary>
internal static class ApiRoutes
{
    /// <summary>Where it is.</summary>
    public const string Root = "/api/v1";

    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(o => ApiJson.Configure(o.SerializerOptions));
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddApiAccess();
        services.AddApiDocument();
        return services;
    }

    /// <summary>Whether a program asks, rather than a person's browser: below <c>/api</c>, which itself is a page, in whatever version, and of the document.</summary>
    public static bool IsCall(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/openapi", StringComparison.OrdinalIgnoreCase)
        || (context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase, out var rest) && rest.Value is { Length: > 1 });

    /// <summary>Problems instead of pages for whatever goes wrong with a call.</summary>
    public static void UseApiErrors(this WebApplication app) => app.UseWhen(IsCall, api => api.UseMiddleware<ApiErrors>());

    public static void MapApi(this WebApplication app)
    {
        var api = app.MapGroup(Root).AddEndpointFilter(DemandTokenAsync).DisableAntiforgery();
        api.MapDataSets();
        api.MapDataSetRuns();
        api.MapDataSetRows();
        api.MapRuns();
        api.MapAccounts();
        api.MapDestinations();
        api.MapReports();
        api.MapAlerts();
        api.MapSettings();
        api.MapQuery();

        // Of GET alone: it would be taken for a call without a body, and without a type, of every other address.
        app.MapGet("/api/{version}/{**rest}", () => Results.NotFound()).Needs(KeyScope.Read).ExcludeFromDescription();
        app.MapApiDocument();
    }

    /// <summary>A cookie is sent by a browser whoever asks it to: with one, a change must carry what only our own pages know. A key is sent by who means it.</summary>
    private static async ValueTask<object?> DemandTokenAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var context = call.HttpContext;
        if (ApiAccess.IsPerson(context.User) && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
            && !await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context))
        {
            throw new CallException(StatusCodes.Status400BadRequest, "web.no_antiforgery_token", "A change with a cookie must carry the header that /api/v1/antiforgery names, or come with a key.");
        }

        return await next(call);
    }
}
