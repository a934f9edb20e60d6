using System.Text.Json;
using Tributary.Matomo.Catalog;

namespace Tributary.Tests.EveryReport;

/// <summary>From a row as Matomo sends it to the row a table must have.</summary>
internal sealed class PlainRows(ReportDefinition report, PlainChoice choice)
{
    private static readonly string[] LeftOut = ["logo", "logoWidth", "logoHeight", "idsubdatatable"];

    private static readonly string[] NoColumn = ["label", "is_summary", "goals", "subtable"];

    // It stands on every row of a report that can have money.
    private readonly bool _hasMoney = report.Columns.Concat(report.GoalColumns).Concat(report.Metadata).Any(c => c.Type == ReportColumnType.Money);

    /// <summary>Whether all levels are of one dimension: folders and pages, hosts and addresses.</summary>
    public bool IsTree { get; } = report.Dimensions.Count > 0 && report.Dimensions[0].Recursive;

    /// <summary>The column of the level a plain table has; null where the report names none.</summary>
    public string? OneLevel => IsTree || (report.Dimensions.Count == 0 && report.SubtableMethod is not null) ? "level_1" : LevelColumn(0);

    /// <summary>The column of a level of different dimensions.</summary>
    public string? LevelColumn(int level) => report.Dimensions.Count > level ? DimensionColumn(report.Dimensions[level].Id) : null;

    /// <summary>A row of a table.</summary>
    public PlainRow Row(PlainPart part, JsonElement json, bool isOthers, string? label)
    {
        var row = PlainRow.Of(part, json);
        row["is_others"] = isOthers;
        row["label"] = label;
        row["currency"] = _hasMoney ? part.Site.Currency : null;
        foreach (var property in json.EnumerateObject())
        {
            if (NoColumn.Contains(property.Name) || LeftOut.Contains(property.Name) || report.Columns.Concat(report.Metadata).Any(c => c.LeftOut && c.Name == property.Name))
            {
                continue;
            }

            row[ColumnOf(property.Name, property.Value.ValueKind)] = isOthers && IsUnique(report.Columns, property.Name) ? null : PlainRow.Value(property.Value);
        }

        if (choice.Flatten != "goals")
        {
            foreach (var (key, goal) in GoalsOf(json).Where(g => choice.Goal is null || g.Key == $"idgoal={choice.Goal}"))
            {
                WriteGoal(row, GoalPrefix(key), goal, isOthers);
            }
        }

        return row;
    }

    /// <summary>A row for each goal; one without any where there is none.</summary>
    public IEnumerable<PlainRow> ByGoal(PlainRow row)
    {
        var number = 0;
        foreach (var (key, goal) in GoalsOf(row.Source))
        {
            var copy = row.Copy();
            copy["goal_number"] = new PlainNumber($"{++number}");
            copy["goal"] = key["idgoal=".Length..];
            WriteGoal(copy, "goal_", goal, row["is_others"] is true);
            yield return copy;
        }

        if (number == 0)
        {
            yield return row;
        }
    }

    /// <summary>Lists come as an array, or keyed by id where all rows are asked for (5.2).</summary>
    public static List<JsonElement> List(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Array ? [.. answer.EnumerateArray()] : [.. answer.EnumerateObject().Select(p => p.Value)];

    /// <summary>Whether flat marks the row as a summary row.</summary>
    public static bool IsSummary(JsonElement row) => row.TryGetProperty("is_summary", out var summary) && summary.ValueKind == JsonValueKind.True;

    /// <summary>Without flat nothing marks the summary row: it is the last, is called Others in English, and has neither children nor the condition or address that others have.</summary>
    public static bool IsLastOthers(List<JsonElement> rows, int i) => MayBeOthers(rows, i) && rows.Any(HasOrigin);

    /// <summary>The same, in a tree where no page and no host can be called so.</summary>
    public static bool MayBeOthers(List<JsonElement> rows, int i) =>
        i == rows.Count - 1 && Text(rows[i], "label") == "Others" && !HasOrigin(rows[i]) && !rows[i].TryGetProperty("idsubdatatable", out _);

    /// <summary>A text or number of a row.</summary>
    public static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() : null;

    private static bool HasOrigin(JsonElement row) =>
        row.TryGetProperty("segment", out _) || row.TryGetProperty("idsubdatatable", out _) || (row.TryGetProperty("url", out var url) && url.ValueKind == JsonValueKind.String);

    private void WriteGoal(PlainRow row, string prefix, JsonElement goal, bool isOthers)
    {
        foreach (var value in goal.EnumerateObject())
        {
            row[prefix + PlainRow.Snake(value.Name)] = isOthers && IsUnique(report.GoalColumns, value.Name) ? null : PlainRow.Value(value.Value);
        }
    }

    private static IEnumerable<(string Key, JsonElement Goal)> GoalsOf(JsonElement row) =>
        row.TryGetProperty("goals", out var goals) && goals.ValueKind == JsonValueKind.Object ? goals.EnumerateObject().Select(g => (g.Name, g.Value)) : [];

    /// <summary>
    /// A dimension entry's column is named after the part behind the module. The condition of a row must not be taken for the segment of the DataSet,
    /// nor the code or number of a dimension for the dimension.
    /// </summary>
    private string ColumnOf(string name, JsonValueKind kind) => name switch
    {
        "segment" => "segment_filter",
        "code" => report.Method == "UserCountry.getContinent" ? "continent_code" : "country_code",
        _ when IsDimension(name) => DimensionColumn(name),
        _ when report.Dimensions.Any(d => DimensionColumn(d.Id) == PlainRow.Snake(name)) => PlainRow.Snake(name) + (kind == JsonValueKind.Number ? "_id" : "_code"),
        _ => PlainRow.Snake(name),
    };

    private static string DimensionColumn(string id) => PlainRow.Snake(id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..]);

    private static bool IsDimension(string name) => name.Split('_') is [{ Length: > 0 } module, { Length: > 0 } dimension] && char.IsUpper(module[0]) && char.IsUpper(dimension[0]);

    private static string GoalPrefix(string key) => key switch
    {
        "idgoal=ecommerceOrder" => "order_",
        "idgoal=ecommerceAbandonedCart" => "abandoned_cart_",
        _ => $"goal_{key["idgoal=".Length..]}_",
    };

    private static bool IsUnique(IReadOnlyList<ReportColumn> columns, string name) => columns.Any(c => c.Name == name && c.Type == ReportColumnType.UniqueCount);
}
