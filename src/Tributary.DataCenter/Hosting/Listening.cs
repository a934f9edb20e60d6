using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.Model;

namespace Tributary.DataCenter.Hosting;

/// <summary>How a web application of ours listens, starts and ends.</summary>
internal static class Listening
{
    // A statement stands in the address, and once more in that of the sign-in, where what was escaped is escaped again.
    private const int LongestRequestLine = 32 << 10;

    /// <summary>A builder with nothing in it but where to listen.</summary>
    public static WebApplicationBuilder CreateBuilder(DataCenterOptions options, TimeProvider clock)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
            kestrel.Listen(options.Address, options.Port, listen =>
            {
                if (options.CertificateFile is { } file)
                {
                    listen.UseHttps(file, options.CertificatePassword);
                }
            });
        });
        if (options.CertificateFile is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        if (options.Defect is { } tell)
        {
            using var defects = new DefectLog(tell);
            builder.Logging.AddProvider(defects);
        }

        builder.Services.AddSingleton(clock);

        // Signals are the host program's: a library must not listen to Ctrl+C.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        return builder;
    }

    /// <summary>Starts an application. Returns where it answers, as a person on this machine types it.</summary>
    /// <exception cref="TributaryException"><c>web.port_taken</c></exception>
    public static async Task<Uri> StartAsync(WebApplication app, DataCenterOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException error)
        {
            await app.DisposeAsync();
            throw new TributaryException("web.port_taken", Fault.Setup, $"Port {options.Port} on {options.Address} is taken by another program. Name another with --port, or 0 for a free one.", error);
        }

        var url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return IPAddress.TryParse(url.Host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)) ? new UriBuilder(url) { Host = "localhost" }.Uri : url;
    }

    /// <summary>Ends it. Open pages hold their connection for as long as they are open: they are not waited for.</summary>
    public static async ValueTask StopAsync(WebApplication app)
    {
        using var patience = new CancellationTokenSource();
        await patience.CancelAsync();
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
