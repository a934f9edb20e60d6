using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>
/// Writes batches in ClickHouse's Native format: a block a batch, column by column as they are held.
/// A value is converted up to the table's type; a column the batch lacks is null; a date that the engine does not know is null too.
/// </summary>
/// <param name="columns">The columns; each with its name in the engine.</param>
/// <param name="number">The number of the commit, written into every row.</param>
internal sealed class ClickHouseNative(IReadOnlyList<(ColumnDefinition Column, string Name)> columns, ulong number)
{
    private const int FlushBytes = 256 << 10;
    private const long DayMicroseconds = 86_400_000_000;

    private static readonly (long First, long Last) Instants = (ClickHouseDialect.Days.First * DayMicroseconds, ((ClickHouseDialect.Days.Last + 1) * DayMicroseconds) - 1);

    private readonly ArrayBufferWriter<byte> _bytes = new(FlushBytes * 2);

    /// <summary>Writes all rows of a commit.</summary>
    /// <returns>How many there were.</returns>
    public async Task<long> WriteAsync(Stream stream, WindowCommit commit, CancellationToken cancellationToken)
    {
        var rows = 0L;
        List<ColumnDefinition> known = [.. columns.Select(c => c.Column)];
        foreach (var batch in commit.Rows.ReadBatches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            CommitRules.RequireKnownColumns(commit.Table, known, batch);
            VarInt((ulong)columns.Count + 1);
            VarInt((ulong)batch.Rows);
            foreach (var (column, name) in columns)
            {
                Column(column, name, batch);
            }

            Text(ClickHouseDialect.Commit);
            Text("UInt64");
            var numbers = MemoryMarshal.Cast<byte, ulong>(Take(batch.Rows * sizeof(ulong)));
            numbers.Fill(BitConverter.IsLittleEndian ? number : BinaryPrimitives.ReverseEndianness(number));
            rows += batch.Rows;
            if (_bytes.WrittenCount >= FlushBytes)
            {
                await FlushAsync(stream, cancellationToken);
            }
        }

        await FlushAsync(stream, cancellationToken);
        return rows;
    }

    private async Task FlushAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(_bytes.WrittenMemory, cancellationToken);
        }
        catch (IOException e)
        {
            // Told apart from rows that could not be read.
            throw new HttpRequestException(HttpRequestError.ResponseEnded, e.Message, e);
        }

        _bytes.ResetWrittenCount();
    }

    private void Column(ColumnDefinition column, string name, RowBatch batch)
    {
        Text(name);
        Text(ClickHouseDialect.TypeName(column));
        var at = batch.IndexOf(column.Name);
        var buffer = at < 0 ? null : batch.Buffer(at);
        if (buffer is not null && buffer.Type != column.Type && ColumnWidening.Wider(buffer.Type, column.Type) != column.Type)
        {
            throw new ArgumentException($"The column '{column.Name}' is {column.Type} in the table and {buffer.Type} in the rows, which is not narrower.");
        }

        var isNull = new bool[batch.Rows];
        for (var row = 0; row < batch.Rows; row++)
        {
            isNull[row] = buffer is null || !buffer.IsPresent(row) || !Fits(buffer, row, column.Type);
        }

        if (ClickHouseDialect.IsNullable(column.Name))
        {
            MemoryMarshal.AsBytes<bool>(isNull).CopyTo(Take(batch.Rows));
        }
        else if (isNull.Contains(true))
        {
            throw new ArgumentException($"The key column '{column.Name}' is null in a row, or a date that ClickHouse does not know.");
        }

        Values(column.Type, buffer, isNull);
    }

    private static bool Fits(ColumnBuffer buffer, int row, ColumnType type) => type switch
    {
        ColumnType.Date => buffer.GetInteger(row) >= ClickHouseDialect.Days.First && buffer.GetInteger(row) <= ClickHouseDialect.Days.Last,
        ColumnType.Instant => buffer.GetInteger(row) >= Instants.First && buffer.GetInteger(row) <= Instants.Last,
        _ => true,
    };

    private void Values(ColumnType type, ColumnBuffer? buffer, bool[] isNull)
    {
        var rows = isNull.Length;
        switch (type)
        {
            case ColumnType.Text or ColumnType.Json:
                Texts(buffer, isNull);
                break;
            case ColumnType.Date:
                var days = Take(rows * sizeof(int));
                for (var row = 0; row < rows; row++)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(days[(row * sizeof(int))..], isNull[row] ? 0 : (int)buffer!.GetInteger(row));
                }

                break;
            case ColumnType.Boolean:
                var flags = Take(rows);
                for (var row = 0; row < rows; row++)
                {
                    flags[row] = isNull[row] || buffer!.GetInteger(row) == 0 ? (byte)0 : (byte)1;
                }

                break;
            case ColumnType.Money:
                var amounts = Take(rows * 16);
                for (var row = 0; row < rows; row++)
                {
                    BinaryPrimitives.WriteInt128LittleEndian(amounts[(row * 16)..], isNull[row] ? 0 : buffer!.GetInteger(row));
                }

                break;
            default:
                var words = Take(rows * sizeof(long));
                for (var row = 0; row < rows; row++)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(words[(row * sizeof(long))..], isNull[row] ? 0 : Word(type, buffer!, row));
                }

                break;
        }
    }

    private static long Word(ColumnType type, ColumnBuffer buffer, int row) => (type, buffer.Type) switch
    {
        (ColumnType.Double, ColumnType.Integer or ColumnType.Boolean) => BitConverter.DoubleToInt64Bits(buffer.GetInteger(row)),
        (ColumnType.Double, ColumnType.Money) => BitConverter.DoubleToInt64Bits(buffer.GetInteger(row) / 10_000d),
        _ => buffer.GetInteger(row),
    };

    private void Texts(ColumnBuffer? buffer, bool[] isNull)
    {
        var isText = buffer?.Type is ColumnType.Text or ColumnType.Json;
        var isClean = isText && TextBytes.IsClean(buffer!, refusesNul: false);
        for (var row = 0; row < isNull.Length; row++)
        {
            if (isNull[row])
            {
                VarInt(0);
            }
            else if (isText)
            {
                var piece = buffer!.GetUtf8(row);
                Text(isClean && TextBytes.IsWhole(piece) ? piece : TextBytes.Clean(piece, refusesNul: false));
            }
            else
            {
                Text(ColumnText.Format(buffer!, row));
            }
        }
    }

    private void Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    private void Text(ReadOnlySpan<byte> text)
    {
        VarInt((ulong)text.Length);
        text.CopyTo(Take(text.Length));
    }

    private void VarInt(ulong value)
    {
        var span = _bytes.GetSpan(10);
        var count = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[count++] = (byte)(value | 0x80);
        }

        span[count++] = (byte)value;
        _bytes.Advance(count);
    }

    private Span<byte> Take(int count)
    {
        var span = _bytes.GetSpan(count)[..count];
        _bytes.Advance(count);
        return span;
    }
}
