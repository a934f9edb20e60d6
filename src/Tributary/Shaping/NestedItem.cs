using Tributary.Matomo.Replies;

namespace Tributary.Shaping;

/// <summary>A row of a reply, or an item it nests, held until the row has ended: what stands behind a nested list belongs on the rows of its items too.</summary>
/// <param name="list">The property it is an item of; empty for a row.</param>
/// <param name="key">Its own property name, where the items are the values of an object; null in an array.</param>
internal sealed class NestedItem(string list, string? key)
{
    public string List { get; } = list;

    public string? Key { get; } = key;

    /// <summary>The nested list that is being read.</summary>
    public string Nested { get; set; } = "";

    public List<(byte[] Path, ReplyValueKind Kind, byte[] Utf8)> Cells { get; } = [];

    public List<NestedItem> Children { get; } = [];

    /// <summary>Whether it is Matomo's summary row.</summary>
    public bool IsOthers { get; set; }

    /// <summary>The text or number of a cell; empty when there is none.</summary>
    public ReadOnlySpan<byte> Utf8(ReadOnlySpan<byte> name)
    {
        foreach (var (path, kind, utf8) in Cells)
        {
            if (path.AsSpan().SequenceEqual(name) && kind is ReplyValueKind.String or ReplyValueKind.Number)
            {
                return utf8;
            }
        }

        return [];
    }
}
