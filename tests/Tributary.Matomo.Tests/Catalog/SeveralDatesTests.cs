using System.Text.Json.Nodes;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Catalog;

public class SeveralDatesTests
{
    // Recorded with another token, which sees fewer sites.
    private const string OtherToken = "5.2/MultiSites/getAll.view";

    [Fact]
    public void A_period_inside_a_span_is_answered_as_the_period_alone_where_the_catalog_says_so()
    {
        var (equal, different) = Compare(r => r.SeveralDatesWork);

        Assert.True(equal.Count > 200, $"{equal.Count} pairs");
        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    [Theory]
    [InlineData("Referrers.get")] // its shares are of the visits of the whole span
    [InlineData("DevicesDetection.getType")] // rows of 0 visits are there only when a period is asked for alone
    public void A_report_that_answers_spans_otherwise_is_marked(string method)
    {
        Assert.False(BuiltInCatalog.Find(method)!.SeveralDatesWork);
        Assert.NotEmpty(Compare(r => r.Method == method).Different);
    }

    private static (List<string> Equal, List<string> Different) Compare(Func<ReportDefinition, bool> wanted)
    {
        List<string> equal = [], different = [];
        foreach (var question in Recordings.All
            .Where(r => RecordedRows.IsPlain(r) && r.Id != OtherToken && !r.Parameters.ContainsKey("idSubtable") && BuiltInCatalog.Find(r.Method) is { } report && wanted(report))
            .GroupBy(Question))
        {
            var report = BuiltInCatalog.Find(question.First().Method)!;
            var answers = question.Select(r => (Recording: r, Json: Parse(r))).ToArray();
            foreach (var (span, map) in answers.Where(a => a.Json is JsonObject))
            {
                foreach (var (single, alone) in answers)
                {
                    if (alone is not null && Key(single) is { } key && map![key] is { } piece)
                    {
                        (Same(report, alone, piece) ? equal : different).Add($"{span.Id} {single.Name}");
                    }
                }
            }
        }

        return (equal, different);
    }

    private static JsonNode? Parse(Recording recording)
    {
        using var document = RecordedRows.Parse(recording);
        return document is null ? null : JsonNode.Parse(document.RootElement.GetRawText());
    }

    private static string Question(Recording recording) =>
        string.Join('&', recording.Parameters.Where(p => p.Key != "date").OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}").Prepend(recording.Version));

    private static string? Key(Recording single) =>
        single.Parameters.GetValueOrDefault("date") is { Length: 10 } date && date[4] == '-'
            ? single.Parameters.GetValueOrDefault("period") switch { "day" => date, "month" => date[..7], "year" => date[..4], _ => null }
            : null;

    private static bool Same(ReportDefinition report, JsonNode alone, JsonNode piece)
    {
        // Inside a map a scalar is bare, and a row without data is [] where alone it is zeros.
        if (report.Shape == ReplyShape.Scalar && alone is JsonObject { Count: 1 } scalar && scalar["value"] is { } value)
        {
            return JsonNode.DeepEquals(value, piece);
        }

        return (report.ZerosWhenNoData && piece is JsonArray { Count: 0 } && alone is JsonObject)
            || JsonNode.DeepEquals(WithoutSubtableIds(alone), WithoutSubtableIds(piece));
    }

    // A subtable id belongs to one archive.
    private static JsonNode WithoutSubtableIds(JsonNode json)
    {
        var copy = json.DeepClone();
        foreach (var row in copy is JsonArray rows ? rows.OfType<JsonObject>() : [])
        {
            row.Remove("idsubdatatable");
        }

        return copy;
    }
}
