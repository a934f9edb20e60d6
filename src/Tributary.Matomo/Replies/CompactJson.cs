using System.Text.Json;

namespace Tributary.Matomo.Replies;

/// <summary>Writes the tokens of one object or array again, without blanks and with PHP's <c>\/</c> and <c>\u</c> escapes undone.</summary>
internal sealed class CompactJson
{
    private readonly ByteBuffer _text = new(256);
    private readonly ByteBuffer _scratch = new(256);
    private int _depth;
    private bool _needsComma;

    public ReadOnlySpan<byte> Text => _text.Written;

    public void Clear()
    {
        _text.Truncate(0);
        _depth = 0;
        _needsComma = false;
    }

    /// <summary>Adds a token; true when it closed the object or array that was opened first.</summary>
    public bool Add(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Open((byte)'{');
                return false;
            case JsonTokenType.StartArray:
                Open((byte)'[');
                return false;
            case JsonTokenType.EndObject:
                return Close((byte)'}');
            case JsonTokenType.EndArray:
                return Close((byte)']');
            case JsonTokenType.PropertyName:
                Comma();
                String(ref reader);
                _text.Append((byte)':');
                _needsComma = false;
                return false;
            case JsonTokenType.String:
                Comma();
                String(ref reader);
                _needsComma = true;
                return false;
            default:
                Comma();
                _text.Append(reader.ValueSpan);
                _needsComma = true;
                return false;
        }
    }

    private void Open(byte bracket)
    {
        Comma();
        _text.Append(bracket);
        _depth++;
        _needsComma = false;
    }

    private bool Close(byte bracket)
    {
        _text.Append(bracket);
        _needsComma = true;
        return --_depth == 0;
    }

    private void Comma()
    {
        if (_needsComma)
        {
            _text.Append((byte)',');
        }
    }

    private void String(ref Utf8JsonReader reader)
    {
        _scratch.Truncate(0);
        JsonText.Unescape(reader.ValueSpan, _scratch);
        JsonText.AppendQuoted(_scratch.Written, _text);
    }
}
