using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Tributary.DataCenter.Hosting;

/// <summary>What HTTP allows of any address and the framework leaves to each.</summary>
internal static class Addresses
{
    /// <summary>Answers HEAD as GET, whose body the server then keeps back (RFC 9110, 9.3.2): no address of ours has to think of it. Before routing.</summary>
    public static void UseHeadAsGet(this WebApplication app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
        }

        return next(context);
    });

    /// <summary>Reads <c>%2F</c> in the parts of an address as what it stands for: the server leaves this one escape alone, and names may hold a slash. After routing.</summary>
    public static void UseSlashesInNames(this WebApplication app) => app.Use((context, next) =>
    {
        var values = context.Request.RouteValues;
        foreach (var (name, value) in values.ToList())
        {
            if (value is string text && text.Contains("%2F", StringComparison.OrdinalIgnoreCase))
            {
                values[name] = text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
            }
        }

        return next(context);
    });
}
