using System.Text;
using System.Text.Unicode;
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

    /// <param name="columns">All columns of the table, in its order.</param>
    /// <param name="catalog">"temp" for a temporary table; null for one of the file.</param>
    public DuckDbWriter(DuckDBConnection connection, string table, IReadOnlyList<ColumnDefinition> columns, string? catalog = null)
    {
        _columns = columns;
        _table = table;
        var created = NativeMethods.Appender.DuckDBAppenderCreateExt(connection.NativeConnection, catalog!, "main", table, out _appender);
        Check(created);
        _types = [.. Enumerable.Range(0, columns.Count).Select(i => NativeMethods.Appender.DuckDBAppenderColumnType(_appender, (ulong)i))];
        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([.. _types.Select(t => t.DangerousGetHandle())], (ulong)columns.Count);
    }

    /// <summary>Rows appended.</summary>
    public long Count { get; private set; }

    public void Write(RowBatch batch)
    {
        RefuseUnknownColumns(batch);
        for (var from = 0; from < batch.Rows; from += RowBatch.MaxRows)
        {
            var rows = Math.Min(RowBatch.MaxRows, batch.Rows - from);
            NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);
            for (var i = 0; i < _columns.Count; i++)
            {
                var vector = NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, i);
                var index = batch.IndexOf(_columns[i].Name);
                Fill(vector, index < 0 ? null : batch.Buffer(index), _columns[i], from, rows);
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
        MarkNulls(vector, buffer, from, rows);
        if (buffer is null)
        {
            return;
        }

        var data = NativeMethods.Vectors.DuckDBVectorGetData(vector);
        switch (column.Type, buffer.Type)
        {
            case (ColumnType.Text or ColumnType.Json, ColumnType.Text or ColumnType.Json):
                FillUtf8(vector, buffer, from, rows);
                break;
            case (ColumnType.Text, _):
                FillFormatted(vector, buffer, from, rows);
                break;
            case (ColumnType.Double, _) when buffer.Type is ColumnType.Integer or ColumnType.Boolean or ColumnType.Money:
                FillDoubles((double*)data, buffer, from, rows);
                break;
            case (ColumnType.Integer, ColumnType.Boolean):
            case var (to, was) when to == was:
                FillWords(data, column.Type, buffer, from, rows);
                break;
            default:
                throw new ArgumentException($"The column '{column.Name}' is {column.Type} in the table and {buffer.Type} in the rows, which is not narrower.");
        }
    }

    private static void MarkNulls(IntPtr vector, ColumnBuffer? buffer, int from, int rows)
    {
        ulong* validity = null;
        for (var row = 0; row < rows; row++)
        {
            if (buffer is not null && buffer.IsPresent(from + row))
            {
                continue;
            }

            if (validity is null)
            {
                NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
                validity = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
            }

            validity[row >> 6] &= ~(1UL << (row & 63));
        }
    }

    private static void FillUtf8(IntPtr vector, ColumnBuffer buffer, int from, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            if (buffer.IsPresent(from + row))
            {
                Assign(vector, row, buffer.GetUtf8(from + row));
            }
        }
    }

    private static void FillFormatted(IntPtr vector, ColumnBuffer buffer, int from, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            if (buffer.IsPresent(from + row))
            {
                Assign(vector, row, Encoding.UTF8.GetBytes(ColumnText.Format(buffer, from + row)));
            }
        }
    }

    private static void Assign(IntPtr vector, int row, ReadOnlySpan<byte> utf8)
    {
        // The engine takes the bytes unseen and fails much later on those that are no UTF-8.
        if (!Utf8.IsValid(utf8))
        {
            utf8 = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));
        }

        fixed (byte* bytes = utf8)
        {
            byte none = 0;
            NativeMethods.Vectors.DuckDBUnsafeVectorAssignStringElementLength(vector, (ulong)row, bytes is null ? &none : bytes, utf8.Length);
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

    private static void FillWords(void* data, ColumnType type, ColumnBuffer buffer, int from, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            if (!buffer.IsPresent(from + row))
            {
                continue;
            }

            var word = buffer.GetInteger(from + row);
            switch (type)
            {
                case ColumnType.Boolean:
                    ((byte*)data)[row] = word != 0 ? (byte)1 : (byte)0;
                    break;
                case ColumnType.Date:
                    ((int*)data)[row] = checked((int)word);
                    break;
                case ColumnType.Money:
                    // DECIMAL of 19 digits and more is 128 bits wide.
                    ((Int128*)data)[row] = word;
                    break;
                default:
                    ((long*)data)[row] = word;
                    break;
            }
        }
    }

    private void RefuseUnknownColumns(RowBatch batch)
    {
        foreach (var column in batch.Columns)
        {
            if (!_columns.Any(c => string.Equals(c.Name, column.Name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new ArgumentException($"The rows have a column '{column.Name}' that the schema of '{_table}' does not name; its values would be lost.");
            }
        }
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
