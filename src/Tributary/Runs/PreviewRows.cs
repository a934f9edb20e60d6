using System.Globalization;
using System.Text;
using Tributary.Model;

namespace Tributary.Runs;

/// <summary>Rows of batches as .NET values, in the order of a schema.</summary>
internal static class PreviewRows
{
    /// <summary>The first rows.</summary>
    public static IReadOnlyList<IReadOnlyList<object?>> Take(TableSchema schema, IEnumerable<RowBatch> batches, int rows)
    {
        var result = new List<IReadOnlyList<object?>>();
        foreach (var batch in batches)
        {
            int[] indexes = [.. schema.Columns.Select(c => batch.IndexOf(c.Name))];
            for (var row = 0; row < batch.Rows && result.Count < rows; row++)
            {
                var at = row;
                result.Add([.. indexes.Select((index, column) => index < 0 ? null : Value(batch.Buffer(index), at, schema.Columns[column].Type))]);
            }
        }

        return result;
    }

    /// <summary>One value in the .NET form of its column.</summary>
    public static object? Value(ColumnBuffer buffer, int row, ColumnType type)
    {
        if (!buffer.IsPresent(row))
        {
            return null;
        }

        // A batch read before the column widened has the narrower form.
        return type switch
        {
            ColumnType.Text => ColumnText.Format(buffer, row),
            ColumnType.Double when buffer.Type is ColumnType.Integer or ColumnType.Boolean => (double)buffer.GetInteger(row),
            ColumnType.Double when buffer.Type == ColumnType.Money => buffer.GetInteger(row) / 10_000d,
            _ => buffer.Type switch
            {
                ColumnType.Json => Encoding.UTF8.GetString(buffer.GetUtf8(row)),
                ColumnType.Integer => buffer.GetInteger(row),
                ColumnType.Double => buffer.GetDouble(row),
                ColumnType.Money => buffer.GetInteger(row) / 10_000m,
                ColumnType.Boolean => type == ColumnType.Integer ? buffer.GetInteger(row) : buffer.GetInteger(row) != 0,
                ColumnType.Date => DateOnly.FromDayNumber(Convert.ToInt32(buffer.GetInteger(row) + ColumnText.UnixEpochDay, CultureInfo.InvariantCulture)),
                ColumnType.Instant => DateTimeOffset.UnixEpoch.AddMicroseconds(buffer.GetInteger(row)),
                _ => ColumnText.Format(buffer, row),
            },
        };
    }
}
