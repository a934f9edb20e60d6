using Tributary.Matomo.Replies;

namespace Tributary.Shaping;

/// <summary>Turns the replies of one window into rows, and says what it found.</summary>
internal interface IShaper
{
    /// <summary>What the reply is read into.</summary>
    ReplyHandler Handler { get; }

    /// <summary>The partitions found, in the order of the replies.</summary>
    IReadOnlyList<ShapedPartition> Partitions { get; }

    /// <summary>Values that could not be read and are null.</summary>
    IReadOnlyList<UnreadableValues> Unreadable { get; }

    /// <summary>Keys of the reply that nobody asked for; their rows are not stored.</summary>
    IReadOnlyList<string> UnexpectedParts { get; }

    /// <summary>Rows that may have more rows below them than came.</summary>
    IReadOnlyList<FullParent> FullParents => [];

    /// <summary>Whether a row below another looks like a summary row, and nothing in its table says whether it is one.</summary>
    bool HasDoubtfulOthers => false;

    /// <summary>Whether a row at the top has a table below it, by its id.</summary>
    bool HasTablesBelow => false;

    /// <summary>Columns whose values this Matomo fills wrongly, and which are null instead.</summary>
    IReadOnlyList<string> Emptied => [];
}

/// <summary>Decides which rows of a reply stay.</summary>
internal interface IRowFilter
{
    /// <summary>A row begins.</summary>
    void BeginRow();

    /// <summary>A cell of the row.</summary>
    void Cell(ReadOnlySpan<byte> path, in ReplyValue value);

    /// <summary>Whether the row stays. Asked once, at its end.</summary>
    bool Keeps();
}
