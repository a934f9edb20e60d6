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
    /// <param name="type">The type.</param>
    /// <param name="capacity">Rows there is room for at first.</param>
    /// <param name="byteCapacity">Bytes of text there is room for at first.</param>
    public ColumnBuffer(ColumnType type, int capacity, int byteCapacity = 0)
    {
        Type = type;
        (_words, _present) = capacity switch
        {
            0 => ([], []),
            RowBatch.MaxRows => BufferPool.Take(),
            _ => (new long[capacity], new bool[capacity]),
        };
        _bytes = byteCapacity == 0 ? [] : new byte[byteCapacity];
    }

    /// <summary>The type the values have. A column can be widened while it fills: see <see cref="Widen"/>.</summary>
    public ColumnType Type { get; private set; }

    /// <summary>Bytes held by text values.</summary>
    public int ByteCount => _byteCount;

    /// <summary>Bytes of memory held, for values, for room and for itself.</summary>
    internal long MemoryBytes => 100 + (_words.Length * 9L) + _bytes.Length;

    /// <summary>Rows there is room for.</summary>
    internal int Capacity => _present.Length;

    /// <summary>Which rows have a value; rows behind its end have none.</summary>
    internal ReadOnlySpan<bool> Presence => _present;

    /// <summary>The words of all rows, as <see cref="GetInteger"/> gives them; those of text say where it stands.</summary>
    internal ReadOnlySpan<long> Words => _words;

    /// <summary>The text of all rows; two rows may share a piece.</summary>
    internal ReadOnlySpan<byte> TextBytes => _bytes.AsSpan(0, _byteCount);

    /// <summary>Whether one of the first <paramref name="rows"/> has a value.</summary>
    internal bool HasValues(int rows) => _present.AsSpan(0, Math.Min(rows, _present.Length)).Contains(true);

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

    /// <summary>Sets rows to one value held as a 64-bit word.</summary>
    internal void FillIntegers(int from, int to, long value)
    {
        if (from < to)
        {
            Ensure(to - 1);
            _words.AsSpan(from, to - from).Fill(value);
            _present.AsSpan(from, to - from).Fill(true);
        }
    }

    /// <summary>Sets rows to one text, which is held once.</summary>
    internal void FillUtf8(int from, int to, ReadOnlySpan<byte> utf8)
    {
        if (from < to)
        {
            SetUtf8(from, utf8);
            FillIntegers(from + 1, to, _words[from]);
        }
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

    /// <summary>Gives the room for values back for other columns. Nothing may look at this one any more.</summary>
    internal void Recycle()
    {
        BufferPool.Return(_words, _present);
        (_words, _present, _bytes, _byteCount) = ([], [], [], 0);
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
            var size = Math.Max(row + 1, Math.Max(64, _words.Length * 2));
            Array.Resize(ref _words, size);
            Array.Resize(ref _present, size);
        }
    }

    /// <summary>The values of some rows as a column of their own; the text is held by both.</summary>
    internal ColumnBuffer Pick(ReadOnlySpan<int> rows)
    {
        var picked = new ColumnBuffer(Type, HasValues(int.MaxValue) ? rows.Length : 0) { _bytes = _bytes.AsSpan(0, _byteCount).ToArray(), _byteCount = _byteCount };
        for (var i = 0; i < picked.Capacity; i++)
        {
            if (IsPresent(rows[i]))
            {
                picked.SetInteger(i, _words[rows[i]]);
            }
        }

        return picked;
    }

    /// <summary>Writes the first <paramref name="rows"/> values in a form only <see cref="ReadFrom"/> understands, for staging.</summary>
    public void WriteTo(BinaryWriter writer, int rows)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var held = HasValues(rows) ? Math.Min(rows, _present.Length) : 0;
        writer.Write((byte)Type);
        writer.Write(held);
        writer.Write(_byteCount);
        writer.Write(MemoryMarshal.AsBytes(_present.AsSpan(0, held)));
        writer.Write(MemoryMarshal.AsBytes(_words.AsSpan(0, held)));
        writer.Write(_bytes.AsSpan(0, _byteCount));
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    public static ColumnBuffer ReadFrom(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var type = (ColumnType)reader.ReadByte();
        var held = reader.ReadInt32();
        var byteCount = reader.ReadInt32();
        var column = new ColumnBuffer(type, held, byteCount) { _byteCount = byteCount };
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(column._present.AsSpan()));
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(column._words.AsSpan()));
        reader.BaseStream.ReadExactly(column._bytes);
        return column;
    }
}
