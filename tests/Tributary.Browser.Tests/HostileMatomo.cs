using System.Globalization;
using System.Text.Json;
using Tributary.Testing;

namespace Tributary.Browser.Tests;

/// <summary>A Matomo whose site names and labels try to run as markup, script or formula, turn the direction of the text, or are very long.</summary>
public sealed class HostileMatomo : IAsyncDisposable
{
    /// <summary>A site's name.</summary>
    public const string SiteName = "<img src=x onerror=\"alert('site')\"><b>Shop</b>";

    /// <summary>What the server says when asked for keywords.</summary>
    public const string Refusal = "<script>alert('error')</script><b>No</b> \u202Ekeywords";

    /// <summary>A report it announces, and what that is a report of.</summary>
    public const string ReportName = "<i>Evil</i> <img src=x onerror=alert('report')>";

    /// <summary>A stored segment's name.</summary>
    public const string SegmentName = "\"><svg onload=alert('segment')>";

    /// <summary>A goal's name.</summary>
    public const string GoalName = "<iframe src=javascript:alert('goal')></iframe>";

    /// <summary>Labels; each stands once a day.</summary>
    public static IReadOnlyList<string> Labels { get; } =
    [
        "<script>alert('label')</script>",
        "\"><img src=x onerror=alert(1)>",
        "=HYPERLINK(\"http://evil.example\",\"Click\")",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "javascript:alert(1)",
        "\u202Eevil\u202D \u2066isolated",
        "{{constructor.constructor('alert(1)')()}} @(1+1) ${7*7}",
        "line one\nline two",
        new string('x', 10_000),
    ];

    private readonly ScriptedServer _server = ScriptedServer.Start();

    public HostileMatomo() => _server.Always(Answer);

    public Uri Address => _server.Address;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static ScriptedReply Answer(ScriptedRequest request) => request.Method switch
    {
        "API.getMatomoVersion" => ScriptedReply.Json("""{"value":"5.2.0"}"""),
        "API.isPluginActivated" => ScriptedReply.Json("""{"value":true}"""),
        "Live.getLastVisitsDetails" => ScriptedReply.Json("[]"),
        "API.getReportMetadata" => ScriptedReply.Json(
            $$"""[{"category":{{Text(ReportName)}},"subcategory":"{{"<b>"}}","name":{{Text(ReportName)}},"module":"Evil","action":"getThings","dimension":{{Text(ReportName)}},"documentation":{{Text(ReportName)}},"metrics":{"nb_visits":{{Text(ReportName)}}},"metricsDocumentation":{"nb_visits":{{Text(ReportName)}}},"uniqueId":"Evil_getThings"}]"""),
        "SegmentEditor.getAll" => ScriptedReply.Json(
            $$"""[{"idsegment":1,"name":{{Text(SegmentName)}},"definition":"countryCode==zz","login":"admin","enable_all_users":1,"enable_only_idsite":0,"auto_archive":1,"ts_created":"2024-01-01 00:00:00","ts_last_edit":"2024-01-01 00:00:00","deleted":0}]"""),
        "Goals.getGoals" => ScriptedReply.Json($$"""[{"idsite":1,"idgoal":1,"name":{{Text(GoalName)}},"description":{{Text(GoalName)}},"match_attribute":"manually","allow_multiple":0,"revenue":3,"deleted":0,"event_value_as_revenue":0}]"""),
        "Referrers.getKeywords" => ScriptedReply.Error(Refusal),
        "API.getBulkRequest" => Bulk(request),
        "VisitsSummary.get" => ScriptedReply.Error("The summary is not to be had here."),
        _ when request.Method.StartsWith("SitesManager.", StringComparison.Ordinal) => ScriptedReply.Json(
            $$"""[{"idsite":1,"name":{{Text(SiteName)}},"timezone":"UTC","currency":"EUR","ts_created":"2020-01-01 00:00:00"}]"""),
        _ => Countries(request),
    };

    /// <summary>Items of a bulk request are answered one by one, as requests of their own.</summary>
    private static ScriptedReply Bulk(ScriptedRequest request) => ScriptedReply.Json(
        "[" + string.Join(',', Enumerable.Range(0, request.Form.Count(f => f.Key.StartsWith("urls[", StringComparison.Ordinal)))
            .Select(i => System.Text.Encoding.UTF8.GetString(Answer(new ScriptedRequest("POST", $"/index.php?{request.Form[$"urls[{i}]"]}", request.Headers, "")).Body.Span))) + "]");

    private static ScriptedReply Countries(ScriptedRequest request)
    {
        var ends = request.Query["date"].Split(',').Select(d => DateOnly.ParseExact(d, "yyyy-MM-dd", CultureInfo.InvariantCulture)).ToArray();
        if (ends.Length == 1)
        {
            return ScriptedReply.Json(Table());
        }

        var days = Enumerable.Range(0, ends[^1].DayNumber - ends[0].DayNumber + 1).Select(i => ends[0].AddDays(i).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return ScriptedReply.Json("{" + string.Join(',', days.Select(d => $"\"{d}\":{Table()}")) + "}");
    }

    private static string Text(string text) => JsonSerializer.Serialize(text);

    private static string Table() => JsonSerializer.Serialize(Labels.Select((label, i) => new Dictionary<string, object>
    {
        ["label"] = label,
        ["nb_visits"] = 100 - i,
        ["nb_uniq_visitors"] = 90 - i,
        ["code"] = "zz",
        ["segment"] = "countryCode==zz",
    }));
}
