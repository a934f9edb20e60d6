using System.Collections;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tributary.SampleMatomo.Faults;

namespace Tributary.SampleMatomo.Http;

/// <summary>One HTTP request from its first byte to its last: credentials, faults, speed, format.</summary>
internal sealed class ApiEndpoint(SampleMatomoOptions options, Dispatcher dispatcher, Access access, FaultBox faults, RequestLog log)
{
    private readonly ServerVersion _version = ServerVersion.Parse(options.Version);
    private readonly SemaphoreSlim? _places = options.Parallel > 0 ? new SemaphoreSlim(options.Parallel) : null;
    private readonly RequestLimit _limit = new(options.RequestsPerMinute, options.Clock);
    private readonly AnswerCost _cost = new(options);
    private readonly ReplyCache? _kept = options.KeepReplies ? new ReplyCache(options.Clock) : null;

    public async Task HandleAsync(HttpContext http)
    {
        var cancel = http.RequestAborted;
        if (_places is not null)
        {
            await _places.WaitAsync(cancel);
        }

        try
        {
            var started = options.Clock.GetTimestamp();
            var (query, body) = await ReadAsync(http.Request, cancel);
            var p = new Parameters(query.Concat(body));
            var method = p["method"] ?? "";
            log.Add(new SampleRequest(method, p.WithoutToken(), options.Clock.GetUtcNow()));
            var now = new FaultsNow(faults.Take(method, Reads(p, method)));
            var reply = TurnAway() ?? Spoil(now) ?? Answer(http, p, new Parameters(query), new Parameters(body), now);
            await _cost.WaitAsync(started, p.Array("urls")?.Count ?? 1, reply.Body.Length, now.Delay, cancel);
            await SendAsync(http, reply, now, cancel);
        }
        finally
        {
            _places?.Release();
        }
    }

    /// <summary>A bulk request is a report when one of its items is.</summary>
    private bool Reads(Parameters p, string method) => dispatcher.IsReport(method)
        || (method == "API.getBulkRequest" && (p.Array("urls") ?? []).Any(u => new Parameters(Parameters.Parse(u))["method"] is { } item && dispatcher.IsReport(item)));

    private static async Task<(List<KeyValuePair<string, string>> Query, List<KeyValuePair<string, string>> Body)> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        List<KeyValuePair<string, string>> query = [.. Parameters.Parse(request.QueryString.Value ?? "")];
        if (!HttpMethods.IsPost(request.Method) || request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            return (query, []);
        }

        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        return (query, [.. Parameters.Parse(await reader.ReadToEndAsync(cancel))]);
    }

    private Reply? TurnAway() => _limit.Take() is { } seconds ? Bare(429, seconds) : null;

    private static Reply Bare(int status, int? retryAfter) =>
        new(status, Reply.Html, $"<html><head><title>{status}</title></head><body>{status}</body></html>") { RetryAfter = retryAfter };

    private static Reply? Spoil(FaultsNow now) =>
        now.Of(SampleFaultKind.Status) is { } status ? Bare(status.Number, status.RetryAfter)
        : now.Of(SampleFaultKind.HtmlLogin) is not null ? new Reply(200, Reply.Html, Pages.Login)
        : now.Of(SampleFaultKind.HtmlMaintenance) is not null ? new Reply(503, Reply.Html, Pages.Maintenance)
        : now.Of(SampleFaultKind.HtmlFirewall) is not null ? new Reply(403, Reply.Html, Pages.Firewall)
        : now.Of(SampleFaultKind.Empty) is not null ? new Reply(200, Reply.Html, "")
        : null;

    private Reply Answer(HttpContext http, Parameters p, Parameters query, Parameters body, FaultsNow now)
    {
        if (p["module"] != "API")
        {
            return new Reply(p["module"] is null ? 200 : 403, Reply.Html, Pages.Login);
        }

        // What fails before the API starts looks for the format in the query string alone.
        var format = p["format"]?.ToLowerInvariant() ?? "xml";
        try
        {
            var user = access.Authenticate(query["token_auth"], body["token_auth"], http.Connection.RemoteIpAddress ?? IPAddress.Loopback);
            var key = _kept?.KeyOf(p, user, now);
            if (_kept?.Find(key) is { } kept)
            {
                return kept;
            }

            var reply = Render(dispatcher.Call(p, user, now), format, now);
            _kept?.Add(key, reply);
            return reply;
        }
        catch (ApiException error)
        {
            if (_version.IsFour && error.Status is 400 or 401)
            {
                return Failed(new ApiException(200, error.Message), format);
            }

            return error.BeforeDispatch && query["format"] is null ? new Reply(error.Status, Reply.Html, Pages.Error(error.Message)) : Failed(error, format);
        }
    }

    private Reply Render(object? answer, string format, FaultsNow now)
    {
        if (now.Of(SampleFaultKind.Memory) is { } memory && Rows(answer) > memory.Number)
        {
            return new Reply(500, Reply.Html, "Fatal error: Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in /var/www/html/core/DataTable.php on line 1091");
        }

        return format == "json" || (format == "json2" && _version.IsFour)
            ? new Reply(200, Reply.Json, (now.Of(SampleFaultKind.Warning) is null ? "" : PhpNotice) + Php.Json(Dispatcher.Plain(answer)))
            : new Reply(200, Reply.Plain, $"Error: Renderer format '{format}' not valid. Try any of the following instead: json.");
    }

    private const string PhpNotice = "<br />\n<b>Notice</b>:  Undefined index: label [in cache] in <b>/var/www/html/core/DataTable/Row.php</b> on line <b>412</b><br />\n";

    private static Reply Failed(ApiException error, string format) => format switch
    {
        "json" or "json2" => new Reply(error.Status, Reply.Json, Php.Json(Dispatcher.Error(error.Message))),
        "csv" or "tsv" => new Reply(error.Status, Reply.Plain, $"Error: {error.Message}"),
        "html" => new Reply(error.Status, Reply.Plain, error.Message),
        _ => new Reply(error.Status, "text/xml; charset=utf-8", $"<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<result>\n\t<error message=\"{Php.Html(error.Message)}\" />\n</result>"),
    };

    private static int Rows(object? answer) => answer switch
    {
        Obj o => o.Members.Sum(m => m.Value is IEnumerable and not string or Obj ? Rows(m.Value) : 0),
        IEnumerable list and not string => list.Cast<object?>().Sum(i => i is Obj row ? 1 + Rows(row) : Rows(i)),
        _ => 0,
    };

    private static async Task SendAsync(HttpContext http, Reply reply, FaultsNow now, CancellationToken cancel)
    {
        http.Response.StatusCode = reply.Status;
        http.Response.ContentType = reply.ContentType;
        if (reply.RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        http.Response.ContentLength = reply.Body.Length;
        if (now.Of(SampleFaultKind.Cut) is not null)
        {
            await http.Response.Body.WriteAsync(reply.Body[..(reply.Body.Length / 2)], cancel);
            await http.Response.Body.FlushAsync(cancel);
            http.Abort();
            return;
        }

        await http.Response.Body.WriteAsync(reply.Body, cancel);
    }
}
