using System.Globalization;
using System.Text.Json;

namespace Tributary.Tests.EveryReport;

/// <summary>Click Path as the connector's description has it, from the raw visits.</summary>
internal sealed class PlainClickPath(PlainServer server)
{
    public async Task<List<PlainRow>> RowsAsync(string method, PlainPart part)
    {
        var answer = await server.AskAsync("Live.getLastVisitsDetails", part);
        var zone = PlainZone.Of(part.Site.Zone);
        var visits = answer.EnumerateArray().Where(v => PlainZone.DateOf(v, zone) is var day && day >= part.Start && day <= part.End).ToList();
        return method == "ClickPath.getSteps" ? [.. visits.SelectMany(v => Steps(part, v, zone))] : Paths(part, visits);
    }

    private static IEnumerable<PlainRow> Steps(PlainPart part, JsonElement visit, TimeZoneInfo zone)
    {
        var actions = visit.GetProperty("actionDetails").EnumerateArray().ToList();
        for (var i = 0; i < actions.Count; i++)
        {
            var row = PlainRow.Of(part);
            row["id_visit"] = PlainRow.Value(visit.GetProperty("idVisit"));
            row["visitor_id"] = PlainRow.Value(visit.GetProperty("visitorId"));
            row["step"] = new PlainNumber((i + 1).ToString(CultureInfo.InvariantCulture));
            row["kind"] = Kind(actions[i]);
            row["url"] = Text(actions[i], "url");
            row["title"] = Title(actions[i]);
            row["previous_url"] = i == 0 ? null : Text(actions[i - 1], "url");
            row["next_url"] = i == actions.Count - 1 ? null : Text(actions[i + 1], "url");
            row["is_entry"] = i == 0;
            row["is_exit"] = i == actions.Count - 1;
            row["seconds"] = actions[i].TryGetProperty("timeSpent", out var seconds) ? PlainRow.Value(seconds) : null;

            row["step_at"] = PlainZone.InstantOf(actions[i].GetProperty("timestamp").GetInt64(), zone);
            yield return row;
        }
    }

    private static List<PlainRow> Paths(PlainPart part, List<JsonElement> visits)
    {
        var rows = new List<PlainRow>();
        foreach (var path in visits.Where(v => Taken(v).Count > 0).GroupBy(v => string.Join(" → ", Taken(v)), StringComparer.Ordinal))
        {
            var steps = Taken(path.First());
            var row = PlainRow.Of(part);
            row["path"] = path.Key;
            for (var i = 0; i < steps.Count; i++)
            {
                row[$"step_{i + 1}"] = steps[i];
            }

            row["steps"] = new PlainNumber(steps.Count.ToString(CultureInfo.InvariantCulture));
            row["visits"] = new PlainNumber(path.Count().ToString(CultureInfo.InvariantCulture));
            row["conversions"] = new PlainNumber(path.Sum(v => v.GetProperty("actionDetails").EnumerateArray().Count(a => Kind(a) is "goal" or "ecommerceOrder")).ToString(CultureInfo.InvariantCulture));
            row["share"] = new PlainNumber(((double)path.Count() / visits.Count).ToString("R", CultureInfo.InvariantCulture));
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>A path leads over pages, searches, downloads and outlinks; what happens on a page is no step of it.</summary>
    private static List<string> Taken(JsonElement visit) =>
        [.. visit.GetProperty("actionDetails").EnumerateArray().Where(a => Kind(a) is "action" or "search" or "download" or "outlink")
            .Select(a => Kind(a) == "search" ? $"search: {Text(a, "siteSearchKeyword")}" : Text(a, "url")!).Take(5)];

    private static string Kind(JsonElement action) => Text(action, "type") is "13" ? "content" : Text(action, "type")!;

    private static string? Title(JsonElement action) => Kind(action) switch
    {
        "action" => Text(action, "pageTitle") is "" ? null : Text(action, "pageTitle") ?? Text(action, "title"),
        "search" => Text(action, "siteSearchKeyword"),
        "goal" => Text(action, "goalName"),
        "content" => Text(action, "contentName"),
        "event" => string.Join(" - ", new[] { "eventCategory", "eventAction", "eventName" }.Select(n => Text(action, n)).Where(t => t is not (null or ""))),
        _ => Text(action, "title"),
    };

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null } : null;
}
