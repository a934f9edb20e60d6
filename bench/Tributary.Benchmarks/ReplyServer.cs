using System.Net;
using System.Net.Sockets;

namespace Tributary.Benchmarks;

/// <summary>Answers one request on loopback with a generated reply, and closes the connection.</summary>
internal sealed class ReplyServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ReplyServer() => _listener.Start();

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public void Dispose() => _listener.Dispose();

    public async Task AnswerOnceAsync(GeneratedReply reply, CancellationToken cancellationToken)
    {
        using var client = await _listener.AcceptTcpClientAsync(cancellationToken);
        await using var stream = client.GetStream();
        await ReadRequestAsync(stream, cancellationToken);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellationToken);
        await reply.WriteAsync(stream, cancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);

        // Bytes still on their way would be lost if the socket closed before the reader has taken them.
        _ = await stream.ReadAsync(new byte[1], cancellationToken);
    }

    /// <summary>Reads until the form body's last parameter, the token, has come: the client sends it last.</summary>
    private static async Task ReadRequestAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        var length = 0;
        while (!buffer.AsSpan(0, length).EndsWith("token_auth=anonymous"u8))
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException("The reader closed the connection in the middle of its request.");
            }

            length += read;
        }
    }
}
