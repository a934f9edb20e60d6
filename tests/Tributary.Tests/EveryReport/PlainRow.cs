using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tributary.Tests.EveryReport;

/// <summary>A number as Matomo wrote it.</summary>
internal readonly record struct PlainNumber(string Text)
{
    public override string ToString() => Text;
}

/// <summary>One row a table must have: column → text, <see cref="PlainNumber"/>, bool, date, instant. What is null is not in it.</summary>
internal sealed partial class PlainRow
{
    public Dictionary<string, object> Cells { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>What Matomo sent for it.</summary>
    public JsonElement Source { get; init; }

    public object? this[string column]
    {
        get => Cells.GetValueOrDefault(column);
        set
        {
            if (value is null)
            {
                Cells.Remove(column);
            }
            else
            {
                Cells[column] = value;
            }
        }
    }

    /// <summary>The same again, for a further item of what the row nests.</summary>
    public PlainRow Copy() => new() { Cells = new(Cells, StringComparer.Ordinal), Source = Source };

    /// <summary>A row with the columns every table has.</summary>
    public static PlainRow Of(PlainPart part, JsonElement source = default)
    {
        var row = new PlainRow
        {
            Source = source,
            ["site_id"] = new PlainNumber(part.Site.Id.ToString(CultureInfo.InvariantCulture)),
            ["site_name"] = part.Site.Name,
            ["is_others"] = false,
        };
        if (part.Period.Length > 0)
        {
            row["period"] = part.Period;
            row["period_start"] = part.Start;
            row["period_end"] = part.End;
        }

        row["segment"] = part.Segment;

        return row;
    }

    /// <summary>Missing, null and false are nothing; text stays text until a column says it is a number.</summary>
    public static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => new PlainNumber(value.GetRawText()),
        JsonValueKind.True => true,
        JsonValueKind.Object or JsonValueKind.Array => value,
        _ => null,
    };

    public static string Snake(string name) => Humps().Replace(name, "_").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])|[^A-Za-z0-9]+")]
    private static partial Regex Humps();
}
