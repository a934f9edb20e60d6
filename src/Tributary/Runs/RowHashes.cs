using System.Buffers.Binary;
using System.IO.Hashing;
using Tributary.Model;

namespace Tributary.Runs;

/// <summary>
/// Remembers rows by 128 bits of what tells them apart, so that no two of half a million rows meet by chance: their dimensions and <c>is_others</c>.
/// </summary>
internal sealed class RowHashes
{
    private readonly UInt128[] _slots;
    private readonly List<string> _names = [];
    private readonly List<(int Number, ColumnBuffer Buffer)> _identity = [];
    private byte[] _row = new byte[256];

    /// <param name="most">How many rows can be added.</param>
    public RowHashes(int most) => _slots = new UInt128[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(most, 8)) * 2];

    /// <summary>Whether a column tells rows apart.</summary>
    public static bool IsIdentity(ColumnDefinition column) => column.Role is ColumnRole.Dimension or ColumnRole.Others;

    /// <summary>The rows that follow are of this batch.</summary>
    public void Begin(RowBatch batch)
    {
        _identity.Clear();
        for (var column = 0; column < batch.Columns.Count; column++)
        {
            if (IsIdentity(batch.Columns[column]) && batch.Buffer(column).HasValues(batch.Rows))
            {
                _identity.Add((NumberOf(batch.Columns[column].Name), batch.Buffer(column)));
            }
        }
    }

    /// <summary>Adds a row of a partition; false when the partition has one like it.</summary>
    public bool Add(int partition, int row)
    {
        var hash = Hash(partition, row);
        if (hash == UInt128.Zero)
        {
            hash = UInt128.One;
        }

        var mask = _slots.Length - 1;
        for (var at = (int)(ulong)hash & mask; ; at = (at + 1) & mask)
        {
            if (_slots[at] == UInt128.Zero)
            {
                _slots[at] = hash;
                return true;
            }

            if (_slots[at] == hash)
            {
                return false;
            }
        }
    }

    private UInt128 Hash(int partition, int row)
    {
        var length = 0;
        foreach (var (number, buffer) in _identity)
        {
            if (!buffer.IsPresent(row))
            {
                continue;
            }

            // Number and length in front of each value: no two rows are written alike.
            var isText = buffer.Type is ColumnType.Text or ColumnType.Json;
            var text = isText ? buffer.GetUtf8(row) : default;
            if (_row.Length - length < text.Length + 16)
            {
                Array.Resize(ref _row, Math.Max(_row.Length * 2, length + text.Length + 16));
            }

            BinaryPrimitives.WriteInt32LittleEndian(_row.AsSpan(length), number);
            if (isText)
            {
                BinaryPrimitives.WriteInt32LittleEndian(_row.AsSpan(length + 4), text.Length);
                text.CopyTo(_row.AsSpan(length + 8));
                length += 8 + text.Length;
            }
            else
            {
                BinaryPrimitives.WriteInt64LittleEndian(_row.AsSpan(length + 4), buffer.GetInteger(row));
                length += 12;
            }
        }

        return XxHash128.HashToUInt128(_row.AsSpan(0, length), partition);
    }

    private int NumberOf(string name)
    {
        var number = _names.FindIndex(n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase));
        if (number < 0)
        {
            number = _names.Count;
            _names.Add(name);
        }

        return number;
    }
}
