using System.Text.Json;
using System.Text.RegularExpressions;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Catalog;

/// <summary>The rows of recorded answers that hold data, whatever the answer is keyed by.</summary>
internal static partial class RecordedRows
{
    // What makes an answer another table: calculated and goal columns on request, pivots, raw and translated column names.
    private static readonly string[] OtherTables =
        ["filter_add_columns_when_show_all_columns", "filter_update_columns_when_show_all_goals", "showAllGoalSpecificMetrics", "pivotBy", "disable_queued_filters", "translateColumnNames", "compareDates[]", "compareSegments[]"];

    public static IEnumerable<(Recording Recording, JsonElement Row)> Of(Func<Recording, bool> wanted)
    {
        foreach (var recording in Recordings.All.Where(r => r.Method.Length > 0 && IsPlain(r) && wanted(r)))
        {
            if (Parse(recording) is not { } document)
            {
                continue;
            }

            using (document)
            {
                foreach (var row in Rows(document.RootElement))
                {
                    yield return (recording, row);
                }
            }
        }
    }

    /// <summary>The rows inside a row's subtables, and the row.</summary>
    public static IEnumerable<JsonElement> WithSubtables(JsonElement row) =>
        row.TryGetProperty("subtable", out var subtable) && subtable.ValueKind == JsonValueKind.Array
            ? subtable.EnumerateArray().SelectMany(WithSubtables).Prepend(row)
            : [row];

    public static IEnumerable<JsonElement> Rows(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.Object),
        JsonValueKind.Object when IsKeyed(json) => json.EnumerateObject().SelectMany(p => Rows(p.Value)),
        JsonValueKind.Object => [json],
        _ => [],
    };

    public static bool IsPlain(Recording recording) =>
        recording.Status == 200
        && recording.Parameters.GetValueOrDefault("format", "").Equals("json", StringComparison.OrdinalIgnoreCase)
        && !OtherTables.Any(recording.Parameters.ContainsKey);

    public static JsonDocument? Parse(Recording recording)
    {
        try
        {
            var document = JsonDocument.Parse(recording.Body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("result", out _) ? null : document;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsKeyed(JsonElement json) =>
        json.EnumerateObject().Any() && json.EnumerateObject().All(p => Key().IsMatch(p.Name));

    [GeneratedRegex("^([0-9]+|[0-9]{4}(-[0-9]{2}){0,2}(,[0-9]{4}-[0-9]{2}-[0-9]{2})?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Key();
}
