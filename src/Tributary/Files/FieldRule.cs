namespace Tributary.Files;

/// <summary>What may stand behind a field.</summary>
internal enum FieldKind
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A text or a whole number.</summary>
    TextOrNumber,

    /// <summary>true or false.</summary>
    Switch,

    /// <summary>Several texts: a list, or one text with commas between them.</summary>
    List,

    /// <summary>Several texts, each an item of a list; commas belong to them.</summary>
    Texts,

    /// <summary>Texts by name.</summary>
    Map,
}

/// <summary>One field of the file form.</summary>
/// <param name="Name">Its name: that of the flag, with _ for -.</param>
/// <param name="Kind">What stands behind it.</param>
/// <param name="Description">What it is, for editors.</param>
internal sealed record FieldRule(string Name, FieldKind Kind, string Description)
{
    /// <summary>Whether it must be there.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The words it may be; empty for any. Of a map: what its values may be.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The least number.</summary>
    public int Least { get; init; }

    /// <summary>The greatest number.</summary>
    public int Most { get; init; } = int.MaxValue;
}
