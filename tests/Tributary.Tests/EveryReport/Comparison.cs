using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Model;

namespace Tributary.Tests.EveryReport;

/// <summary>A stored table against the rows it must hold, cell by cell.</summary>
internal static class Comparison
{
    private static readonly string[] OfTheRun = ["_run_id", "_read_at"];

    private static readonly string[] Naming = ["site_id", "period_start", "segment", "direction", "label", "url", "id_visit", "step", "path", "action_number", "goal_number", "details_label"];

    /// <summary>Every difference, in words.</summary>
    /// <param name="columns">The columns of the table.</param>
    /// <param name="stored">Its rows, by column name.</param>
    /// <param name="expected">The rows read in the plainest way.</param>
    public static List<string> Differences(IReadOnlyList<StoredColumn> columns, List<Dictionary<string, object?>> stored, List<PlainRow> expected)
    {
        var differences = Order(columns).ToList();

        foreach (var name in expected.SelectMany(r => r.Cells.Keys).Distinct().Where(n => columns.All(c => c.Name != n)).Order(StringComparer.Ordinal))
        {
            differences.Add($"No column {name}; the first value for it is {expected.First(r => r.Cells.ContainsKey(name))[name]}.");
        }

        if (stored.Count != expected.Count)
        {
            differences.Add($"{stored.Count} rows are stored, Matomo has {expected.Count}.");
        }

        // Both sides in one order: by what names a row, then by all the rest.
        var sort = columns.Where(c => !OfTheRun.Contains(c.Name)).OrderBy(c => Array.IndexOf(Naming, c.Name) is >= 0 and var place ? place : c.Type == ColumnType.Text ? 100 : 101).ToList();
        var left = stored.Select(r => (Key: Key(sort, c => Written(c, r[c.Name])), Row: r)).OrderBy(r => r.Key, StringComparer.Ordinal).ToList();
        var right = expected.Select(r => (Key: Key(sort, c => Written(c, r[c.Name])), Row: r)).OrderBy(r => r.Key, StringComparer.Ordinal).ToList();
        var different = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            foreach (var column in sort.Where(_ => different.Count < 12))
            {
                var (has, wants) = (Written(column, left[i].Row[column.Name]), Written(column, right[i].Row[column.Name]));
                if (has != wants && different.Add(column.Name))
                {
                    differences.Add($"{column.Name} ({column.Type}) is {has}, Matomo says {wants}, in the row {right[i].Row["site_id"]} {right[i].Row["period"]} {right[i].Row["period_start"]} '{right[i].Row["label"]}'.");
                }
            }
        }

        return differences;
    }

    private static string Key(IEnumerable<StoredColumn> columns, Func<StoredColumn, string> text) => string.Join('\u0001', columns.Select(text));

    /// <summary>The order every table has.</summary>
    private static IEnumerable<string> Order(IReadOnlyList<StoredColumn> columns)
    {
        var names = columns.Select(c => c.Name).ToList();
        string[] first = names.Contains("period") ? ["site_id", "site_name", "period", "period_start", "period_end"] : ["site_id", "site_name"];
        if (!names.Take(first.Length).SequenceEqual(first))
        {
            yield return $"The table begins with {string.Join(", ", names.Take(first.Length))}.";
        }

        if (!names.TakeLast(3).SequenceEqual(["is_others", "_run_id", "_read_at"]))
        {
            yield return $"The table ends with {string.Join(", ", names.TakeLast(3))}.";
        }

        if (names.Distinct(StringComparer.OrdinalIgnoreCase).Count() != names.Count)
        {
            yield return "Two columns differ only in case.";
        }
    }

    /// <summary>A value as its column must hold it: one text for every spelling of the same thing, and none for what is not there.</summary>
    private static string Written(StoredColumn column, object? value) => value switch
    {
        null or DBNull => "∅",
        _ => column.Type switch
        {
            ColumnType.Integer or ColumnType.Double or ColumnType.Money => Number(column.Type, value),
            ColumnType.Boolean => value is bool flag ? flag ? "true" : "false" : Convert.ToString(value, CultureInfo.InvariantCulture) is "1" ? "true" : "false",
            ColumnType.Date => value is DateOnly date ? date.ToString("O", CultureInfo.InvariantCulture) : $"{value}",
            ColumnType.Instant => value switch
            {
                DateTimeOffset instant => instant.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
                DateTime instant => new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc)).ToString("O", CultureInfo.InvariantCulture),
                string text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
                PlainNumber seconds => DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds.Text, CultureInfo.InvariantCulture)).ToString("O", CultureInfo.InvariantCulture),
                _ => $"{value}",
            },
            ColumnType.Json => Nested(value is JsonElement json ? json.GetRawText() : (string)value),
            _ when value is JsonElement nested => Nested(nested.GetRawText()),
            _ when value is string text && text.StartsWith('[') => Nested(text),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        },
    };

    /// <summary>Nested values without what only spelling is: blanks, escaped slashes.</summary>
    private static string Nested(string text)
    {
        try
        {
            return JsonNode.Parse(text)!.ToJsonString();
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static string Number(ColumnType type, object value)
    {
        if (value is bool)
        {
            return "∅";
        }

        var text = value is double number ? number.ToString("R", CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture)!;
        if (type == ColumnType.Double)
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real.ToString("R", CultureInfo.InvariantCulture) : "∅";
        }

        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
            ? (type == ColumnType.Money ? Math.Round(exact, 4, MidpointRounding.ToEven) : exact).ToString("0.############################", CultureInfo.InvariantCulture)
            : "∅";
    }
}
