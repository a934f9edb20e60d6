using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Tributary.Matomo.Replies;

/// <summary>
/// Reads whole rows of a table straight from the buffer. Rows of one table carry their properties in the same order, some of them now and then:
/// a name is compared with what stood in its place in the rows before. It takes a row only when all of it is in the buffer and plainly valid JSON as PHP writes it,
/// without white space between tokens; any other row is left to the JSON reader, which says what is wrong with it.
/// </summary>
internal sealed class RowScanner(ReplyHandler handler)
{
    private const int MostNested = 8;

    // What ends the plain part of a text: its end, an escape, or a control character, which JSON does not allow.
    private static readonly SearchValues<byte> NotPlain = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    private readonly ReplyPath _row = ReplyPath.Row();
    private readonly ReplyPath[] _around = new ReplyPath[MostNested];
    private readonly ByteBuffer _text = new(1024);
    private Cell[] _cells = new Cell[64];
    private int _count;

    /// <summary>Who receives the rows.</summary>
    public ReplyHandler Handler { get; } = handler;

    /// <summary>Hands over the rows that follow the end of another one.</summary>
    /// <param name="bytes">What stands behind that row.</param>
    /// <param name="rows">How many rows it took.</param>
    /// <returns>Bytes used: what is left begins behind the last row taken.</returns>
    public int Take(ReadOnlySpan<byte> bytes, out int rows)
    {
        var used = 0;
        for (rows = 0; TryFind(bytes[used..], out var length); rows++)
        {
            HandOver(bytes.Slice(used, length));
            used += length;
        }

        return used;
    }

    private void HandOver(ReadOnlySpan<byte> bytes)
    {
        Handler.BeginRow(0, default);
        foreach (ref readonly var cell in _cells.AsSpan(0, _count))
        {
            var text = bytes.Slice(cell.Start, cell.Length);
            if (cell.IsEscaped)
            {
                _text.Truncate(0);
                JsonText.Unescape(text, _text);
                text = _text.Written;
            }

            Handler.Cell(cell.Path, new ReplyValue(cell.Kind, text, cell.Whole));
        }

        Handler.EndRow(0);
    }

    /// <summary>Finds the cells of a row and the comma before it.</summary>
    private bool TryFind(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (!bytes.StartsWith(",{"u8))
        {
            return false;
        }

        _count = 0;
        var (at, depth) = (2, 0);
        var around = _row;
        ReplyPath? last = null;
        while (true)
        {
            var rest = bytes[at..];
            var path = last is null ? around.First : last.Next;
            if (path is null || !rest.StartsWith(path.Token))
            {
                path = FindName(rest, around, last);
                if (path is null)
                {
                    return false;
                }
            }

            at += path.Token.Length;
            if (at < bytes.Length && bytes[at] == '{')
            {
                if (depth == MostNested || !HasCells(path))
                {
                    return false;
                }

                _around[depth++] = around;
                (around, last) = (path, null);
                at++;
                continue;
            }

            var value = FindValue(bytes, at, path);
            if (value == 0)
            {
                return false;
            }

            at += value;
            last = path;
            while (at < bytes.Length && bytes[at] == '}')
            {
                at++;
                if (depth == 0)
                {
                    length = at;
                    return Utf8.IsValid(bytes[..at]);
                }

                last = around;
                around = _around[--depth];
            }

            if (at >= bytes.Length || bytes[at++] != ',')
            {
                return false;
            }
        }
    }

    /// <summary>The property whose name stands here, where it is not the one expected first; null when that is no plain name.</summary>
    private static ReplyPath? FindName(ReadOnlySpan<byte> bytes, ReplyPath around, ReplyPath? last)
    {
        var other = last is null ? around.OtherFirst : last.Other;
        if (other is not null && bytes.StartsWith(other.Token))
        {
            return other;
        }

        if (!bytes.StartsWith("\""u8))
        {
            return null;
        }

        var name = bytes[1..];
        var end = name.IndexOfAny(NotPlain);
        if (end < 0 || !name[end..].StartsWith("\":"u8) || !Utf8.IsValid(name[..end]))
        {
            return null;
        }

        var path = around.Inside(name[..end]);
        if (path is null)
        {
            return null;
        }

        if (last is null)
        {
            around.BeginsWith(path);
        }
        else
        {
            last.Precedes(path);
        }

        return path;
    }

    /// <summary>Notes the value that stands here; its length, 0 when it is none that can be told plainly.</summary>
    private int FindValue(ReadOnlySpan<byte> bytes, int at, ReplyPath path)
    {
        var rest = bytes[at..];
        if (rest.IsEmpty)
        {
            return 0;
        }

        switch (rest[0])
        {
            case (byte)'"':
                var text = TextLength(rest[1..], out var isEscaped);
                return text < 0 ? 0 : Note(new Cell(path, ReplyValueKind.String, at + 1, text) { IsEscaped = isEscaped }, text + 2);
            case (byte)'n' when rest.StartsWith("null"u8):
                return Note(new Cell(path, ReplyValueKind.Null, at, 0), 4);
            case (byte)'t' when rest.StartsWith("true"u8):
                return Note(new Cell(path, ReplyValueKind.True, at, 0), 4);
            case (byte)'f' when rest.StartsWith("false"u8):
                return Note(new Cell(path, ReplyValueKind.False, at, 0), 5);
            default:
                var number = NumberLength(rest, out var whole);
                return number == 0 ? 0 : Note(new Cell(path, ReplyValueKind.Number, at, number) { Whole = whole }, number);
        }
    }

    private int Note(in Cell cell, int length)
    {
        if (_count == _cells.Length)
        {
            Array.Resize(ref _cells, _count * 2);
        }

        _cells[_count++] = cell;
        return length;
    }

    private bool HasCells(ReplyPath path) =>
        path.HasCells ??= Handler.TreatsPathsAlike && Handler.Nested(0, path.Utf8, JsonTokenType.StartObject) == NestedTreatment.Cells;

    /// <summary>The length of a text up to its closing quote; -1 when it has none or is broken.</summary>
    private static int TextLength(ReadOnlySpan<byte> bytes, out bool isEscaped)
    {
        isEscaped = false;
        for (var at = 0; ;)
        {
            var plain = bytes[at..].IndexOfAny(NotPlain);
            if (plain < 0)
            {
                return -1;
            }

            at += plain;
            if (bytes[at] == '"')
            {
                return at;
            }

            var escape = EscapeLength(bytes[at..]);
            if (escape == 0)
            {
                return -1;
            }

            isEscaped = true;
            at += escape;
        }
    }

    private static int EscapeLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2 || bytes[0] != '\\')
        {
            return 0;
        }

        if (bytes[1] == 'u')
        {
            return bytes.Length >= 6 && char.IsAsciiHexDigit((char)bytes[2]) && char.IsAsciiHexDigit((char)bytes[3]) && char.IsAsciiHexDigit((char)bytes[4]) && char.IsAsciiHexDigit((char)bytes[5]) ? 6 : 0;
        }

        return "\"\\/bfnrt"u8.Contains(bytes[1]) ? 2 : 0;
    }

    /// <summary>The length of a number by the rules of JSON; 0 when there is none.</summary>
    /// <param name="bytes">Where it begins.</param>
    /// <param name="whole">Its value when it is whole and has at most 18 digits; null otherwise.</param>
    private static int NumberLength(ReadOnlySpan<byte> bytes, out long? whole)
    {
        whole = null;
        var at = bytes[0] == '-' ? 1 : 0;
        var first = at;
        var value = 0L;
        for (; at < bytes.Length && (uint)(bytes[at] - '0') <= 9; at++)
        {
            value = (value * 10) + (bytes[at] - '0');
        }

        var digits = at - first;
        if (digits == 0 || (digits > 1 && bytes[first] == '0'))
        {
            return 0;
        }

        if (at < bytes.Length && bytes[at] is (byte)'.' or (byte)'e' or (byte)'E')
        {
            return FractionEnd(bytes, at);
        }

        if (digits <= 18)
        {
            whole = first == 1 ? -value : value;
        }

        return at;
    }

    private static int FractionEnd(ReadOnlySpan<byte> bytes, int at)
    {
        if (bytes[at] == '.')
        {
            var digits = Digits(bytes, at + 1);
            if (digits == 0)
            {
                return 0;
            }

            at += 1 + digits;
        }

        if (at < bytes.Length && bytes[at] is (byte)'e' or (byte)'E')
        {
            at += at + 1 < bytes.Length && bytes[at + 1] is (byte)'+' or (byte)'-' ? 2 : 1;
            var digits = Digits(bytes, at);
            return digits == 0 ? 0 : at + digits;
        }

        return at;
    }

    private static int Digits(ReadOnlySpan<byte> bytes, int at)
    {
        var from = at;
        while (at < bytes.Length && (uint)(bytes[at] - '0') <= 9)
        {
            at++;
        }

        return at - from;
    }

    private readonly record struct Cell(ReplyPath Path, ReplyValueKind Kind, int Start, int Length)
    {
        public bool IsEscaped { get; init; }

        public long? Whole { get; init; }
    }
}
