using System.Text.Json;

namespace Tributary.Tests.EveryReport;

/// <summary>Transitions: a row an item of each list, the numbers of the page beside each. The date is the partition's, in words.</summary>
internal static class PlainTransitions
{
    private static readonly string[] Lists = ["previousPages", "followingPages", "previousSiteSearches", "followingSiteSearches", "outlinks", "downloads", "referrers"];

    public static List<PlainRow> Rows(PlainPart part, JsonElement answer)
    {
        var rows = new List<PlainRow>();
        foreach (var list in Lists.Where(l => answer.TryGetProperty(l, out _)))
        {
            foreach (var item in answer.GetProperty(list).EnumerateArray())
            {
                var row = PlainRow.Of(part);
                row["direction"] = PlainRow.Snake(list);
                foreach (var metric in answer.GetProperty("pageMetrics").EnumerateObject())
                {
                    row["page_metrics_" + PlainRow.Snake(metric.Name)] = PlainRow.Value(metric.Value);
                }

                foreach (var property in item.EnumerateObject())
                {
                    row[PlainRow.Snake(property.Name)] = PlainRow.Value(property.Value);
                }

                rows.Add(row);
            }
        }

        return rows;
    }
}
