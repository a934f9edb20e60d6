using System.Collections;
using System.Globalization;
using Tributary.Model;

namespace Tributary.DataCenter.Forms;

/// <summary>A value of a row as text, invariant and whole.</summary>
internal static class RowText
{
    public static string Of(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        DateOnly date => FormText.Date(date),
        DateTimeOffset instant => instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        IEnumerable list => RowJson.Text(list),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    public static bool IsNumber(ColumnType type) => type is ColumnType.Integer or ColumnType.Double or ColumnType.Money;

    /// <summary>Whether DuckDB's type of that name is a number.</summary>
    public static bool IsNumber(string type) =>
        type.Contains("INT", StringComparison.OrdinalIgnoreCase) && !type.StartsWith("INTERVAL", StringComparison.OrdinalIgnoreCase)
        || type.StartsWith("DECIMAL", StringComparison.OrdinalIgnoreCase)
        || type is "DOUBLE" or "FLOAT" or "Double" or "Float";
}
