using System.Net;
using Tributary.DataCenter;
using Tributary.Model;
using Tributary.SampleMatomo;

namespace Tributary.Cli.Commands;

/// <summary>The Data Center as a command starts it.</summary>
internal static class WebServer
{
    public const int DefaultPort = 8765;

    /// <summary>Where a worker that serves no Data Center tells its health and metrics.</summary>
    public const int DefaultWorkerPort = 8766;

    /// <summary>Starts it and says where it is, how to come in, and what is risky about it.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="options">Where it listens.</param>
    /// <param name="isPortGiven">Whether a person chose the port: another is taken only when not.</param>
    /// <param name="call">Who is told.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<DataCenterServer> StartAsync(Workspace workspace, DataCenterOptions options, bool isPortGiven, Call call, CancellationToken cancellationToken)
    {
        DataCenterServer server;
        try
        {
            server = await DataCenterServer.StartAsync(workspace, options, call.Terminal.Clock, cancellationToken);
        }
        catch (TributaryException error) when (error.Code == "web.port_taken" && !isPortGiven)
        {
            server = await DataCenterServer.StartAsync(workspace, options with { Port = 0 }, call.Terminal.Clock, cancellationToken);
        }

        call.Say($"The Data Center is at {server.Address}");
        if (await server.FirstStartLinkAsync(cancellationToken) is { } link)
        {
            call.Say($"Nobody can sign in yet. This link lets the first person in, once: {link}");
        }

        if (!IPAddress.IsLoopback(options.Address) && options.CertificateFile is null)
        {
            call.Say("warning: it listens beyond this machine without TLS: passwords and data can be read on the way. Give a certificate with --certificate, or put a proxy with TLS in front.");
        }

        return server;
    }

    /// <summary>Starts health and metrics alone and says where they are.</summary>
    public static async Task<OperationsServer> StartOperationsAsync(Workspace workspace, DataCenterOptions options, bool isPortGiven, Call call, CancellationToken cancellationToken)
    {
        OperationsServer server;
        try
        {
            server = await OperationsServer.StartAsync(workspace, options, call.Terminal.Clock, cancellationToken);
        }
        catch (TributaryException error) when (error.Code == "web.port_taken" && !isPortGiven)
        {
            server = await OperationsServer.StartAsync(workspace, options with { Port = 0 }, call.Terminal.Clock, cancellationToken);
        }

        call.Say($"Health and metrics are at {server.Address}");
        return server;
    }

    /// <summary>The sample Matomo that the Data Center can start.</summary>
    public static Func<CancellationToken, Task<SampleServer>> SampleOf(TimeProvider clock) => async cancellationToken =>
    {
        var sample = await SampleMatomo.SampleMatomo.StartAsync(new SampleMatomoOptions { Days = 65, Clock = clock }, cancellationToken);
        return new SampleServer(sample.Address, sample.Tokens.SecureOnly, sample.DisposeAsync);
    };
}
