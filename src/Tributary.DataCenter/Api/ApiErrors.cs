using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.DataCenter.Api;

/// <summary>Turns every failure of a call into a problem, and says a word where only a status was set.</summary>
internal sealed class ApiErrors(RequestDelegate next, ILogger<ApiErrors> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
            return;
        }
        catch (Exception error)
        {
            if (error is not (TributaryException or MatomoException or CallException or BadHttpRequestException))
            {
                log.LogError(error, "A call of the API failed.");
            }

            await ApiProblems.SendAsync(context, ApiProblems.Of(error, context.GetRouteData().Values));
            return;
        }

        var response = context.Response;
        if (response.StatusCode >= 400 && !response.HasStarted && response.ContentType is null)
        {
            await ApiProblems.SendAsync(context, ApiProblems.Of(response.StatusCode, context.GetEndpoint()?.Metadata.GetMetadata<NeededScope>()));
        }
    }
}
