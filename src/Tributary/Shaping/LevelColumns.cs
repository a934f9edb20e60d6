using System.Text;
using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>Writes the exact part of each level of a hierarchy beside the full label, joined as Matomo's flat form joins it.</summary>
internal sealed class LevelColumns(TableBuilder table, CellWriter cells, ColumnNaming naming, ReportDefinition report, bool markParents)
{
    private readonly List<int> _columns = [];
    private readonly Func<IReadOnlyList<byte[]>, byte[]> _join = PathLevels.JoinOf(report.Dimensions.Count > 0 ? report.Dimensions[0].Id : null, Encoding.UTF8.GetBytes(report.LabelSeparator));
    private int _aggregateColumn = -1;

    /// <summary>Writes the levels of one row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="parts">The labels from the top down to the row's own.</param>
    /// <param name="labelColumn">Where the full label goes.</param>
    /// <param name="isParent">Whether the row sums up rows below it.</param>
    /// <param name="above">How many of the labels are of rows that are not part of the table and its label.</param>
    public void Write(int row, IReadOnlyList<byte[]> parts, int labelColumn, bool isParent, int above)
    {
        for (var level = 0; level < parts.Count; level++)
        {
            if (Column(level) is >= 0 and var column)
            {
                table.Buffer(column).SetUtf8(row, parts[level]);
            }
        }

        if (parts.Count - above > 1)
        {
            table.Buffer(labelColumn).SetUtf8(row, _join([.. parts.Skip(above)]));
        }

        if (markParents)
        {
            table.Buffer(AggregateColumn()).SetInteger(row, isParent ? 1 : 0);
        }
    }

    private int Column(int level)
    {
        while (_columns.Count <= level)
        {
            var column = naming.Level(_columns.Count).Column;
            _columns.Add(cells.Keeps(column.Name) ? table.Add(column) : -1);
        }

        return _columns[level];
    }

    private int AggregateColumn()
    {
        if (_aggregateColumn < 0)
        {
            _aggregateColumn = table.Add(new ColumnDefinition("is_aggregate", ColumnType.Boolean, ColumnRole.Metadata)
            {
                Description = "True for a row that sums up the rows below it.",
            });
        }

        return _aggregateColumn;
    }
}
