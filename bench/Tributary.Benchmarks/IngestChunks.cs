using DuckDB.NET.Data;
using DuckDB.NET.Native;
using NativeAppender = DuckDB.NET.Native.DuckDBAppender;

namespace Tributary.Benchmarks;

/// <summary>Cells written straight into DuckDB's own data chunks, text as the UTF-8 of the read buffer.</summary>
internal sealed unsafe class IngestChunks : IPageRowSink, IDisposable
{
    public const string Table = "CREATE TABLE pages (label VARCHAR, nb_visits BIGINT, nb_hits BIGINT, sum_time_spent BIGINT, bounce_rate DOUBLE, avg_time_on_page BIGINT, idsubdatatable BIGINT, goal_1 BIGINT, goal_2 BIGINT, goal_2_revenue DOUBLE)";

    private const int Rows = 2048;

    // Every row has the first six columns.
    private const int AlwaysPresent = 6;

    private readonly NativeAppender _appender;
    private readonly DuckDBLogicalType[] _types;
    private readonly DuckDBDataChunk _chunk;
    private readonly IntPtr[] _vectors = new IntPtr[IngestHandWritten.Columns];
    private readonly long*[] _data = new long*[IngestHandWritten.Columns];
    private readonly ulong*[] _validity = new ulong*[IngestHandWritten.Columns];
    private int _row;
    private uint _present;

    public IngestChunks(DuckDBConnection connection)
    {
        Check(NativeMethods.Appender.DuckDBAppenderCreateExt(connection.NativeConnection, null!, "main", "pages", out _appender));
        _types = [.. Enumerable.Range(0, IngestHandWritten.Columns).Select(i => NativeMethods.Appender.DuckDBAppenderColumnType(_appender, (ulong)i))];
        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([.. _types.Select(t => t.DangerousGetHandle())], IngestHandWritten.Columns);
        Begin();
    }

    public void Text(int column, ReadOnlySpan<byte> utf8)
    {
        fixed (byte* bytes = utf8)
        {
            byte none = 0;
            NativeMethods.Vectors.DuckDBUnsafeVectorAssignStringElementLength(_vectors[column], (ulong)_row, bytes is null ? &none : bytes, utf8.Length);
        }

        _present |= 1u << column;
    }

    public void Integer(int column, long value)
    {
        _data[column][_row] = value;
        _present |= 1u << column;
    }

    public void Double(int column, double value) => Integer(column, BitConverter.DoubleToInt64Bits(value));

    public void EndRow()
    {
        for (var column = AlwaysPresent; column < IngestHandWritten.Columns; column++)
        {
            if ((_present & (1u << column)) == 0)
            {
                _validity[column][_row >> 6] &= ~(1UL << (_row & 63));
            }
        }

        _present = 0;
        if (++_row == Rows)
        {
            Flush();
            Begin();
        }
    }

    public void Complete()
    {
        Flush();
        Check(NativeMethods.Appender.DuckDBAppenderClose(_appender));
    }

    public void Dispose()
    {
        _chunk.Dispose();
        foreach (var type in _types)
        {
            type.Dispose();
        }

        _appender.Dispose();
    }

    private void Begin()
    {
        _row = 0;
        NativeMethods.DataChunks.DuckDBDataChunkReset(_chunk);
        for (var column = 0; column < IngestHandWritten.Columns; column++)
        {
            _vectors[column] = NativeMethods.DataChunks.DuckDBDataChunkGetVector(_chunk, column);
            _data[column] = (long*)NativeMethods.Vectors.DuckDBVectorGetData(_vectors[column]);
            if (column >= AlwaysPresent)
            {
                NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(_vectors[column]);
                _validity[column] = NativeMethods.Vectors.DuckDBVectorGetValidity(_vectors[column]);
            }
        }
    }

    private void Flush()
    {
        _ = NativeMethods.DataChunks.DuckDBDataChunkSetSize(_chunk, (ulong)_row);
        Check(NativeMethods.Appender.DuckDBAppendDataChunk(_appender, _chunk));
    }

    private static void Check(DuckDBState state)
    {
        if (!state.IsSuccess())
        {
            throw new InvalidOperationException("The appender failed.");
        }
    }
}
