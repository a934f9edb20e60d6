using Tributary.Matomo.Replies;

namespace Tributary.Shaping;

/// <summary>Writes the levels of a page path beside its full form.</summary>
internal sealed class PathColumns
{
    private readonly byte[] _dimension;
    private readonly Func<byte[], bool, IReadOnlyList<byte[]>> _split;
    private readonly TableBuilder _table;
    private readonly CellWriter _cells;
    private readonly List<int> _columns = [];
    private byte[]? _entry;

    private PathColumns(string dimension, Func<byte[], bool, IReadOnlyList<byte[]>> split, TableBuilder table, CellWriter cells)
    {
        _dimension = System.Text.Encoding.UTF8.GetBytes(dimension);
        (_split, _table, _cells) = (split, table, cells);
        AddLevel();
    }

    /// <summary>The columns of a dimension; null when its entries have no levels.</summary>
    public static PathColumns? Of(string dimension, TableBuilder table, CellWriter cells) =>
        PathLevels.Of(dimension) is { } split ? new PathColumns(dimension, split, table, cells) : null;

    /// <summary>Whether a property holds the path.</summary>
    public bool IsEntry(ReadOnlySpan<byte> path) => path.SequenceEqual(_dimension);

    /// <summary>The path of the row.</summary>
    public void Saw(in ReplyValue value) => _entry = value.Utf8.ToArray();

    /// <summary>The row has ended.</summary>
    public void Write(int row, bool isOthers)
    {
        if (_entry is null)
        {
            return;
        }

        var parts = _split(_entry, isOthers);
        _entry = null;
        for (var level = 0; level < parts.Count; level++)
        {
            while (_columns.Count <= level)
            {
                AddLevel();
            }

            if (_columns[level] >= 0)
            {
                _table.Buffer(_columns[level]).SetUtf8(row, parts[level]);
            }
        }
    }

    private void AddLevel()
    {
        var column = ColumnNaming.PathLevel(_columns.Count);
        _columns.Add(_cells.Keeps(column.Name) ? _table.Add(column) : -1);
    }
}
