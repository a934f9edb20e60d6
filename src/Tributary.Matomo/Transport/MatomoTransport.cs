using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;

namespace Tributary.Matomo.Transport;

/// <summary>What a request is, beside what it asks.</summary>
/// <param name="Method">For the words of an error.</param>
/// <param name="Items">Requests in it: more than one for a bulk request.</param>
/// <param name="IsUrgent">Whether a person waits for it.</param>
internal readonly record struct RequestKind(string Method, int Items, bool IsUrgent);

/// <summary>Sends one request and hands over the body of its answer, or says why there is none. Holds the limits that all requests of a client share.</summary>
internal sealed class MatomoTransport : IDisposable
{
    private static readonly ActivitySource Source = new("Tributary.Matomo");

    private readonly MatomoEndpoint _endpoint;
    private readonly AccessToken _token;
    private readonly MatomoClientOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly ServerLimits _limits;

    public MatomoTransport(MatomoEndpoint endpoint, AccessToken token, MatomoClientOptions options, TimeProvider clock)
    {
        _endpoint = endpoint;
        _token = token;
        _options = options;
        _clock = clock;
        _http = HandlerOfOptions.Create(options);
        _limits = new ServerLimits(options, clock);
        Redactor = new Redactor([token.Reveal(), .. HandlerOfOptions.Secrets(options)]);
    }

    public Redactor Redactor { get; }

    public LearnedLimits? Learned => _limits.Learned;

    public void Dispose()
    {
        _http.Dispose();
        _limits.Dispose();
    }

    /// <summary>Sends the request once; <paramref name="read"/> gets the body of an answer with a success status. Tells how long the server let us wait for it.</summary>
    /// <param name="form">What is sent.</param>
    /// <param name="kind">What it is, for the limits and the words of an error.</param>
    /// <param name="read">Reads the body.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<(T Read, TimeSpan Waited)> SendAsync<T>(RequestForm form, RequestKind kind, Func<Stream, MatomoAnswer, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var begun = await _limits.EnterAsync(kind.IsUrgent, cancellationToken);
        try
        {
            await using var permit = _options.Permits is { } permits ? await permits.EnterAsync(_limits.Parallel, _limits.PerMinute, cancellationToken) : null;
            if (_options.Watch is { } watch)
            {
                await watch.BeforeRequestAsync(cancellationToken);
            }

            return await SendOnceAsync(form, kind, read, permit is null ? begun : _clock.GetUtcNow(), cancellationToken);
        }
        finally
        {
            _limits.Leave();
        }
    }

    private async Task TellAsync(MatomoException error, DateTimeOffset begun)
    {
        var learned = error.Kind == MatomoErrorKind.RateLimited ? _limits.Learn(begun) : null;
        if (error.RetryAfter is { } wait && wait <= _options.LongestWait)
        {
            _limits.Hold(wait);
        }

        if (_options.Watch is not { } watch)
        {
            return;
        }

        if (learned is not null)
        {
            await watch.LearnedAsync(learned);
        }

        await watch.FailedAsync(error);
    }

    private async Task<(T Read, TimeSpan Waited)> SendOnceAsync<T>(RequestForm form, RequestKind kind, Func<Stream, MatomoAnswer, CancellationToken, Task<T>> read, DateTimeOffset begun, CancellationToken cancellationToken)
    {
        var started = _limits.Now;
        using var activity = Source.StartActivity("request", ActivityKind.Client)?.SetTag("tributary.method", kind.Method).SetTag("server.address", _endpoint.Index.Host);
        try
        {
            return await ExchangeAsync(form, kind, read, started, cancellationToken);
        }
        catch (MatomoException error)
        {
            activity?.SetStatus(ActivityStatusCode.Error, error.Kind.ToString());
            if (IsStrain(error.Kind))
            {
                _limits.Strained(started);
            }

            await TellAsync(error, begun);
            throw;
        }
    }

    /// <summary>What a server that is asked too much at once answers, or does not.</summary>
    private static bool IsStrain(MatomoErrorKind kind) => kind is MatomoErrorKind.Timeout or MatomoErrorKind.ServerTimeout or MatomoErrorKind.Unavailable or MatomoErrorKind.RateLimited or MatomoErrorKind.Connection;

    private async Task<(T Read, TimeSpan Waited)> ExchangeAsync<T>(RequestForm form, RequestKind kind, Func<Stream, MatomoAnswer, CancellationToken, Task<T>> read, TimeSpan started, CancellationToken cancellationToken)
    {
        using var silence = new Silence(_options.Timeout, _clock, cancellationToken);
        var unanswered = new MatomoAnswer { Method = kind.Method, Redactor = Redactor };
        try
        {
            using var request = RequestOf(form);
            silence.Begin();
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            silence.End();
            var answer = AnswerOf(response, kind.Method);
            await using var body = new PatientStream(await response.Content.ReadAsStreamAsync(silence.Token), silence, answer);
            if (!response.IsSuccessStatusCode)
            {
                throw await RefusedAsync(body, answer, cancellationToken);
            }

            var result = await read(body, answer, cancellationToken);
            _limits.Answered(kind.Items, body.BytesRead, started, silence.Waited);
            return (result, silence.Waited);
        }
        catch (HttpRequestException error)
        {
            throw unanswered.Failed(TransportFailures.Kind(error), TransportFailures.Detail(error), error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested && silence.WasTooLong)
        {
            throw unanswered.Failed(MatomoErrorKind.Timeout, string.Create(CultureInfo.InvariantCulture, $"limit {_options.Timeout.TotalSeconds:0.#} seconds"), error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            // SocketsHttpHandler reports its own connect limit as a cancellation.
            throw unanswered.Failed(MatomoErrorKind.Connection, "no connection in time", error);
        }
    }

    private static async Task<MatomoException> RefusedAsync(Stream body, MatomoAnswer answer, CancellationToken cancellationToken)
    {
        using var pump = new JsonPump(body);
        try
        {
            var start = await pump.AtLeastAsync(ReplyReader.PageStart, cancellationToken);
            return answer.NotJson(AnswerText.DecodeStart(start.Span));
        }
        catch (MatomoException error) when (error.Kind == MatomoErrorKind.CutOff)
        {
            // The status says more than half a page.
            return answer.NotJson(AnswerText.DecodeStart(pump.Unread.Span));
        }
    }

    private HttpRequestMessage RequestOf(RequestForm form)
    {
        var body = form.Body;
        var content = $"{body}{(body.Length == 0 ? "" : "&")}token_auth={_token.Reveal()}";
        return new HttpRequestMessage(HttpMethod.Post, new UriBuilder(_endpoint.Index) { Query = form.Query }.Uri)
        {
            Content = new StringContent(content, Encoding.ASCII, "application/x-www-form-urlencoded"),
        };
    }

    private MatomoAnswer AnswerOf(HttpResponseMessage response, string method) => new()
    {
        Method = method,
        Status = (int)response.StatusCode,
        ContentType = response.Content.Headers.ContentType?.MediaType ?? "",
        Location = LocationOf(response),
        RetryAfter = RetryAfterOf(response),
        AsksForHttpCredentials = response.StatusCode == HttpStatusCode.Unauthorized && response.Headers.WwwAuthenticate.Count > 0,
        Redactor = Redactor,
    };

    /// <summary>Where to go instead, without the file name and the parameters, which are ours.</summary>
    private string? LocationOf(HttpResponseMessage response)
    {
        if (response.Headers.Location is not { } location)
        {
            return null;
        }

        var target = new Uri(_endpoint.Index, location);
        var address = target.GetLeftPart(UriPartial.Path);
        return Redactor.Redact(address.EndsWith("/index.php", StringComparison.OrdinalIgnoreCase) ? address[..^"index.php".Length] : address);
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _clock.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
