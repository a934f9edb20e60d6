using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tributary.Testing;

/// <summary>
/// A web server on loopback that answers as a test tells it: it can stop in the middle of a body, wait for the test, or say anything at all.
/// Answers given with <see cref="Then"/> come first, each once and in order; after them the one given with <see cref="Always(ScriptedReply)"/>.
/// </summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<ScriptedReply> _next = new();
    private readonly ConcurrentQueue<ScriptedRequest> _requests = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;
    private Func<ScriptedRequest, ScriptedReply> _always = request =>
        ScriptedReply.Error($"The script has no answer to {request.Method}.", 404);

    private int _underWay;
    private int _mostUnderWay;

    private ScriptedServer(X509Certificate2? certificate)
    {
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The address to give to a client.</summary>
    public Uri Address => new($"{(_certificate is null ? "http" : "https")}://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>What has been asked, in order of arrival.</summary>
    public IReadOnlyList<ScriptedRequest> Requests => [.. _requests];

    /// <summary>How many requests were under way at the same time at most.</summary>
    public int MostUnderWay => _mostUnderWay;

    /// <summary>Scripted answers that nobody asked for yet.</summary>
    public int Unanswered => _next.Count;

    /// <summary>Starts a server.</summary>
    public static ScriptedServer Start() => new(null);

    /// <summary>Starts a server that speaks TLS with this certificate.</summary>
    public static ScriptedServer StartTls(X509Certificate2 certificate) => new(certificate);

    /// <summary>Answers the next request that has no answer yet.</summary>
    public ScriptedServer Then(params ReadOnlySpan<ScriptedReply> replies)
    {
        foreach (var reply in replies)
        {
            _next.Enqueue(reply);
        }

        return this;
    }

    /// <summary>Answers every request that has no answer of its own.</summary>
    public ScriptedServer Always(ScriptedReply reply) => Always(_ => reply);

    /// <summary>Answers every request that has no answer of its own, by what it asks.</summary>
    public ScriptedServer Always(Func<ScriptedRequest, ScriptedReply> answer)
    {
        _always = answer;
        return this;
    }

    /// <summary>Waits until so many more requests have arrived than were waited for before.</summary>
    public async Task WaitForRequestsAsync(int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            await _arrivals.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _stop.Dispose();
        _arrivals.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
                _connections[connection] = 0;
                _ = connection.ContinueWith(done => _connections.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The server is stopping.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            // Otherwise the body waits until the client has confirmed the head, which it puts off for 40 ms.
            client.NoDelay = true;
            try
            {
                await using Stream stream = _certificate is null ? client.GetStream() : await SecureAsync(client, _certificate);
                while (await ReadRequestAsync(stream, _stop.Token) is { } request)
                {
                    if (!await AnswerAsync(stream, request))
                    {
                        client.Client.LingerState = new LingerOption(enable: true, seconds: 0);
                        return;
                    }
                }
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private static async Task<Stream> SecureAsync(TcpClient client, X509Certificate2 certificate)
    {
        var secure = new SslStream(client.GetStream());
        await secure.AuthenticateAsServerAsync(certificate);
        return secure;
    }

    private async Task<bool> AnswerAsync(Stream stream, ScriptedRequest request)
    {
        _requests.Enqueue(request);
        _arrivals.Release();
        var underWay = Interlocked.Increment(ref _underWay);
        for (var most = _mostUnderWay; underWay > most; most = _mostUnderWay)
        {
            Interlocked.CompareExchange(ref _mostUnderWay, underWay, most);
        }

        try
        {
            var reply = _next.TryDequeue(out var next) ? next : _always(request);
            await reply.Before.WaitAsync(_stop.Token);
            return await WriteAsync(stream, reply);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task<bool> WriteAsync(Stream stream, ScriptedReply reply)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} Scripted\r\n");
        if (reply.ContentType.Length > 0)
        {
            head.Append("Content-Type: ").Append(reply.ContentType).Append("\r\n");
        }

        foreach (var (name, value) in reply.Headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (reply.Write is not null)
        {
            head.Append("Connection: close\r\n\r\n");
            await stream.WriteAsync(Encoding.Latin1.GetBytes(head.ToString()), _stop.Token);
            await reply.Write(stream, _stop.Token);
            return false;
        }

        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {reply.Body.Length}\r\n\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.ToString()), _stop.Token);
        var body = reply.CutAfter is { } cut ? reply.Body[..cut] : reply.Body;
        if (reply.Pause is { } pause)
        {
            await stream.WriteAsync(body[..pause.Bytes], _stop.Token);
            await stream.FlushAsync(_stop.Token);
            await pause.Until.WaitAsync(_stop.Token);
            body = body[pause.Bytes..];
        }

        await stream.WriteAsync(body, _stop.Token);
        await stream.FlushAsync(_stop.Token);
        return reply.CutAfter is null;
    }

    private static async Task<ScriptedRequest?> ReadRequestAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = await ReadHeadAsync(stream, cancellationToken);
        if (head.Length == 0)
        {
            return null;
        }

        var lines = head.Split("\r\n");
        var start = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => string.Join(", ", group.Select(parts => parts[1])), StringComparer.OrdinalIgnoreCase);
        var length = headers.TryGetValue("Content-Length", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return new ScriptedRequest(start[0], start[1], headers, Encoding.UTF8.GetString(body));
    }

    /// <summary>Reads to the blank line, byte by byte so that nothing of the body is taken.</summary>
    private static async Task<string> ReadHeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new List<byte>(1024);
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancellationToken) == 1)
        {
            head.Add(one[0]);
            if (head.Count >= 4 && one[0] == '\n' && head[^2] == '\r' && head[^3] == '\n' && head[^4] == '\r')
            {
                return Encoding.Latin1.GetString([.. head.SkipLast(4)]);
            }
        }

        return "";
    }
}
