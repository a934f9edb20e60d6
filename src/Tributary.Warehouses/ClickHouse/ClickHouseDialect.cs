using System.Globalization;
using System.Text;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>ClickHouse's spelling, in one database.</summary>
internal sealed class ClickHouseDialect(string database)
{
    /// <summary>In the rows: the number of the commit that brought them.</summary>
    public const string Commit = "_commit";

    // Names become names of files, at most 255 bytes, where all but letters, digits and underscores take three.
    private const int MaxName = 150;

    // What Date32 and DateTime64 hold.
    private static readonly DateOnly FirstDay = new(1900, 1, 1);
    private static readonly DateOnly LastDay = new(2299, 12, 31);

    private static readonly string[] NeverNull = ["site_id", "period", "period_start", "period_end"];

    /// <summary>Days since 1970-01-01 that a date can be.</summary>
    public static (long First, long Last) Days { get; } = (FirstDay.DayNumber - ColumnText.UnixEpochDay, LastDay.DayNumber - ColumnText.UnixEpochDay);

    public static string Fit(string name) => SqlNames.Fit(name, MaxName, n => n.EnumerateRunes().Sum(r => Rune.IsLetterOrDigit(r) && r.IsAscii ? 1 : r.Value == '_' ? 1 : 3 * r.Utf8SequenceLength), n => !n.Contains('\0', StringComparison.Ordinal));

    public static string Quote(string name) => $"`{Escape(name).Replace("`", "\\`", StringComparison.Ordinal)}`";

    public string Table(string name) => $"{Quote(database)}.{Quote(Fit(name))}";

    public string Rows(string table) => Table("_tributary_rows_" + table);

    public string Log(string table) => Table("_tributary_log_" + table);

    public string Lock(string table) => Table("_tributary_lock_" + table);

    /// <summary>What the server knows all statements by that write a commit of a table: no two of them run at a time.</summary>
    public string Writing(string table) => $"tributary {database}.{table}";

    public static string TypeName(ColumnType type) => type switch
    {
        ColumnType.Integer => "Int64",
        ColumnType.Double => "Float64",
        ColumnType.Money => "Decimal(20, 4)",
        ColumnType.Boolean => "Bool",
        ColumnType.Date => "Date32",
        ColumnType.Instant => "DateTime64(6, 'UTC')",
        _ => "String",
    };

    public static bool IsNullable(string name) => !NeverNull.Contains(name);

    public static string TypeName(ColumnDefinition column) => IsNullable(column.Name) ? $"Nullable({TypeName(column.Type)})" : TypeName(column.Type);

    public static string Text(string value) => $"'{Escape(value).Replace("'", "\\'", StringComparison.Ordinal)}'";

    public static string Date(DateOnly day) => $"toDate32('{(day < FirstDay ? FirstDay : day):yyyy-MM-dd}')";

    /// <summary>A day as the log has it, read again: lists without dates have the first there is.</summary>
    public static DateOnly Day(long days) => days <= Days.First ? DateOnly.MinValue : DateOnly.FromDayNumber((int)days + ColumnText.UnixEpochDay);

    public static string Instant(DateTimeOffset value) =>
        string.Create(CultureInfo.InvariantCulture, $"fromUnixTimestamp64Micro({(value - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}, 'UTC')");

    /// <summary>A stored value as a wider type, spelled as <see cref="ColumnText"/> spells it; null where the engine cannot.</summary>
    public static string? Convert(string column, ColumnType from, ColumnType to) => (from, to) switch
    {
        (ColumnType.Double, ColumnType.Text) => null,
        (ColumnType.Boolean, ColumnType.Text) => $"if({column}, 'true', 'false')",
        (ColumnType.Instant, ColumnType.Text) => $"formatDateTime({column}, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC')",
        (ColumnType.Money, ColumnType.Text) => $"toDecimalString({column}, 4)",
        (_, ColumnType.Text) => $"toString({column})",
        (_, ColumnType.Double) => $"toFloat64({column})",
        _ => $"toInt64({column})",
    };

    /// <summary>A stored value in the form a <see cref="ColumnBuffer"/> holds it.</summary>
    public static string Word(ColumnDefinition column)
    {
        var name = Quote(column.Name);
        return column.Type switch
        {
            ColumnType.Text or ColumnType.Json or ColumnType.Double => name,
            ColumnType.Date => $"toInt64(toInt32({name}))",
            ColumnType.Instant => $"toUnixTimestamp64Micro({name})",
            ColumnType.Money => $"toInt64({name} * 10000)",
            _ => $"toInt64({name})",
        };
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\0", "\\0", StringComparison.Ordinal);
}
