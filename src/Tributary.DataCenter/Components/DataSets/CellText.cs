using System.Globalization;
using Tributary.Model;

namespace Tributary.DataCenter.Components.DataSets;

/// <summary>Values and types as the grid writes them.</summary>
internal static class CellText
{
    /// <summary>The longest text a cell shows; the rest is in the cell's own view. Fits the widest column.</summary>
    public const int Longest = 56;

    public static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Text => "TEXT",
        ColumnType.Integer => "BIGINT",
        ColumnType.Double => "DOUBLE",
        ColumnType.Money => "DECIMAL",
        ColumnType.Boolean => "BOOLEAN",
        ColumnType.Date => "DATE",
        ColumnType.Instant => "TIMESTAMPTZ",
        _ => "JSON",
    };

    public static bool IsNumber(ColumnType type) => type is ColumnType.Integer or ColumnType.Double or ColumnType.Money;

    /// <summary>The value in full, as it can be typed.</summary>
    public static string Whole(object value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>The value as the grid shows it: metrics grouped and with four decimals at most, ids as they are.</summary>
    public static string Short(object value, ColumnDefinition column) => value switch
    {
        long number when column.Role is ColumnRole.Metric or ColumnRole.Goal => number.ToString("N0", CultureInfo.InvariantCulture),
        double number => number.ToString("#,0.####", CultureInfo.InvariantCulture),
        decimal amount => amount.ToString("#,0.00##", CultureInfo.InvariantCulture),
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        _ => Whole(value),
    };

    /// <summary>The begin of a text, never half of a character.</summary>
    public static string Begin(string text)
    {
        var flat = text.ReplaceLineEndings(" ");
        if (flat.Length <= Longest)
        {
            return flat;
        }

        var ends = StringInfo.ParseCombiningCharacters(flat.Length > Longest * 8 ? flat[..(Longest * 8)] : flat);
        var end = Array.FindLast(ends, e => e <= Longest);
        return flat[..(end == 0 ? Math.Min(Longest, flat.Length) : end)] + "…";
    }

    /// <summary>The address a text is, when a browser may be sent there: http and https alone.</summary>
    public static string? AddressOf(object? value) =>
        value is string { Length: > 7 and < 4000 } text && (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        && Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address.AbsoluteUri : null;
}
