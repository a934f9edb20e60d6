using System.Text.Json;

namespace Tributary.Tests.EveryReport;

/// <summary>
/// Transitions: a row an item of each list, or of one list and the others as they are, the numbers of the page beside each. The date is the partition's, in words.
/// </summary>
internal static class PlainTransitions
{
    public static readonly string[] Lists = ["previousPages", "followingPages", "previousSiteSearches", "followingSiteSearches", "outlinks", "downloads", "referrers"];

    public static List<PlainRow> Rows(PlainPart part, JsonElement answer, string? flatten)
    {
        var page = PlainRow.Of(part);
        Write(page, "page_metrics_", answer.GetProperty("pageMetrics"));
        if (flatten is null)
        {
            return [.. Lists.Where(l => answer.TryGetProperty(l, out _)).SelectMany(list => answer.GetProperty(list).EnumerateArray().Select(item =>
            {
                var row = page.Copy();
                row["direction"] = PlainRow.Snake(list);
                Write(row, "", item);
                return row;
            }))];
        }

        var chosen = flatten == "details" ? "referrers" : flatten;
        foreach (var list in Lists.Where(l => l != chosen && answer.TryGetProperty(l, out _)))
        {
            page[PlainRow.Snake(list)] = PlainRow.Value(answer.GetProperty(list));
        }

        var rows = Items(page, answer.GetProperty(chosen), "");
        return flatten == "details"
            ? [.. rows.SelectMany(r =>
            {
                var referrer = r.Copy();
                referrer["details"] = null;
                return r.Cells.TryGetValue("details", out var details) ? Items(referrer, (JsonElement)details, "details_") : [referrer];
            })]
            : rows;
    }

    private static List<PlainRow> Items(PlainRow parent, JsonElement items, string prefix)
    {
        var rows = items.EnumerateArray().Select(item =>
        {
            var row = parent.Copy();
            Write(row, prefix, item);
            return row;
        }).ToList();
        return rows.Count > 0 ? rows : [parent];
    }

    private static void Write(PlainRow row, string prefix, JsonElement item)
    {
        foreach (var property in item.EnumerateObject())
        {
            row[prefix + PlainRow.Snake(property.Name)] = PlainRow.Value(property.Value);
        }
    }
}
