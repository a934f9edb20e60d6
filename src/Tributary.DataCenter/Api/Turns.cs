using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Tributary.DataCenter.Api;

/// <summary>Changes of one thing, one after the other: what <c>If-Match</c> was compared with still stands when the change is made.</summary>
internal static class Turns
{
    private static readonly ConcurrentDictionary<(Workspace Workspace, string Id), SemaphoreSlim> Taken = new();

    /// <summary>Has calls of this address wait for those that change the same thing, and refuses what <c>If-Match</c> does not fit.</summary>
    /// <param name="builder">The address.</param>
    /// <param name="idOf">The lasting id of the thing that the address names.</param>
    /// <param name="formOf">The form of it whose tag is compared.</param>
    public static RouteHandlerBuilder InTurn<T>(this RouteHandlerBuilder builder, Func<string, Workspace, CancellationToken, Task<string>> idOf, Func<string, Workspace, CancellationToken, Task<T>> formOf) => builder.AddEndpointFilter(async (call, next) =>
    {
        var context = call.HttpContext;
        var workspace = context.RequestServices.GetRequiredService<Workspace>();
        var name = context.Request.RouteValues.Values.OfType<string>().FirstOrDefault() ?? "";
        var id = await idOf(name, workspace, context.RequestAborted);
        var turn = Taken.GetOrAdd((workspace, $"{typeof(T).Name} {id}"), _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(context.RequestAborted);
        try
        {
            if (Tags.AreWanted(context))
            {
                Tags.Demand(context, await formOf(name, workspace, context.RequestAborted));
            }

            return await next(call);
        }
        finally
        {
            turn.Release();
        }
    });
}
