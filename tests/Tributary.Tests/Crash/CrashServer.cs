using System.Globalization;
using System.Text;
using Tributary.Testing;

namespace Tributary.Tests.Crash;

/// <summary>A Matomo of three sites and a report of four days, whose numbers change with <see cref="Generation"/>, and which can stop in the middle of an answer.</summary>
internal sealed class CrashServer : IAsyncDisposable
{
    public const string FirstDay = "2026-11-01";
    public const string LastDay = "2026-11-04";

    private const int Labels = 150;

    private readonly ScriptedServer _server = ScriptedServer.Start();
    private int _asked;

    public CrashServer() => _server.Always(Answer);

    public Uri Address => _server.Address;

    /// <summary>1 or 2: the numbers, and in 1 a label more.</summary>
    public int Generation { get; set; } = 1;

    /// <summary>Where to stop, and at which answer; null goes on.</summary>
    public (CrashPoint Point, int Number)? Stop { get; set; }

    /// <summary>Completed when it has stopped.</summary>
    public TaskCompletionSource Stopped { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Told of reading and staging, when the answers are slow.</summary>
    public Action<CrashPoint>? Reached { get; set; }

    public static IEnumerable<DateOnly> Days => Enumerable.Range(0, 4).Select(i => new DateOnly(2026, 11, 1).AddDays(i));

    /// <summary>The rows of a site in a generation: day, label, visits.</summary>
    public static IEnumerable<(DateOnly Day, string Label, long Visits)> Rows(int site, int generation) =>
        from day in Days
        from i in Enumerable.Range(generation == 1 ? 0 : 1, Labels)
        select (day, $"page {i}", (generation * 1_000_000L) + (site * 10_000) + (day.Day * 1_000) + i);

    public void Begin()
    {
        _asked = 0;
        Stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private ScriptedReply Answer(ScriptedRequest request) => request.Method switch
    {
        "API.getMatomoVersion" => ScriptedReply.Json("""{"value":"5.2.0"}"""),
        "API.getReportMetadata" or "Goals.getGoals" => ScriptedReply.Json("[]"),
        "API.getBulkRequest" => ScriptedReply.Json("[" + string.Join(',', request.Form.Where(f => f.Key.StartsWith("urls[", StringComparison.Ordinal)).Select(f => f.Value.Contains("isPluginActivated", StringComparison.Ordinal) ? """{"value":true}""" : "[]")) + "]"),
        _ when request.Method.StartsWith("SitesManager.", StringComparison.Ordinal) => ScriptedReply.Json(
            "[" + string.Join(',', new[] { 1, 2, 3 }.Select(s => $$"""{"idsite":{{s}},"name":"Site {{s}}","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}""")) + "]"),
        _ => Report(request),
    };

    private ScriptedReply Report(ScriptedRequest request)
    {
        var site = int.Parse(request.Query["idSite"], CultureInfo.InvariantCulture);
        var asked = request.Query["date"].Split(',').Select(d => DateOnly.ParseExact(d, "yyyy-MM-dd", CultureInfo.InvariantCulture)).ToArray();
        var days = Rows(site, Generation).Where(r => r.Day >= asked[0] && r.Day <= asked[^1]).GroupBy(r => r.Day)
            .Select(d => (d.Key, Table: "[" + string.Join(',', d.Select(r => $$"""{"label":"{{r.Label}}","nb_visits":{{r.Visits}}}""")) + "]")).ToList();
        var body = Encoding.UTF8.GetBytes(asked.Length == 1 ? days[0].Table : "{" + string.Join(',', days.Select(d => $"\"{d.Key:yyyy-MM-dd}\":{d.Table}")) + "}");
        var number = Interlocked.Increment(ref _asked);
        return new ScriptedReply { Body = body, Write = (stream, cancel) => WriteAsync(stream, body, number, cancel) };
    }

    private async Task WriteAsync(Stream stream, byte[] body, int number, CancellationToken cancellationToken)
    {
        await ReachAsync(CrashPoint.Reading, number, cancellationToken);
        await stream.WriteAsync(body.AsMemory(0, body.Length / 2), cancellationToken);
        await stream.FlushAsync(cancellationToken);
        await ReachAsync(CrashPoint.Staging, number, cancellationToken);
        await stream.WriteAsync(body.AsMemory(body.Length / 2), cancellationToken);
    }

    private async Task ReachAsync(CrashPoint point, int number, CancellationToken cancellationToken)
    {
        Reached?.Invoke(point);
        if (Stop == (point, number))
        {
            Stopped.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        if (Reached is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System, cancellationToken);
        }
    }
}
