using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace Tributary.DataCenter.Hosting;

/// <summary>What people type to reach a Data Center that stands behind a proxy: links, cookies and the way back from a provider follow it.</summary>
internal static class PublicAddress
{
    /// <summary>
    /// Believes a proxy on this machine which address and scheme people used, as far as the Data Center knows that address.
    /// A call for the public address has its scheme, whoever brought it: a proxy elsewhere is not believed, but need not be.
    /// </summary>
    public static void UsePublicAddress(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<DataCenterOptions>();
        app.UseForwardedHeaders(new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            AllowedHosts = [.. KnownHosts.NamesOf(options)],
        });
        if (options.PublicAddress is not { } address)
        {
            return;
        }

        app.Use((context, next) =>
        {
            if (string.Equals(context.Request.Host.Host, address.Host, StringComparison.OrdinalIgnoreCase))
            {
                context.Request.Scheme = address.Scheme;
                context.Request.Host = new HostString(address.Authority);
            }

            return next(context);
        });
    }
}
