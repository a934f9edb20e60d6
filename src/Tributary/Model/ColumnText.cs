using System.Globalization;
using System.Text;

namespace Tributary.Model;

/// <summary>The one spelling of a value as text: invariant, round trip, ISO dates, UTC instants with Z.</summary>
public static class ColumnText
{
    /// <summary>The row's value as text; an empty string for null.</summary>
    public static string Format(ColumnBuffer column, int row)
    {
        ArgumentNullException.ThrowIfNull(column);
        return column.IsPresent(row) ? Format(column, column.Type, row) : "";
    }

    internal static string Format(ColumnBuffer column, ColumnType type, int row) => type switch
    {
        ColumnType.Text or ColumnType.Json => Encoding.UTF8.GetString(column.GetUtf8(row)),
        ColumnType.Integer => column.GetInteger(row).ToString(CultureInfo.InvariantCulture),
        ColumnType.Double => Format(column.GetDouble(row)),
        ColumnType.Money => (column.GetInteger(row) / 10_000m).ToString("0.0000", CultureInfo.InvariantCulture),
        ColumnType.Boolean => column.GetInteger(row) != 0 ? "true" : "false",
        ColumnType.Date => DateOnly.FromDayNumber(checked((int)(column.GetInteger(row) + UnixEpochDay))).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ColumnType.Instant => Instant(column.GetInteger(row)).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Not by AddMicroseconds, which takes a float and loses microseconds far from 1970.</summary>
    internal static DateTimeOffset Instant(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(checked(microseconds * TimeSpan.TicksPerMicrosecond));

    internal static string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The day number of 1970-01-01 in <see cref="DateOnly.DayNumber"/>.</summary>
    public const int UnixEpochDay = 719_162;
}
