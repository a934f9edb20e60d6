using System.Text;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Tributary.Model;
using NativeAppender = DuckDB.NET.Native.DuckDBAppender;

namespace Tributary.Destinations.DuckDb;

/// <summary>
/// Appends batches to a table as DuckDB's own data chunks, text as the UTF-8 it is held in, inside the connection's transaction.
/// A value is converted up to the table's type; a column the batch lacks is null.
/// </summary>
internal sealed unsafe class DuckDbWriter : IDisposable
{
    private readonly NativeAppender _appender;
    private readonly DuckDBDataChunk _chunk;
    private readonly DuckDBLogicalType[] _types;
    private readonly IReadOnlyList<ColumnDefinition> _columns;
    private readonly string _table;
    private readonly int[] _indexes;
    private ColumnDefinition[] _layout = [];

    /// <param name="columns">All columns of the table, in its order.</param>
    /// <param name="catalog">"temp" for a temporary table; null for one of the file.</param>
    public DuckDbWriter(DuckDBConnection connection, string table, IReadOnlyList<ColumnDefinition> columns, string? catalog = null)
    {
        _columns = columns;
        _table = table;
        _indexes = new int[columns.Count];
        var created = NativeMethods.Appender.DuckDBAppenderCreateExt(connection.NativeConnection, catalog ?? DuckDbDialect.Database, "main", table, out _appender);
        Check(created);
        _types = [.. Enumerable.Range(0, columns.Count).Select(i => NativeMethods.Appender.DuckDBAppenderColumnType(_appender, (ulong)i))];
        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([.. _types.Select(t => t.DangerousGetHandle())], (ulong)columns.Count);
    }

    /// <summary>Rows appended.</summary>
    public long Count { get; private set; }

    public void Write(RowBatch batch)
    {
        Map(batch);
        for (var from = 0; from < batch.Rows; from += RowBatch.MaxRows)
        {
            var rows = Math.Min(RowBatch.MaxRows, batch.Rows - from);
            NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);
            for (var i = 0; i < _columns.Count; i++)
            {
                var vector = NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, i);
                Fill(vector, _indexes[i] < 0 ? null : batch.Buffer(_indexes[i]), _columns[i], from, rows);
            }

            _ = NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)rows);
            Check(NativeMethods.Appender.DuckDBAppendDataChunk(_appender, _chunk));
            Count += rows;
        }
    }

    /// <summary>Hands the last rows over; before it some are held back by the appender.</summary>
    public void Complete() => Check(NativeMethods.Appender.DuckDBAppenderClose(_appender));

    public void Dispose()
    {
        _chunk.Dispose();
        foreach (var type in _types)
        {
            type.Dispose();
        }

        _appender.Dispose();
    }

    private static void Fill(IntPtr vector, ColumnBuffer? buffer, ColumnDefinition column, int from, int rows)
    {
        var present = buffer is null || buffer.Capacity <= from ? [] : buffer.Presence[from..Math.Min(from + rows, buffer.Capacity)];
        var isWhole = present.Length == rows && !present.Contains(false);
        if (!isWhole)
        {
            MarkNulls(vector, present, rows);
        }

        if (buffer is null)
        {
            return;
        }

        var data = NativeMethods.Vectors.DuckDBVectorGetData(vector);
        switch (column.Type, buffer.Type)
        {
            case (ColumnType.Text or ColumnType.Json, ColumnType.Text or ColumnType.Json):
                new DuckDbText(vector, (DuckDbText.Value*)data, buffer).Fill(from, present);
                break;
            case (ColumnType.Text, _):
                FillFormatted(vector, (DuckDbText.Value*)data, buffer, from, present.Length);
                break;
            case (ColumnType.Double, _) when buffer.Type is ColumnType.Integer or ColumnType.Boolean or ColumnType.Money:
                FillDoubles((double*)data, buffer, from, present.Length);
                break;
            case (ColumnType.Integer, ColumnType.Boolean):
            case var (to, was) when to == was:
                FillWords(data, column.Type, buffer, from, present.Length);
                break;
            default:
                throw new ArgumentException($"The column '{column.Name}' is {column.Type} in the table and {buffer.Type} in the rows, which is not narrower.");
        }
    }

    private static void MarkNulls(IntPtr vector, ReadOnlySpan<bool> present, int rows)
    {
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        var validity = new Span<ulong>(NativeMethods.Vectors.DuckDBVectorGetValidity(vector), (rows + 63) / 64);
        for (var word = 0; word < validity.Length; word++)
        {
            var bits = 0UL;
            for (var row = word * 64; row < Math.Min(present.Length, (word + 1) * 64); row++)
            {
                bits |= (present[row] ? 1UL : 0UL) << (row & 63);
            }

            validity[word] = bits;
        }
    }

    private static void FillFormatted(IntPtr vector, DuckDbText.Value* data, ColumnBuffer buffer, int from, int rows)
    {
        var text = new DuckDbText(vector, data, buffer);
        for (var row = 0; row < rows; row++)
        {
            if (buffer.IsPresent(from + row))
            {
                text.Assign(row, Encoding.UTF8.GetBytes(ColumnText.Format(buffer, from + row)));
            }
        }
    }

    private static void FillDoubles(double* data, ColumnBuffer buffer, int from, int rows)
    {
        var unit = buffer.Type == ColumnType.Money ? 10_000d : 1d;
        for (var row = 0; row < rows; row++)
        {
            if (buffer.IsPresent(from + row))
            {
                data[row] = buffer.GetInteger(from + row) / unit;
            }
        }
    }

    /// <summary>Values under a null are copied too; the engine does not look at them.</summary>
    private static void FillWords(void* data, ColumnType type, ColumnBuffer buffer, int from, int rows)
    {
        var words = rows == 0 ? [] : buffer.Words.Slice(from, rows);
        switch (type)
        {
            case ColumnType.Boolean:
                for (var row = 0; row < words.Length; row++)
                {
                    ((byte*)data)[row] = words[row] != 0 ? (byte)1 : (byte)0;
                }

                break;
            case ColumnType.Date:
                for (var row = 0; row < words.Length; row++)
                {
                    ((int*)data)[row] = checked((int)words[row]);
                }

                break;
            case ColumnType.Money:
                // DECIMAL of 19 digits and more is 128 bits wide.
                for (var row = 0; row < words.Length; row++)
                {
                    ((Int128*)data)[row] = words[row];
                }

                break;
            default:
                words.CopyTo(new Span<long>(data, words.Length));
                break;
        }
    }

    /// <summary>Finds the table's columns in the batch. Most batches have the columns of the one before.</summary>
    private void Map(RowBatch batch)
    {
        if (_layout.Length == batch.Columns.Count && batch.Columns.Select((c, i) => ReferenceEquals(c, _layout[i])).All(same => same))
        {
            return;
        }

        CommitRules.RequireKnownColumns(_table, _columns, batch);
        for (var i = 0; i < _columns.Count; i++)
        {
            _indexes[i] = batch.IndexOf(_columns[i].Name);
        }

        _layout = [.. batch.Columns];
    }

    private void Check(DuckDBState state)
    {
        if (state.IsSuccess())
        {
            return;
        }

        using var error = NativeMethods.Appender.DuckDBAppenderErrorData(_appender);
        throw new DuckDbAppendException(error.Message ?? $"Rows cannot be appended to '{_table}'.");
    }
}

/// <summary>The appender's failure: DuckDB.NET's own exception cannot be made by others.</summary>
internal sealed class DuckDbAppendException(string message) : Exception(message);
