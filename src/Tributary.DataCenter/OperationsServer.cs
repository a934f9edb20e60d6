using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tributary.DataCenter.Hosting;
using Tributary.DataCenter.Operations;
using Tributary.Model;

namespace Tributary.DataCenter;

/// <summary>Health and metrics alone, for a program that makes runs and serves no Data Center.</summary>
public sealed class OperationsServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OperationsServer(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
    }

    /// <summary>Where it answers, as a person on this machine types it.</summary>
    public Uri Address { get; }

    /// <summary>Starts it; it answers when the task is done.</summary>
    /// <exception cref="TributaryException">The port is taken, or the certificate cannot be read.</exception>
    public static async Task<OperationsServer> StartAsync(Workspace workspace, DataCenterOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(options);
        var builder = Listening.CreateBuilder(options, clock);
        builder.Services.AddSingleton(workspace);
        builder.Services.AddSingleton(options);
        builder.Services.AddOperations();
        var app = builder.Build();
        app.UseOperations();
        app.UseMiddleware<KnownHosts>();
        app.UseMetrics();
        return new OperationsServer(app, await Listening.StartAsync(app, options, cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Listening.StopAsync(_app);
}
