using System.Runtime.InteropServices;

namespace Tributary.Model;

/// <summary>
/// The values of one column of a <see cref="RowBatch"/>, in the column's own representation:
/// text as UTF-8 in one byte run, numbers and times as 64-bit words.
/// Rows are filled in order; a row nobody set is null.
/// </summary>
public sealed class ColumnBuffer
{
    private long[] _words;
    private bool[] _present;
    private byte[] _bytes = [];
    private int _byteCount;

    /// <summary>Creates an empty column.</summary>
    public ColumnBuffer(ColumnType type, int capacity)
    {
        Type = type;
        _words = new long[capacity];
        _present = new bool[capacity];
    }

    /// <summary>The type the values have. A column can be widened while it fills: see <see cref="Widen"/>.</summary>
    public ColumnType Type { get; private set; }

    /// <summary>Bytes held by text values.</summary>
    public int ByteCount => _byteCount;

    /// <summary>Whether the row has a value.</summary>
    public bool IsPresent(int row) => row < _present.Length && _present[row];

    /// <summary>The whole number of an <see cref="ColumnType.Integer"/>, the day number of a <see cref="ColumnType.Date"/> (days since 1970-01-01), the microseconds since 1970 of an <see cref="ColumnType.Instant"/>, the ten-thousandths of a <see cref="ColumnType.Money"/>, 0 or 1 of a <see cref="ColumnType.Boolean"/>.</summary>
    public long GetInteger(int row) => _words[row];

    /// <summary>The value of a <see cref="ColumnType.Double"/>.</summary>
    public double GetDouble(int row) => BitConverter.Int64BitsToDouble(_words[row]);

    /// <summary>The UTF-8 of a text or JSON value; valid until the column is cleared or set again.</summary>
    public ReadOnlySpan<byte> GetUtf8(int row)
    {
        var word = _words[row];
        return _bytes.AsSpan((int)(word >> 32), (int)(word & 0xFFFFFFFF));
    }

    /// <summary>Sets a value held as a 64-bit word: see <see cref="GetInteger"/> for what it means by type.</summary>
    public void SetInteger(int row, long value)
    {
        Ensure(row);
        _words[row] = value;
        _present[row] = true;
    }

    /// <summary>Sets a <see cref="ColumnType.Double"/>.</summary>
    public void SetDouble(int row, double value) => SetInteger(row, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Sets a text or JSON value.</summary>
    public void SetUtf8(int row, ReadOnlySpan<byte> utf8)
    {
        Ensure(row);
        if (_byteCount + utf8.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(checked(_byteCount + utf8.Length), Math.Max(256, _bytes.Length * 2)));
        }

        utf8.CopyTo(_bytes.AsSpan(_byteCount));
        _words[row] = ((long)_byteCount << 32) | (uint)utf8.Length;
        _present[row] = true;
        _byteCount += utf8.Length;
    }

    /// <summary>Makes the row null again.</summary>
    public void SetNull(int row)
    {
        if (row < _present.Length)
        {
            _present[row] = false;
        }
    }

    /// <summary>Copies the value of one row over another; the text itself is shared.</summary>
    public void Move(int from, int to)
    {
        if (!IsPresent(from))
        {
            SetNull(to);
            return;
        }

        SetInteger(to, _words[from]);
    }

    /// <summary>Forgets all values; the type stays.</summary>
    public void Clear()
    {
        Array.Clear(_present);
        _byteCount = 0;
    }

    /// <summary>Changes the type to a wider one and rewrites the first <paramref name="rows"/> values: whole number to float or text, anything to text. Nothing is lost that the narrower type held.</summary>
    public void Widen(ColumnType wider, int rows)
    {
        if (wider == Type)
        {
            return;
        }

        var old = Type;
        Type = wider;
        for (var row = 0; row < Math.Min(rows, _present.Length); row++)
        {
            if (_present[row])
            {
                Convert(row, old, wider);
            }
        }
    }

    private void Convert(int row, ColumnType from, ColumnType to)
    {
        switch (to)
        {
            case ColumnType.Double when from is ColumnType.Integer or ColumnType.Boolean:
                SetDouble(row, GetInteger(row));
                break;
            case ColumnType.Double when from == ColumnType.Money:
                SetDouble(row, GetInteger(row) / 10_000d);
                break;
            case ColumnType.Integer when from == ColumnType.Boolean:
                break;
            case ColumnType.Text when from == ColumnType.Json:
                break;
            case ColumnType.Text:
                SetUtf8(row, System.Text.Encoding.UTF8.GetBytes(ColumnText.Format(this, from, row)));
                break;
            default:
                throw new InvalidOperationException($"A {from} column cannot be widened to {to}.");
        }
    }

    private void Ensure(int row)
    {
        if (row >= _present.Length)
        {
            var size = Math.Max(row + 1, _words.Length * 2);
            Array.Resize(ref _words, size);
            Array.Resize(ref _present, size);
        }
    }

    /// <summary>Writes the first <paramref name="rows"/> values in a form only <see cref="ReadFrom"/> understands, for staging.</summary>
    public void WriteTo(BinaryWriter writer, int rows)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (rows > 0)
        {
            Ensure(rows - 1);
        }

        writer.Write((byte)Type);
        writer.Write(_byteCount);
        writer.Write(MemoryMarshal.AsBytes(_present.AsSpan(0, rows)));
        writer.Write(MemoryMarshal.AsBytes(_words.AsSpan(0, rows)));
        writer.Write(_bytes.AsSpan(0, _byteCount));
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    public static ColumnBuffer ReadFrom(BinaryReader reader, int rows)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var column = new ColumnBuffer((ColumnType)reader.ReadByte(), rows) { _byteCount = reader.ReadInt32() };
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(column._present.AsSpan()));
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(column._words.AsSpan()));
        column._bytes = new byte[column._byteCount];
        reader.BaseStream.ReadExactly(column._bytes);
        return column;
    }
}
