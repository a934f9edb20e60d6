using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using DuckDB.NET.Native;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>Puts the text of a column into a vector of the engine.</summary>
internal readonly unsafe ref struct DuckDbText(IntPtr vector, DuckDbText.Value* data, ColumnBuffer buffer)
{
    private readonly bool _isValid = IsValid(buffer);

    /// <summary>DuckDB's own form of a text (<c>duckdb_string_t</c>): up to twelve bytes stand in it, longer text on the vector's heap.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    public struct Value
    {
        public const int MostInside = 12;

        public uint Length;
        public Inside Bytes;
    }

    [InlineArray(Value.MostInside)]
    public struct Inside
    {
        private byte _first;
    }

    /// <summary>Fills rows from one of the buffer's on.</summary>
    public void Fill(int from, ReadOnlySpan<bool> present)
    {
        var words = present.Length == 0 ? [] : buffer.Words.Slice(from, present.Length);
        var last = -1;
        for (var row = 0; row < words.Length; row++)
        {
            if (!present[row])
            {
                continue;
            }

            if (last >= 0 && words[row] == words[last])
            {
                data[row] = data[last];
            }
            else
            {
                Assign(row, buffer.GetUtf8(from + row), _isValid);
            }

            last = row;
        }
    }

    /// <summary>Sets one row.</summary>
    public void Assign(int row, ReadOnlySpan<byte> utf8) => Assign(row, utf8, isValid: false);

    private void Assign(int row, ReadOnlySpan<byte> utf8, bool isValid)
    {
        // The engine takes the bytes unseen and fails much later on those that are no UTF-8.
        if (!(isValid && IsWhole(utf8)) && !Utf8.IsValid(utf8))
        {
            utf8 = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));
        }

        if (utf8.Length <= Value.MostInside)
        {
            // Bytes behind the end are zero: the engine compares all twelve.
            var value = new Value { Length = (uint)utf8.Length };
            utf8.CopyTo(value.Bytes);
            data[row] = value;
            return;
        }

        fixed (byte* bytes = utf8)
        {
            NativeMethods.Vectors.DuckDBUnsafeVectorAssignStringElementLength(vector, (ulong)row, bytes, utf8.Length);
        }
    }

    /// <summary>Whether a piece of valid text is cut between characters.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> piece) => piece.IsEmpty || (IsStart(piece[0]) && (piece[^1] < 0x80 || Rune.DecodeLastFromUtf8(piece, out _, out _) == System.Buffers.OperationStatus.Done));

    private static bool IsStart(byte value) => (value & 0xC0) != 0x80;

    /// <summary>All text at once is looked at much faster than piece by piece.</summary>
    private static bool IsValid(ColumnBuffer buffer) => buffer.Type is ColumnType.Text or ColumnType.Json && Utf8.IsValid(buffer.TextBytes);
}
