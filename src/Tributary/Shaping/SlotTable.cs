using Tributary.Matomo.Catalog;

namespace Tributary.Shaping;

/// <summary>A path of a reply and the column it goes to.</summary>
/// <param name="Path">UTF-8 of the path.</param>
/// <param name="Column">The index in the <see cref="TableBuilder"/>; -1 when the value is left out.</param>
/// <param name="Reading">How values are read.</param>
/// <param name="Declared">Whether the catalog knows the column.</param>
internal sealed record Slot(byte[] Path, int Column, ReportColumnType Reading, bool Declared)
{
    /// <summary>Whether Matomo fills the column wrongly, so that its values are not written.</summary>
    public bool IsUntrue { get; init; }
}

/// <summary>Finds the slot of a path. Rows of one table carry their properties in the same order, so the one after the last is tried first.</summary>
internal sealed class SlotTable
{
    private readonly Dictionary<byte[], Slot> _slots = new(Utf8Comparer.Instance);
    private readonly Dictionary<byte[], Slot>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly List<Slot> _order = [];
    private int _next;

    public SlotTable() => _lookup = _slots.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>A row begins: the first property is expected.</summary>
    public void Rewind() => _next = 0;

    /// <summary>The slot of a path; null when it is new.</summary>
    public Slot? Find(ReadOnlySpan<byte> path)
    {
        if (_next < _order.Count && path.SequenceEqual(_order[_next].Path))
        {
            return _order[_next++];
        }

        if (!_lookup.TryGetValue(path, out var slot))
        {
            return null;
        }

        var at = _order.IndexOf(slot);
        _next = at + 1;
        return slot;
    }

    /// <summary>Remembers the slot of a path.</summary>
    public Slot Add(Slot slot)
    {
        _slots.Add(slot.Path, slot);
        _order.Insert(Math.Min(_next, _order.Count), slot);
        _next++;
        return slot;
    }
}
