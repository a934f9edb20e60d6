using System.Text.Json;
using Tributary.Matomo.Catalog;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Catalog;

public class SeveralDatesTests
{
    private const string Day = "2026-10-14";

    [Fact]
    public void A_day_inside_a_span_is_answered_as_the_day_alone_where_the_catalog_says_so()
    {
        var compared = 0;
        SortedSet<string> different = new(StringComparer.Ordinal);
        foreach (var span in Recordings.All.Where(r => r.Name.EndsWith(".days", StringComparison.Ordinal) && RecordedRows.IsPlain(r)))
        {
            var id = span.Id[..^"days".Length] + "day";
            var single = Recordings.All.FirstOrDefault(r => r.Id == id);
            if (single is null || BuiltInCatalog.Find(span.Method) is not { SeveralDatesWork: true } || !SameQuestion(single, span)
                || RecordedRows.Parse(span) is not { } spans || RecordedRows.Parse(single) is not { } alone)
            {
                continue;
            }

            using (spans)
            using (alone)
            {
                if (spans.RootElement.TryGetProperty(Day, out var piece))
                {
                    compared++;
                    if (!JsonElement.DeepEquals(Value(alone.RootElement), Value(piece)))
                    {
                        different.Add(span.Id);
                    }
                }
            }
        }

        Assert.True(compared > 20, $"{compared} pairs");
        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    private static bool SameQuestion(Recording single, Recording span) =>
        single.Parameters.GetValueOrDefault("date") == Day
        && single.Parameters.Where(p => p.Key != "date").OrderBy(p => p.Key).SequenceEqual(span.Parameters.Where(p => p.Key != "date").OrderBy(p => p.Key));

    // A scalar is an object with "value" alone and bare inside a map; subtable ids belong to one archive and are compared by nobody.
    private static JsonElement Value(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("value", out var value) && json.EnumerateObject().Count() == 1 ? value : json;
}
