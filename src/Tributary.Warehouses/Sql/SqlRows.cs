using System.Data.Common;
using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>Small rows written as literals, and values of any engine read as ours.</summary>
internal static class SqlRows
{
    /// <summary>Inserts rows that are spelled already.</summary>
    /// <param name="into">The table with its columns.</param>
    public static async Task InsertAsync(SqlSession session, SqlDialect dialect, string into, IEnumerable<string> rows, CancellationToken cancellationToken)
    {
        foreach (var chunk in rows.Chunk(dialect.StatementRows))
        {
            await session.ExecuteAsync($"INSERT INTO {into} VALUES {string.Join(", ", chunk)}", cancellationToken);
        }
    }

    /// <summary>The value of a column whose type is known.</summary>
    public static object? Read(DbDataReader reader, int i, ColumnType type) => reader.IsDBNull(i) ? null : type switch
    {
        ColumnType.Text or ColumnType.Json => reader.GetString(i),
        ColumnType.Integer => reader.GetInt64(i),
        ColumnType.Double => reader.GetDouble(i),
        ColumnType.Money => reader.GetDecimal(i),
        ColumnType.Boolean => reader.GetBoolean(i),
        ColumnType.Date => reader.GetFieldValue<DateOnly>(i),
        _ => Instant(reader, i),
    };

    /// <summary>A value of a batch as a plain one.</summary>
    public static object? Value(ColumnBuffer buffer, int row) => !buffer.IsPresent(row) ? null : buffer.Type switch
    {
        ColumnType.Text or ColumnType.Json => System.Text.Encoding.UTF8.GetString(buffer.GetUtf8(row)),
        ColumnType.Integer => buffer.GetInteger(row),
        ColumnType.Double => buffer.GetDouble(row),
        ColumnType.Money => buffer.GetInteger(row) / 10_000m,
        ColumnType.Boolean => buffer.GetInteger(row) != 0,
        ColumnType.Date => DateOnly.FromDayNumber(checked((int)buffer.GetInteger(row) + ColumnText.UnixEpochDay)),
        _ => ColumnText.Instant(buffer.GetInteger(row)),
    };

    public static DateTimeOffset Instant(DbDataReader reader, int i) => reader.GetFieldValue<DateTimeOffset>(i).ToUniversalTime();

    /// <summary>The value of a column of any type that a query may have.</summary>
    public static object? ReadAny(DbDataReader reader, int i) => reader.IsDBNull(i) ? null : reader.GetValue(i) switch
    {
        DateTime day when reader.GetDataTypeName(i).Equals("date", StringComparison.OrdinalIgnoreCase) => DateOnly.FromDateTime(day),
        DateTime moment => new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc)),
        DateTimeOffset moment => moment.ToUniversalTime(),
        float number => (double)number,
        TimeSpan time => time.ToString("c", System.Globalization.CultureInfo.InvariantCulture),
        var value and (string or bool or sbyte or byte or short or ushort or int or uint or long or ulong or double or decimal or DateOnly or TimeOnly or Guid or byte[] or System.Numerics.BigInteger) => value,
        System.Collections.IEnumerable list => list.Cast<object?>().ToList(),
        var other => Convert.ToString(other, System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>About how many bytes a value has.</summary>
    public static long SizeOf(object? value) => value switch
    {
        string text => text.Length,
        byte[] bytes => bytes.Length,
        IEnumerable<object?> list => list.Sum(SizeOf),
        _ => 8,
    };

    /// <summary>Puts a value into a batch in the form it is held there.</summary>
    public static void Set(ColumnBuffer buffer, int row, DbDataReader reader, int i)
    {
        switch (Read(reader, i, buffer.Type))
        {
            case null:
                break;
            case string text:
                buffer.SetUtf8(row, System.Text.Encoding.UTF8.GetBytes(text));
                break;
            case double number:
                buffer.SetDouble(row, number);
                break;
            case long number:
                buffer.SetInteger(row, number);
                break;
            case decimal money:
                buffer.SetInteger(row, (long)(money * 10_000m));
                break;
            case bool flag:
                buffer.SetInteger(row, flag ? 1 : 0);
                break;
            case DateOnly day:
                buffer.SetInteger(row, day.DayNumber - ColumnText.UnixEpochDay);
                break;
            case DateTimeOffset moment:
                buffer.SetInteger(row, (moment - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
                break;
            case var other:
                throw new InvalidOperationException($"A value of type {other.GetType()} has no place in a column of type {buffer.Type}.");
        }
    }
}
