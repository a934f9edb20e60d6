using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>Texts as UTF-8 that an engine takes: what is no UTF-8 becomes U+FFFD, and NUL too where the engine has no place for it.</summary>
internal static class TextBytes
{
    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>Whether all text of a column can go as it is, as far as its pieces are <see cref="IsWhole"/>: all at once is looked at much faster than piece by piece.</summary>
    public static bool IsClean(ColumnBuffer buffer, bool refusesNul) => Utf8.IsValid(buffer.TextBytes) && !(refusesNul && buffer.TextBytes.Contains((byte)0));

    /// <summary>Whether a piece of valid text is cut between characters.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> piece) =>
        piece.IsEmpty || ((piece[0] & 0xC0) != 0x80 && (piece[^1] < 0x80 || Rune.DecodeLastFromUtf8(piece, out _, out _) == OperationStatus.Done));

    /// <summary>A text that the engine takes.</summary>
    public static ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> text, bool refusesNul)
    {
        if (!Utf8.IsValid(text))
        {
            text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
        }

        if (!refusesNul || !text.Contains((byte)0))
        {
            return text;
        }

        var clean = new ArrayBufferWriter<byte>(text.Length + Replacement.Length);
        foreach (var value in text)
        {
            clean.Write(value == 0 ? Replacement : [value]);
        }

        return clean.WrittenSpan;
    }
}
