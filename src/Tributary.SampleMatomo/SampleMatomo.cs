using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.SampleMatomo.Faults;
using Tributary.SampleMatomo.Http;
using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo;

/// <summary>
/// A reporting API on loopback that behaves as Matomo 5.2 does, over visits made up from a seed:
/// something to try Tributary on, to test it against and to measure it with.
/// </summary>
public sealed class SampleMatomo : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly FaultBox _faults;
    private readonly RequestLog _log;

    private SampleMatomo(WebApplication app, FaultBox faults, RequestLog log, SampleTokens tokens, IReadOnlyList<SampleSite> sites)
    {
        _app = app;
        _faults = faults;
        _log = log;
        Tokens = tokens;
        Sites = sites;
        Address = new Uri(app.Urls.First());
    }

    /// <summary>Where it listens, without <c>/index.php</c>.</summary>
    public Uri Address { get; }

    /// <summary>The tokens it accepts.</summary>
    public SampleTokens Tokens { get; }

    /// <summary>All its sites.</summary>
    public IReadOnlyList<SampleSite> Sites { get; }

    /// <summary>How many requests came.</summary>
    public int RequestCount => _log.Count;

    /// <summary>The latest ten thousand requests, oldest first.</summary>
    public IReadOnlyList<SampleRequest> Requests => _log.All;

    /// <summary>Starts it; it answers when the task is done.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SampleMatomo> StartAsync(SampleMatomoOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var visits = new VisitLog(options);
        var tokens = new SampleTokens(
            options.SuperToken ?? Token(options.Seed, 1), options.ViewToken ?? Token(options.Seed, 2), options.SecureOnlyToken ?? Token(options.Seed, 3));
        var faults = new FaultBox();
        foreach (var fault in options.Faults)
        {
            faults.Add(fault);
        }

        var log = new RequestLog();
        var access = new Access(tokens, [.. visits.Sites.Select(s => s.Id)], options.Clock, ServerVersion.Parse(options.Version));
        var endpoint = new ApiEndpoint(options, new Dispatcher(options, visits), access, faults, log);
        var app = Build(options.Port);
        app.Run(endpoint.HandleAsync);
        await app.StartAsync(cancellationToken);
        return new SampleMatomo(app, faults, log, tokens, [.. visits.Sites.Select(s => new SampleSite(s.Id, s.Name, s.Zone.Name, s.Currency))]);
    }

    /// <summary>From now on answers go wrong in this way too.</summary>
    public void AddFault(SampleFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        _faults.Add(fault);
    }

    /// <summary>All goes well again.</summary>
    public void ClearFaults() => _faults.Clear();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource();
        await patience.CancelAsync();
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    private static WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024 * 1024;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Logging.ClearProviders();
        // Signals are the host program's: a library must not listen to Ctrl+C.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        return builder.Build();
    }

    private static string Token(int seed, ulong which) => string.Create(CultureInfo.InvariantCulture, $"{Rng.Mix((ulong)seed, which, 0x70):x16}{Rng.Mix((ulong)seed, which, 0x71):x16}");

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
