namespace Tributary.Model;

/// <summary>
/// Rows of one window, column by column: what crosses from shaping to a destination. Each row carries its partition in the key columns.
/// About <see cref="MaxRows"/> rows; more when one row of a reply brought a large tree of children.
/// The columns of two batches of one window can differ; a column a batch lacks is null in it.
/// </summary>
public sealed class RowBatch
{
    /// <summary>DuckDB's vector size, so that one batch is one data chunk.</summary>
    public const int MaxRows = 2048;

    private readonly List<ColumnDefinition> _definitions = [];
    private readonly List<ColumnBuffer> _buffers = [];

    /// <summary>Rows filled.</summary>
    public int Rows { get; set; }

    /// <summary>The columns, in the order they were added.</summary>
    public IReadOnlyList<ColumnDefinition> Columns => _definitions;

    /// <summary>The values of column <paramref name="index"/>.</summary>
    public ColumnBuffer Buffer(int index) => _buffers[index];

    /// <summary>Adds a column, null in the rows so far, and returns its index.</summary>
    public int Add(ColumnDefinition definition, ColumnBuffer? buffer = null)
    {
        ArgumentNullException.ThrowIfNull(definition);
        _definitions.Add(definition);
        _buffers.Add(buffer ?? new ColumnBuffer(definition.Type, MaxRows));
        return _buffers.Count - 1;
    }

    /// <summary>The index of the column of that name, ignoring case; -1 when there is none.</summary>
    public int IndexOf(string name) => _definitions.FindIndex(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Gives column <paramref name="index"/> a wider type.</summary>
    public void Widen(int index, ColumnType type)
    {
        _buffers[index].Widen(type, Rows + 1);
        _definitions[index] = _definitions[index] with { Type = type };
    }

    /// <summary>Bytes of memory held.</summary>
    public long MemoryBytes => _buffers.Sum(b => b.MemoryBytes);

    /// <summary>Hands over all rows as a batch of its own; this one has its columns and no rows then.</summary>
    internal RowBatch TakeOut()
    {
        var taken = new RowBatch { Rows = Rows };
        for (var i = 0; i < _buffers.Count; i++)
        {
            taken.Add(_definitions[i], _buffers[i]);
            _buffers[i] = new ColumnBuffer(_definitions[i].Type, 0);
        }

        Rows = 0;
        return taken;
    }

    /// <summary>Gives the memory of the rows back. Nothing may look at them any more.</summary>
    internal void Recycle()
    {
        Rows = 0;
        foreach (var buffer in _buffers)
        {
            buffer.Recycle();
        }
    }

    /// <summary>Some of the rows as a batch of its own.</summary>
    internal RowBatch Pick(ReadOnlySpan<int> rows)
    {
        var picked = new RowBatch { Rows = rows.Length };
        for (var i = 0; i < _buffers.Count; i++)
        {
            picked.Add(_definitions[i], _buffers[i].Pick(rows));
        }

        return picked;
    }
}
