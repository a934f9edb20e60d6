using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Tributary.Cli.Output;

/// <summary>A row of data as a JSON object: numbers as numbers with all their digits, dates and instants as ISO text, missing as null.</summary>
internal static class RowJson
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<string> names, IReadOnlyList<object?> values)
    {
        writer.WriteStartObject();
        for (var i = 0; i < names.Count; i++)
        {
            writer.WritePropertyName(names[i]);
            WriteValue(writer, values[i]);
        }

        writer.WriteEndObject();
    }

    /// <summary>Names unique within an object: SQL may give two columns one name.</summary>
    public static IReadOnlyList<string> Distinct(IEnumerable<string> names)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var result = new List<string>();
        foreach (var name in names)
        {
            var free = name;
            for (var n = 2; !taken.Add(free); n++)
            {
                free = $"{name}_{n}";
            }

            result.Add(free);
        }

        return result;
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case BigInteger number:
                writer.WriteRawValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                writer.WriteStringValue(RowText.Of(value));
                break;
        }
    }
}
