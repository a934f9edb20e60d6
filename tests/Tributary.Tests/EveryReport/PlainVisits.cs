using System.Text.Json;

namespace Tributary.Tests.EveryReport;

/// <summary>The visits log: a row a visit, or a row an action.</summary>
internal sealed class PlainVisits(PlainServer server)
{
    private static readonly string[] Icons = ["countryFlag", "pluginsIcons", "icon", "iconSVG"];

    /// <summary>The rows of a site and period.</summary>
    /// <param name="part">The site and period.</param>
    /// <param name="byAction">Whether each action is a row.</param>
    public async Task<List<PlainRow>> RowsAsync(PlainPart part, bool byAction)
    {
        var zone = PlainZone.Of(part.Site.Zone);
        var answer = await server.AskAsync("Live.getLastVisitsDetails", part);
        var visits = answer.EnumerateArray().Where(v => PlainZone.DateOf(v, zone) is var day && day >= part.Start && day <= part.End);
        return byAction ? [.. visits.SelectMany(v => Actions(part, v, zone))] : [.. visits.Select(v => Visit(part, v))];
    }

    private static PlainRow Visit(PlainPart part, JsonElement visit)
    {
        var row = PlainRow.Of(part, visit);
        row["currency"] = part.Site.Currency;
        foreach (var property in visit.EnumerateObject().Where(p => !IsIcon(p.Name)))
        {
            // The site's name stands in a column of every table; what the visit says of it comes second.
            row[property.Name == "siteName" ? "site_name_2" : Name(property.Name)] = PlainRow.Value(property.Value);
        }

        return row;
    }

    private static IEnumerable<PlainRow> Actions(PlainPart part, JsonElement visit, TimeZoneInfo zone)
    {
        var parent = Visit(part, visit);
        parent["action_details"] = null;
        var number = 0;
        foreach (var action in visit.GetProperty("actionDetails").EnumerateArray())
        {
            var row = parent.Copy();
            row["action_number"] = new PlainNumber($"{++number}");
            foreach (var property in action.EnumerateObject().Where(p => !IsIcon(p.Name)))
            {
                row["action_" + Name(property.Name)] = property.Name switch
                {
                    "timestamp" => PlainZone.InstantOf(property.Value.GetInt64(), zone),

                    // Live numbers content items instead of naming them (5.2).
                    "type" when property.Value.ValueKind == JsonValueKind.Number => "content",
                    _ => PlainRow.Value(property.Value),
                };
            }

            yield return row;
        }

        if (number == 0)
        {
            yield return parent;
        }
    }

    // Custom dimensions keep the name Matomo gives them here: dimension3.
    private static string Name(string property) => property.StartsWith("dimension", StringComparison.Ordinal) ? property : PlainRow.Snake(property);

    private static bool IsIcon(string name) => Icons.Contains(name) || name.EndsWith("Icon", StringComparison.Ordinal);
}
