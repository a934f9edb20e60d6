using System.Net;
using System.Net.Sockets;

namespace Tributary.Benchmarks;

/// <summary>A loopback server that answers each request with a table of the given size, without ever holding it.</summary>
internal sealed class BigReplyServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly long _bytes;

    public BigReplyServer(long bytes)
    {
        _bytes = bytes;
        _listener.Start();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public void Dispose() => _listener.Dispose();

    /// <summary>Answers one request.</summary>
    public async Task ServeOnceAsync(CancellationToken cancellationToken)
    {
        using var client = await _listener.AcceptTcpClientAsync(cancellationToken);
        await using var stream = client.GetStream();
        await ReadHeadAsync(stream, cancellationToken);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellationToken);
        await PageRows.WriteAsync(stream, _bytes, cancellationToken);
    }

    private static async Task ReadHeadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var request = new byte[16 * 1024];
        var length = 0;
        do
        {
            length += await stream.ReadAsync(request.AsMemory(length), cancellationToken);
        }
        while (request.AsSpan(0, length).IndexOf("token_auth="u8) < 0);
    }
}
