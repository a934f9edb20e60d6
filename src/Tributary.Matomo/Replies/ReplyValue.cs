namespace Tributary.Matomo.Replies;

/// <summary>The JSON kind of a cell.</summary>
public enum ReplyValueKind
{
    /// <summary>JSON <c>null</c>.</summary>
    Null,

    /// <summary>JSON <c>false</c>; Matomo also writes it for "no value".</summary>
    False,

    /// <summary>JSON <c>true</c>.</summary>
    True,

    /// <summary>A JSON number; the bytes are its literal text.</summary>
    Number,

    /// <summary>A JSON string; the bytes are its unescaped UTF-8. A lone surrogate escape arrives as U+FFFD.</summary>
    String,

    /// <summary>An object or array the handler asked for as text; the bytes are compact JSON.</summary>
    Json,
}

/// <summary>One value of a reply. It points into the read buffer and is valid only during the call that hands it over.</summary>
public readonly ref struct ReplyValue
{
    /// <summary>Creates a value over <paramref name="utf8"/>.</summary>
    public ReplyValue(ReplyValueKind kind, ReadOnlySpan<byte> utf8)
        : this(kind, utf8, null)
    {
    }

    internal ReplyValue(ReplyValueKind kind, ReadOnlySpan<byte> utf8, long? whole)
    {
        Kind = kind;
        Utf8 = utf8;
        Whole = whole;
    }

    /// <summary>The JSON kind.</summary>
    public ReplyValueKind Kind { get; }

    /// <summary>The text of a number, string or JSON value in UTF-8; empty for null, false and true.</summary>
    public ReadOnlySpan<byte> Utf8 { get; }

    /// <summary>The value of a number that is whole, where reading it told that already; null says nothing.</summary>
    public long? Whole { get; }
}
