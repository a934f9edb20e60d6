using System.Globalization;
using System.Text;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

/// <summary>A loopback server that answers lists and one report a day, with a say in every answer: what a run meets, without a log of visits behind it.</summary>
internal sealed class PretendMatomo : IAsyncDisposable
{
    private readonly ScriptedServer _server = ScriptedServer.Start();
    private Func<ScriptedRequest, ScriptedReply?>? _report;

    public PretendMatomo() => _server.Always(Answer);

    public Uri Address => _server.Address;

    /// <summary>Everything that was asked.</summary>
    public IReadOnlyList<ScriptedRequest> Requests => _server.Requests;

    /// <summary>Requests for reports, lists left out.</summary>
    public IEnumerable<ScriptedRequest> Reports => _server.Requests.Where(r => !IsList(r.Method));

    /// <summary>The sites; id, name, zone, currency.</summary>
    public string Sites { get; set; } = """[{"idsite":1,"name":"Shop 日本","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}]""";

    /// <summary>Visits by day; a day that is not here has no rows.</summary>
    public Dictionary<string, int> Visits { get; } = [];

    /// <summary>Answers a request for a report instead; null leaves it to <see cref="Visits"/>. The summary, which knows only of <see cref="Visits"/>, is refused from then on.</summary>
    public Func<ScriptedRequest, ScriptedReply?> Report
    {
        get => _report ?? (_ => null);
        set => _report = value;
    }

    /// <summary>Answers any request instead.</summary>
    public Func<ScriptedRequest, ScriptedReply?> Anything { get; set; } = _ => null;

    /// <summary>The days a request asks for.</summary>
    public static IEnumerable<string> DaysOf(ScriptedRequest request)
    {
        var ends = request.Query["date"].Split(',').Select(d => DateOnly.ParseExact(d, "yyyy-MM-dd", CultureInfo.InvariantCulture)).ToArray();
        for (var day = ends[0]; day <= ends[^1]; day = day.AddDays(1))
        {
            yield return day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static bool IsList(string method) => method.Split('.')[0] is "SitesManager" or "API" or "SegmentEditor" || method is "Goals.getGoals" or "VisitsSummary.get" or "Live.getLastVisitsDetails";

    /// <summary>Items of a bulk request are answered one by one, as requests of their own.</summary>
    private ScriptedReply Bulk(ScriptedRequest request) => ScriptedReply.Json(
        "[" + string.Join(',', Enumerable.Range(0, request.Form.Count(f => f.Key.StartsWith("urls[", StringComparison.Ordinal)))
            .Select(i => Encoding.UTF8.GetString(Answer(new ScriptedRequest("POST", $"/index.php?{request.Form[$"urls[{i}]"]}", request.Headers, "")).Body.Span))) + "]");

    private static ScriptedReply Summary(ScriptedRequest request, Func<string, int> visits)
    {
        string Row(string day) => $$"""{"nb_visits":{{visits(day)}},"nb_actions":{{visits(day)}}}""";
        var days = DaysOf(request).ToList();
        return ScriptedReply.Json(request.Query["date"].Contains(',', StringComparison.Ordinal)
            ? "{" + string.Join(',', days.Select(d => $"\"{d}\":{Row(d)}")) + "}"
            : Row(days[0]));
    }

    private ScriptedReply Answer(ScriptedRequest request)
    {
        if (Anything(request) is { } other)
        {
            return other;
        }

        return request.Method switch
        {
            "API.getMatomoVersion" => ScriptedReply.Json("""{"value":"5.2.0"}"""),
            "API.isPluginActivated" => ScriptedReply.Json("""{"value":true}"""),
            "API.getReportMetadata" => ScriptedReply.Json("[]"),
            "API.getBulkRequest" => Bulk(request),
            "Goals.getGoals" or "SegmentEditor.getAll" or "Live.getLastVisitsDetails" => ScriptedReply.Json("[]"),
            "VisitsSummary.get" when _report is not null => ScriptedReply.Error("The summary is not to be had here."),
            "VisitsSummary.get" => Summary(request, day => Visits.TryGetValue(day, out var visits) ? (2 * visits) + 1 : 0),
            "VisitsSummary.getVisits" => ScriptedReply.Json("""{"value":0}"""),
            _ when request.Method.StartsWith("SitesManager.", StringComparison.Ordinal) => ScriptedReply.Json(Sites),
            _ => Report(request) ?? Countries(request),
        };
    }

    private ScriptedReply Countries(ScriptedRequest request)
    {
        string Table(string day) => Visits.TryGetValue(day, out var visits)
            ? $$"""[{"label":"Japan","nb_visits":{{visits}},"code":"jp","segment":"countryCode==jp"},{"label":"=1+1","nb_visits":"{{visits + 1}}","code":"zz","segment":"countryCode==zz"}]"""
            : "[]";
        var days = DaysOf(request).ToList();
        if (!request.Query["date"].Contains(',', StringComparison.Ordinal))
        {
            return ScriptedReply.Json(Table(days[0]));
        }

        var map = new StringBuilder("{");
        map.AppendJoin(',', days.Select(d => $"\"{d}\":{Table(d)}"));
        return ScriptedReply.Json(map.Append('}').ToString());
    }
}
