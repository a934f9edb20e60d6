using System.Text.Json;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;

namespace Tributary.Tests.EveryReport;

/// <summary>What a table of a report must hold, read from Matomo in the plainest way: each site and period alone, each rule of the design a line here.</summary>
internal sealed class PlainReading(PlainServer server, ReportDefinition report)
{
    private static readonly string[] PathReports =
        ["Actions.getPageUrls", "Actions.getEntryPageUrls", "Actions.getExitPageUrls", "Actions.getOutlinks", "Actions.getDownloads"];

    private static readonly string[] LeftOut = ["logo", "logoWidth", "logoHeight", "idsubdatatable"];

    private static readonly string[] NoColumn = ["label", "is_summary", "goals", "subtable"];

    /// <summary>The rows; or, in <paramref name="refusals"/>, why Matomo gives none.</summary>
    public async Task<List<PlainRow>> RowsAsync(PlainPart part, bool top, long? subtable, IReadOnlyDictionary<string, string> parameters, List<string> refusals)
    {
        var own = parameters.Concat(report.FixedParameters).Select(p => (p.Key, p.Value)).ToList();
        if (subtable is { } id)
        {
            own.Add(("idSubtable", id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        // A number of a row belongs to the method that answers subtables, also where the row itself is of another report.
        var method = subtable is not null && report.SubtableMethod is { } below ? below : report.Method;
        var flat = report.Shape == ReplyShape.Table && (ReportCatalog.BuiltIn.Find(method) ?? report).FlatWorks && (!top || report.SubtableMethod is null || subtable is not null);
        if (flat)
        {
            own.Add(("flat", "1"));
        }

        var whole = !top && subtable is null;
        var expanded = whole && (report.Method is "Referrers.getReferrerType" or "Referrers.getCampaigns");
        if (expanded)
        {
            own.Add(("expanded", "1"));
        }

        var answer = await server.AskAsync(method, part, [.. own]);
        if (PlainServer.ErrorOf(answer) is { } error)
        {
            refusals.Add(error);
            return [];
        }

        if (report.Method.StartsWith("Transitions.", StringComparison.Ordinal))
        {
            return PlainTransitions.Rows(part, answer);
        }

        return report.Shape switch
        {
            ReplyShape.Scalar => [Scalar(part, answer)],
            ReplyShape.Row => answer.ValueKind == JsonValueKind.Object ? [Row(part, answer, isOthers: false, label: null)] : [],
            _ when expanded => [.. Expanded(part, List(answer))],
            _ when whole && report.Method.StartsWith("Contents.", StringComparison.Ordinal) => await ContentsAsync(part, List(answer)),
            _ when flat && whole && PathReports.Contains(report.Method) => Paths(part, List(answer), List(await server.AskAsync(method, part, ("expanded", "1")))),
            _ => [.. Table(part, List(answer), flat)],
        };
    }

    /// <summary>Lists come as an array, or keyed by id where all rows are asked for (5.2).</summary>
    private static List<JsonElement> List(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Array ? [.. answer.EnumerateArray()] : [.. answer.EnumerateObject().Select(p => p.Value)];

    private PlainRow Scalar(PlainPart part, JsonElement answer)
    {
        var row = PlainRow.Of(part);
        row[PlainRow.Snake(report.ValueMetric!)] = PlainRow.Value(answer.GetProperty("value"));
        return row;
    }

    private IEnumerable<PlainRow> Table(PlainPart part, List<JsonElement> rows, bool flat) =>
        rows.Select((row, i) => Row(part, row, flat ? IsSummary(row) : IsLastOthers(rows, i), Text(row, "label")));

    private IEnumerable<PlainRow> Expanded(PlainPart part, List<JsonElement> rows)
    {
        var (first, second) = report.Dimensions.Count > 0 ? ("referrer_type", "level_2") : ("level_1", "level_2");
        for (var i = 0; i < rows.Count; i++)
        {
            var name = Text(rows[i], "label")!;
            if (rows[i].TryGetProperty("subtable", out var subtable) && subtable.GetArrayLength() > 0)
            {
                var children = List(subtable);
                for (var j = 0; j < children.Count; j++)
                {
                    var child = Row(part, children[j], IsLastOthers(children, j), $"{name} - {Text(children[j], "label")}");
                    child[first] = name;
                    child[second] = Text(children[j], "label");
                    yield return child;
                }
            }
            else
            {
                var row = Row(part, rows[i], IsLastOthers(rows, i), name);
                row[first] = name;
                yield return row;
            }
        }
    }

    private async Task<List<PlainRow>> ContentsAsync(PlainPart part, List<JsonElement> parents)
    {
        var (first, second) = report.Method == "Contents.getContentNames" ? ("content_name", "content_piece") : ("content_piece", "content_name");
        var rows = new List<PlainRow>();
        for (var i = 0; i < parents.Count; i++)
        {
            var name = Text(parents[i], "label")!;
            if (!parents[i].TryGetProperty("idsubdatatable", out var id))
            {
                var row = Row(part, parents[i], IsLastOthers(parents, i), name);
                row[first] = name;
                rows.Add(row);
                continue;
            }

            var children = List(await server.AskAsync(report.SubtableMethod!, part, ("idSubtable", id.GetRawText())));
            for (var j = 0; j < children.Count; j++)
            {
                var row = Row(part, children[j], IsLastOthers(children, j), $"{name} - {Text(children[j], "label")}");
                row[first] = name;
                row[second] = Text(children[j], "label");
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <summary>The levels are those of Matomo's own tree: its leaf of the same path.</summary>
    private List<PlainRow> Paths(PlainPart part, List<JsonElement> flat, List<JsonElement> tree)
    {
        var leaves = new Dictionary<string, Queue<List<string>>>(StringComparer.Ordinal);
        void Walk(List<JsonElement> rows, List<string> above)
        {
            for (var i = 0; i < rows.Count; i++)
            {
                List<string> levels = [.. above, Text(rows[i], "label")!.Trim()];
                if (rows[i].TryGetProperty("subtable", out var below))
                {
                    Walk(List(below), levels);
                    continue;
                }

                var key = PathKey(string.Join("/", levels.Select(l => l.TrimStart('/'))), IsLastOthers(rows, i));
                (leaves.TryGetValue(key, out var same) ? same : leaves[key] = new Queue<List<string>>()).Enqueue(levels);
            }
        }

        Walk(tree, []);
        var result = new List<PlainRow>();
        foreach (var row in flat)
        {
            var isOthers = IsSummary(row);
            var label = Text(row, "label")!;
            var plain = Row(part, row, isOthers, label);
            var path = isOthers && label.EndsWith(" - Others", StringComparison.Ordinal) ? label[..^" - Others".Length].TrimEnd('/') + "/Others" : label;
            var levels = leaves.TryGetValue(PathKey(path, isOthers), out var found) && found.Count > 0 ? found.Dequeue() : ["no leaf of the tree has this path"];
            for (var i = 0; i < levels.Count; i++)
            {
                plain[$"level_{i + 1}"] = levels[i];
            }

            result.Add(plain);
        }

        return result;
    }

    private static string PathKey(string path, bool isOthers)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        if (path.EndsWith('/') || parts.Count == 0)
        {
            parts.Add("index");
        }

        return $"{isOthers} {string.Join('/', parts)}";
    }

    private PlainRow Row(PlainPart part, JsonElement json, bool isOthers, string? label)
    {
        var row = PlainRow.Of(part);
        row["is_others"] = isOthers;
        row["label"] = label;
        foreach (var property in json.EnumerateObject())
        {
            if (NoColumn.Contains(property.Name) || LeftOut.Contains(property.Name) || report.Columns.Concat(report.Metadata).Any(c => c.LeftOut && c.Name == property.Name))
            {
                continue;
            }

            row[ColumnOf(property.Name, property.Value.ValueKind)] = isOthers && IsUnique(report.Columns, property.Name) ? null : PlainRow.Value(property.Value);
        }

        if (json.TryGetProperty("goals", out var goals) && goals.ValueKind == JsonValueKind.Object)
        {
            foreach (var goal in goals.EnumerateObject())
            {
                foreach (var value in goal.Value.EnumerateObject())
                {
                    row[GoalPrefix(goal.Name) + PlainRow.Snake(value.Name)] = isOthers && IsUnique(report.GoalColumns, value.Name) ? null : PlainRow.Value(value.Value);
                }
            }
        }

        return row;
    }

    /// <summary>
    /// A dimension entry's column is named after the part behind the module. The condition of a row must not be taken for the segment of the DataSet,
    /// nor the code or number of a dimension for the dimension.
    /// </summary>
    private string ColumnOf(string name, JsonValueKind kind) => name switch
    {
        "segment" => "segment_filter",
        "code" => report.Method == "UserCountry.getContinent" ? "continent_code" : "country_code",
        _ when IsDimension(name) => PlainRow.Snake(name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..]),
        _ when report.Dimensions.Any(d => PlainRow.Snake(d.Id[(d.Id.IndexOf('_', StringComparison.Ordinal) + 1)..]) == PlainRow.Snake(name)) => PlainRow.Snake(name) + (kind == JsonValueKind.Number ? "_id" : "_code"),
        _ => PlainRow.Snake(name),
    };

    private static bool IsDimension(string name) => name.Split('_') is [{ Length: > 0 } module, { Length: > 0 } dimension] && char.IsUpper(module[0]) && char.IsUpper(dimension[0]);

    private static string GoalPrefix(string key) => key switch
    {
        "idgoal=ecommerceOrder" => "order_",
        "idgoal=ecommerceAbandonedCart" => "abandoned_cart_",
        _ => $"goal_{key["idgoal=".Length..]}_",
    };

    private static bool IsUnique(IReadOnlyList<ReportColumn> columns, string name) => columns.Any(c => c.Name == name && c.Type == ReportColumnType.UniqueCount);

    private static bool IsSummary(JsonElement row) => row.TryGetProperty("is_summary", out var summary) && summary.ValueKind == JsonValueKind.True;

    /// <summary>Without flat nothing marks the summary row: it is the last, is called Others in English, and has neither children nor the condition or address that others have.</summary>
    private static bool IsLastOthers(List<JsonElement> rows, int i) =>
        i == rows.Count - 1 && Text(rows[i], "label") == "Others" && !HasOrigin(rows[i]) && !rows[i].TryGetProperty("idsubdatatable", out _) && rows.Any(HasOrigin);

    private static bool HasOrigin(JsonElement row) => row.TryGetProperty("segment", out _) || (row.TryGetProperty("url", out var url) && url.ValueKind == JsonValueKind.String);

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() : null;
}
