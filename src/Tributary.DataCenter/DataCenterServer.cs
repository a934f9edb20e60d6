using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tributary.DataCenter.Hosting;
using Tributary.DataCenter.SignIn;
using Tributary.Model;

namespace Tributary.DataCenter;

/// <summary>The Data Center of a workspace at work: pages and REST API on one address.</summary>
public sealed class DataCenterServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IDisposable _looking;

    private DataCenterServer(WebApplication app, Uri address, IDisposable looking)
    {
        _app = app;
        _looking = looking;
        Address = address;
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
        var builder = Listening.CreateBuilder(options, clock);
        builder.Services.AddDataCenter(workspace, options);
        var app = builder.Build();
        app.MapDataCenter();
        var address = await Listening.StartAsync(app, options, cancellationToken);
        await app.Services.GetRequiredService<SampleSet>().WakeAsync(workspace, cancellationToken);
        return new DataCenterServer(app, address, workspace.Tables.BeginLooking());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Listening.StopAsync(_app);
        _looking.Dispose();
    }
}
