using System.Text;
using System.Text.Unicode;

namespace Tributary.Matomo.Replies;

/// <summary>
/// Turns the raw bytes of a JSON string into UTF-8 and back.
/// Not <see cref="System.Text.Json.Utf8JsonReader.CopyString(Span{byte})"/>: that throws on a lone surrogate, which PHP writes when a text was cut in the middle of an emoji.
/// </summary>
internal static class JsonText
{
    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>Appends the text of a string token. <paramref name="raw"/> has been read by a JSON reader, so every escape in it is complete.</summary>
    public static void Unescape(ReadOnlySpan<byte> raw, ByteBuffer into)
    {
        while (!raw.IsEmpty)
        {
            var escape = raw.IndexOf((byte)'\\');
            if (escape < 0)
            {
                AppendUtf8(raw, into);
                return;
            }

            AppendUtf8(raw[..escape], into);
            raw = raw[escape..];
            raw = raw[AppendEscape(raw, into)..];
        }
    }

    /// <summary>Appends bytes that should be UTF-8, each broken sequence replaced.</summary>
    public static void AppendUtf8(ReadOnlySpan<byte> bytes, ByteBuffer into)
    {
        if (Utf8.IsValid(bytes))
        {
            into.Append(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(bytes, out _, out var used) == System.Buffers.OperationStatus.Done;
            into.Append(valid ? bytes[..used] : Replacement);
            bytes = bytes[used..];
        }
    }

    /// <summary>Appends a JSON string of <paramref name="utf8"/> with quotes and no more escapes than JSON demands.</summary>
    public static void AppendQuoted(ReadOnlySpan<byte> utf8, ByteBuffer into)
    {
        into.Append((byte)'"');
        foreach (var b in utf8)
        {
            switch (b)
            {
                case (byte)'"' or (byte)'\\':
                    into.Append((byte)'\\');
                    into.Append(b);
                    break;
                case >= 0x20:
                    into.Append(b);
                    break;
                default:
                    AppendControl(b, into);
                    break;
            }
        }

        into.Append((byte)'"');
    }

    private static void AppendControl(byte b, ByteBuffer into)
    {
        into.Append((byte)'\\');
        switch (b)
        {
            case (byte)'\n': into.Append((byte)'n'); break;
            case (byte)'\r': into.Append((byte)'r'); break;
            case (byte)'\t': into.Append((byte)'t'); break;
            case (byte)'\b': into.Append((byte)'b'); break;
            case (byte)'\f': into.Append((byte)'f'); break;
            default:
                into.Append("u00"u8);
                into.Append((byte)(b < 0x10 ? '0' : '1'));
                into.Append("0123456789abcdef"u8[b & 0xF]);
                break;
        }
    }

    private static int AppendEscape(ReadOnlySpan<byte> raw, ByteBuffer into)
    {
        switch (raw[1])
        {
            case (byte)'n': into.Append((byte)'\n'); return 2;
            case (byte)'r': into.Append((byte)'\r'); return 2;
            case (byte)'t': into.Append((byte)'\t'); return 2;
            case (byte)'b': into.Append((byte)'\b'); return 2;
            case (byte)'f': into.Append((byte)'\f'); return 2;
            case (byte)'u': return AppendUnicode(raw, into);
            default: into.Append(raw[1]); return 2;
        }
    }

    private static int AppendUnicode(ReadOnlySpan<byte> raw, ByteBuffer into)
    {
        var first = Hex(raw[2..6]);
        if (Rune.TryCreate(first, out var rune))
        {
            AppendRune(rune, into);
            return 6;
        }

        if (raw.Length >= 12 && raw[6] == '\\' && raw[7] == 'u' && Rune.TryCreate((char)first, (char)Hex(raw[8..12]), out rune))
        {
            AppendRune(rune, into);
            return 12;
        }

        into.Append(Replacement);
        return 6;
    }

    private static int Hex(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            value = (value << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return value;
    }

    private static void AppendRune(Rune rune, ByteBuffer into)
    {
        Span<byte> bytes = stackalloc byte[4];
        into.Append(bytes[..rune.EncodeToUtf8(bytes)]);
    }
}
