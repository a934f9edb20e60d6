using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.DataCenter.Hosting;
using Tributary.DataCenter.SignIn;
using Tributary.Model;

namespace Tributary.DataCenter;

/// <summary>The Data Center of a workspace at work: pages and REST API on one address.</summary>
public sealed class DataCenterServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DataCenterServer(WebApplication app)
    {
        _app = app;
        var url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Address = IPAddress.TryParse(url.Host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)) ? new UriBuilder(url) { Host = "localhost" }.Uri : url;
    }

    /// <summary>Where it answers, as a person on this machine types it.</summary>
    public Uri Address { get; }

    /// <summary>The link of the first start, good for one person once; null when somebody can sign in already.</summary>
    public async Task<Uri?> FirstStartLinkAsync(CancellationToken cancellationToken) =>
        await _app.Services.GetRequiredService<FirstStart>().CodeAsync(cancellationToken) is { } code ? new Uri(Address, $"/first-start?code={code}") : null;

    /// <summary>Starts it; it answers when the task is done.</summary>
    /// <exception cref="TributaryException">The port is taken, or the certificate cannot be read.</exception>
    public static async Task<DataCenterServer> StartAsync(Workspace workspace, DataCenterOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(options);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
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
        builder.Services.AddDataCenter(workspace, options);

        // Signals are the host program's: a library must not listen to Ctrl+C.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();
        app.MapDataCenter();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException error)
        {
            await app.DisposeAsync();
            throw new TributaryException("web.port_taken", Fault.Setup, $"Port {options.Port} on {options.Address} is taken by another program. Name another with --port, or 0 for a free one.", error);
        }

        await app.Services.GetRequiredService<SampleSet>().WakeAsync(cancellationToken);
        return new DataCenterServer(app);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Open pages hold their connection for as long as they are open: they are not waited for.
        using var patience = new CancellationTokenSource();
        await patience.CancelAsync();
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
