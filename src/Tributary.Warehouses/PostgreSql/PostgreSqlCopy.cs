using System.Buffers.Binary;
using System.Text;
using Npgsql;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.PostgreSql;

/// <summary>
/// Writes batches in PostgreSQL's binary COPY format, straight from the columns: text as the UTF-8 it is held in.
/// A value is converted up to the table's type; a column the batch lacks is null.
/// </summary>
internal sealed class PostgreSqlCopy(string table, IReadOnlyList<ColumnDefinition> columns)
{
    private const int FlushBytes = 256 << 10;

    // Days and microseconds from 1970-01-01 to 2000-01-01, where PostgreSQL counts from.
    private const int EpochDays = 10_957;
    private const long EpochMicroseconds = EpochDays * 86_400_000_000L;

    private const int MoneyScale = 4;
    private const int DigitBase = 10_000;

    private readonly ColumnBuffer?[] _buffers = new ColumnBuffer?[columns.Count];
    private readonly bool[] _isClean = new bool[columns.Count];
    private byte[] _bytes = new byte[FlushBytes + (FlushBytes / 4)];
    private int _count;

    // "PGCOPY\n\377\r\n\0", no flags, no extension.
    private static ReadOnlySpan<byte> Header => [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Writes all rows of a commit.</summary>
    /// <returns>How many there were.</returns>
    public async Task<long> WriteAsync(NpgsqlConnection connection, SqlDialect dialect, WindowCommit commit, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", columns.Select(c => dialect.Column(c.Name)));
        var stream = await connection.BeginRawBinaryCopyAsync($"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        await using (stream)
        {
            try
            {
                var rows = await WriteAsync(stream, commit, cancellationToken);
                Int16(-1);
                await FlushAsync(stream, cancellationToken);
                return rows;
            }
            catch
            {
                // What has arrived is given up with the transaction; this ends the copying without looking at it.
                await CancelAsync(stream);
                throw;
            }
        }
    }

    private static async Task CancelAsync(NpgsqlRawCopyStream stream)
    {
        try
        {
            await stream.CancelAsync();
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException)
        {
            // The connection is gone, and the copying with it.
        }
    }

    private async Task<long> WriteAsync(NpgsqlRawCopyStream stream, WindowCommit commit, CancellationToken cancellationToken)
    {
        Header.CopyTo(_bytes);
        _count = Header.Length;
        var rows = 0L;
        foreach (var batch in commit.Rows.ReadBatches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Map(batch, commit.Table);
            for (var row = 0; row < batch.Rows; row++)
            {
                Int16((short)columns.Count);
                for (var i = 0; i < columns.Count; i++)
                {
                    Value(i, row);
                }

                if (_count >= FlushBytes)
                {
                    await FlushAsync(stream, cancellationToken);
                }
            }

            rows += batch.Rows;
        }

        return rows;
    }

    private async Task FlushAsync(NpgsqlRawCopyStream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_bytes.AsMemory(0, _count), cancellationToken);
        _count = 0;
    }

    private void Map(RowBatch batch, string name)
    {
        CommitRules.RequireKnownColumns(name, columns, batch);
        for (var i = 0; i < columns.Count; i++)
        {
            var at = batch.IndexOf(columns[i].Name);
            var buffer = _buffers[i] = at < 0 ? null : batch.Buffer(at);
            _isClean[i] = buffer?.Type is ColumnType.Text or ColumnType.Json && TextBytes.IsClean(buffer, refusesNul: true);
        }
    }

    private void Value(int column, int row)
    {
        var buffer = _buffers[column];
        if (buffer is null || !buffer.IsPresent(row))
        {
            Int32(-1);
            return;
        }

        switch (columns[column].Type, buffer.Type)
        {
            case (ColumnType.Text or ColumnType.Json, ColumnType.Text or ColumnType.Json):
                var piece = buffer.GetUtf8(row);
                Bytes(_isClean[column] && TextBytes.IsWhole(piece) ? piece : TextBytes.Clean(piece, refusesNul: true));
                break;
            case (ColumnType.Text, _):
                Bytes(Encoding.UTF8.GetBytes(ColumnText.Format(buffer, row)));
                break;
            case (ColumnType.Double, ColumnType.Integer or ColumnType.Boolean):
                Int64(BitConverter.DoubleToInt64Bits(buffer.GetInteger(row)));
                break;
            case (ColumnType.Double, ColumnType.Money):
                Int64(BitConverter.DoubleToInt64Bits(buffer.GetInteger(row) / 10_000d));
                break;
            case (ColumnType.Integer, ColumnType.Boolean):
            case (ColumnType.Integer, ColumnType.Integer):
            case (ColumnType.Double, ColumnType.Double):
                Int64(buffer.GetInteger(row));
                break;
            case (ColumnType.Money, ColumnType.Money):
                Money(buffer.GetInteger(row));
                break;
            case (ColumnType.Boolean, ColumnType.Boolean):
                Ensure(5);
                Int32(1);
                _bytes[_count++] = buffer.GetInteger(row) != 0 ? (byte)1 : (byte)0;
                break;
            case (ColumnType.Date, ColumnType.Date):
                Int32(4);
                Int32(checked((int)buffer.GetInteger(row)) - EpochDays);
                break;
            case (ColumnType.Instant, ColumnType.Instant):
                Int64(buffer.GetInteger(row) - EpochMicroseconds);
                break;
            default:
                throw new ArgumentException($"The column '{columns[column].Name}' is {columns[column].Type} in the table and {buffer.Type} in the rows, which is not narrower.");
        }
    }

    /// <summary>numeric: digits to the base 10,000, the last one the four decimals; zeros at the end are left out.</summary>
    private void Money(long value)
    {
        Span<short> digits = stackalloc short[5];
        var rest = value < 0 ? unchecked((ulong)-value) : (ulong)value;
        var count = 0;
        for (; rest > 0; rest /= DigitBase)
        {
            digits[count++] = (short)(rest % DigitBase);
        }

        var zeros = 0;
        while (zeros < count && digits[zeros] == 0)
        {
            zeros++;
        }

        Int32(8 + (2 * (count - zeros)));
        Int16((short)(count - zeros));
        Int16((short)(count == 0 ? 0 : count - 2));
        Int16((short)(value < 0 ? 0x4000 : 0));
        Int16(MoneyScale);
        for (var i = count - 1; i >= zeros; i--)
        {
            Int16(digits[i]);
        }
    }

    private void Bytes(ReadOnlySpan<byte> value)
    {
        Ensure(value.Length + 4);
        Int32(value.Length);
        value.CopyTo(_bytes.AsSpan(_count));
        _count += value.Length;
    }

    private void Int64(long value)
    {
        Ensure(12);
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_count), 8);
        BinaryPrimitives.WriteInt64BigEndian(_bytes.AsSpan(_count + 4), value);
        _count += 12;
    }

    private void Int32(int value)
    {
        Ensure(4);
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_count), value);
        _count += 4;
    }

    private void Int16(short value)
    {
        Ensure(2);
        BinaryPrimitives.WriteInt16BigEndian(_bytes.AsSpan(_count), value);
        _count += 2;
    }

    private void Ensure(int more)
    {
        if (_count + more > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _count + more));
        }
    }
}
