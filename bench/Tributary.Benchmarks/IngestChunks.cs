using DuckDB.NET.Data;
using DuckDB.NET.Native;
using NativeAppender = DuckDB.NET.Native.DuckDBAppender;

namespace Tributary.Benchmarks;

/// <summary>Cells written straight into DuckDB's own data chunks, text as the UTF-8 of the read buffer.</summary>
internal sealed unsafe class IngestChunks : IPageRowSink, IDisposable
{
    public const string Table = "CREATE TABLE pages (label VARCHAR, nb_visits BIGINT, nb_hits BIGINT, sum_time_spent BIGINT, bounce_rate DOUBLE, avg_time_on_page BIGINT, idsubdatatable BIGINT, goal_1 BIGINT, goal_2 BIGINT, goal_2_revenue DOUBLE)";

    /// <summary>What every row of a DataSet says besides, the same on all of them here: the loop that stores the same table as Tributary writes these too.</summary>
    public const string OwnColumns = ", site_id BIGINT, period_start DATE, period_end DATE, is_others BOOLEAN, _read_at TIMESTAMPTZ, page_url VARCHAR, level_1 VARCHAR, site_name VARCHAR, period VARCHAR, _run_id VARCHAR, currency VARCHAR)";

    private const int Rows = 2048;

    private const int Own = 11;
    private const int Fixed = 5;
    private const int Null = 7;

    private static readonly byte[][] Texts = [[.. "Shop"u8], [.. "day"u8], [.. "01980c9f-run"u8], [.. "EUR"u8]];

    // Every row has the first six columns.
    private const int AlwaysPresent = 6;

    private readonly NativeAppender _appender;
    private readonly DuckDBLogicalType[] _types;
    private readonly DuckDBDataChunk _chunk;
    private readonly int _columns;
    private readonly IntPtr[] _vectors = new IntPtr[IngestHandWritten.Columns + Own];
    private readonly long*[] _data = new long*[IngestHandWritten.Columns + Own];
    private readonly ulong*[] _validity = new ulong*[IngestHandWritten.Columns + Own];
    private int _row;
    private uint _present;

    /// <param name="connection">Where the table is.</param>
    /// <param name="withOwn">Whether it has <see cref="OwnColumns"/>.</param>
    public IngestChunks(DuckDBConnection connection, bool withOwn)
    {
        _columns = IngestHandWritten.Columns + (withOwn ? Own : 0);
        Check(NativeMethods.Appender.DuckDBAppenderCreateExt(connection.NativeConnection, null!, "main", "pages", out _appender));
        _types = [.. Enumerable.Range(0, _columns).Select(i => NativeMethods.Appender.DuckDBAppenderColumnType(_appender, (ulong)i))];
        _chunk = NativeMethods.DataChunks.DuckDBCreateDataChunk([.. _types.Select(t => t.DangerousGetHandle())], (ulong)_columns);
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
        for (var column = 0; column < _columns; column++)
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

    private void FillOwn()
    {
        const int First = IngestHandWritten.Columns;
        for (var row = 0; row < _row; row++)
        {
            _data[First][row] = 1;
            ((int*)_data[First + 1])[row] = 20_454;
            ((int*)_data[First + 2])[row] = 20_454;
            ((byte*)_data[First + 3])[row] = 0;
            _data[First + 4][row] = 1_767_225_600_000_000;
            for (var column = 0; column < Texts.Length; column++)
            {
                fixed (byte* bytes = Texts[column])
                {
                    NativeMethods.Vectors.DuckDBUnsafeVectorAssignStringElementLength(_vectors[First + Null + column], (ulong)row, bytes, Texts[column].Length);
                }
            }
        }

        for (var column = First + Fixed; column < First + Null; column++)
        {
            new Span<ulong>(_validity[column], (_row + 63) / 64).Clear();
        }
    }

    private void Flush()
    {
        if (_columns > IngestHandWritten.Columns)
        {
            FillOwn();
        }

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
