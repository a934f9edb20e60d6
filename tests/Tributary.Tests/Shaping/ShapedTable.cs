using System.Text;
using Tributary.Model;

namespace Tributary.Tests.Shaping;

/// <summary>A table as it was shaped, cell by cell, for looking at. A cell that is null is absent.</summary>
internal sealed record ShapedTable(IReadOnlyList<ColumnDefinition> Columns, IReadOnlyList<Dictionary<string, ShapedCell>> Rows)
{
    public static ShapedTable Of(IReadOnlyList<ColumnDefinition> columns, IEnumerable<RowBatch> batches)
    {
        var rows = new List<Dictionary<string, ShapedCell>>();
        foreach (var batch in batches)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                var cells = new Dictionary<string, ShapedCell>(StringComparer.Ordinal);
                for (var column = 0; column < batch.Columns.Count; column++)
                {
                    var buffer = batch.Buffer(column);
                    if (buffer.IsPresent(row))
                    {
                        cells.Add(batch.Columns[column].Name, ShapedCell.Of(buffer, row));
                    }
                }

                rows.Add(cells);
            }
        }

        return new ShapedTable(columns, rows);
    }
}

/// <summary>One value of a shaped table.</summary>
internal sealed record ShapedCell(ColumnType Type, object Value)
{
    public static ShapedCell Of(ColumnBuffer buffer, int row) => new(buffer.Type, buffer.Type switch
    {
        ColumnType.Text or ColumnType.Json => Encoding.UTF8.GetString(buffer.GetUtf8(row)),
        ColumnType.Double => buffer.GetDouble(row),
        ColumnType.Money => buffer.GetInteger(row) / 10_000m,
        ColumnType.Boolean => buffer.GetInteger(row) != 0,
        _ => buffer.GetInteger(row),
    });
}
