using System.Net;
using Microsoft.AspNetCore.Http;
using Tributary.DataCenter.Api;

namespace Tributary.DataCenter.Hosting;

/// <summary>
/// Answers on loopback by the names of this machine and the public address alone: a page of another site whose name was made to lead here
/// would otherwise be taken by the browser for one of ours (DNS rebinding). Beyond loopback people reach it by names that nobody told it.
/// </summary>
internal sealed class KnownHosts(RequestDelegate next, DataCenterOptions options)
{
    private readonly HashSet<string>? _names = IPAddress.IsLoopback(options.Address) ? [.. NamesOf(options)] : null;

    /// <summary>The names of this machine as its own programs call it, and of the public address.</summary>
    public static IEnumerable<string> NamesOf(DataCenterOptions options) =>
        new[] { "localhost", "127.0.0.1", "[::1]", NameOf(options.Address), options.PublicAddress?.Host }.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext context)
    {
        if (_names is null || _names.Contains(context.Request.Host.Host.ToLowerInvariant()))
        {
            return next(context);
        }

        var refusal = new CallException(StatusCodes.Status421MisdirectedRequest, "web.host_not_known", $"This Data Center does not know itself by the name '{context.Request.Host.Host}'. Start it with --public-address and the address that people use.");
        return ApiProblems.SendAsync(context, ApiProblems.Of(refusal, []));
    }

    private static string NameOf(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
