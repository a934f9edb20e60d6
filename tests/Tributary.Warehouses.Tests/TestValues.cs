using System.Text;
using Tributary.Model;

namespace Tributary.Warehouses.Tests;

/// <summary>Values of batches as plain ones.</summary>
internal static class TestValues
{
    public static object? Read(ColumnBuffer buffer, int row) => !buffer.IsPresent(row) ? null : buffer.Type switch
    {
        ColumnType.Text or ColumnType.Json => Encoding.UTF8.GetString(buffer.GetUtf8(row)),
        ColumnType.Integer => buffer.GetInteger(row),
        ColumnType.Double => buffer.GetDouble(row),
        ColumnType.Money => buffer.GetInteger(row) / 10_000m,
        ColumnType.Boolean => buffer.GetInteger(row) != 0,
        ColumnType.Date => DateOnly.FromDayNumber((int)buffer.GetInteger(row) + ColumnText.UnixEpochDay),
        _ => ColumnText.Instant(buffer.GetInteger(row)),
    };
}
