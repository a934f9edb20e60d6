using System.Globalization;
using Tributary.Model;

namespace Tributary.DataCenter.Components.Parts;

/// <summary>Values and types as grids show them.</summary>
internal static class CellText
{
    /// <summary>Characters a cell shows at most; the whole is in the cell's own view.</summary>
    public const int MostShown = 60;

    /// <summary>A value as text.</summary>
    public static string Of(object? value) => value switch
    {
        null => "null",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        double number => number.ToString("0.######", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>A value as a grid of rows shows it: metrics grouped and with four decimals at most, ids and dates as they are.</summary>
    public static string InGrid(object value, ColumnDefinition column) => value switch
    {
        long number when column.Role is ColumnRole.Metric or ColumnRole.Goal => number.ToString("N0", CultureInfo.InvariantCulture),
        double number => number.ToString("#,0.####", CultureInfo.InvariantCulture),
        decimal amount => amount.ToString("#,0.00##", CultureInfo.InvariantCulture),
        _ => Of(value),
    };

    /// <summary>Whether a text does not fit a cell.</summary>
    public static bool IsLong(string text) => text.Length > MostShown || text.AsSpan().ContainsAny('\n', '\r');

    /// <summary>The address a value is, when a browser may be sent there: http and https alone.</summary>
    public static string? AddressOf(object? value) =>
        value is string { Length: > 7 and < 4000 } text && text.StartsWith("http", StringComparison.OrdinalIgnoreCase)
        && Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address.AbsoluteUri : null;

    /// <summary>The beginning of a text, cut between whole characters.</summary>
    public static string Short(string text)
    {
        if (text.Length <= MostShown)
        {
            return text;
        }

        var end = StringInfo.GetNextTextElementLength(text.AsSpan(MostShown - 1)) > 1 ? MostShown - 1 : MostShown;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "…";
    }

    /// <summary>The name of a type as SQL writes it.</summary>
    public static string TypeOf(ColumnType type) => type switch
    {
        ColumnType.Integer => "BIGINT",
        ColumnType.Double => "DOUBLE",
        ColumnType.Money => "DECIMAL(20,4)",
        ColumnType.Boolean => "BOOLEAN",
        ColumnType.Date => "DATE",
        ColumnType.Instant => "TIMESTAMPTZ",
        ColumnType.Json => "JSON",
        _ => "TEXT",
    };

    /// <summary>Whether values stand to the right.</summary>
    public static bool IsNumber(ColumnType type) => type is ColumnType.Integer or ColumnType.Double or ColumnType.Money;
}
