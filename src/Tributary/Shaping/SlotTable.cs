using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>What a property of a row means to the shaper, besides being a value of a column.</summary>
[Flags]
internal enum CellTraits
{
    /// <summary>A value of a column and nothing else.</summary>
    None = 0,

    /// <summary>Nobody has looked yet.</summary>
    Unknown = 1,

    /// <summary><c>is_summary</c>, Matomo's own mark.</summary>
    SummaryMark = 2,

    /// <summary>Where the goals of a row are.</summary>
    Goals = 4,

    /// <summary>A value of a goal that was not asked for.</summary>
    OtherGoal = 8,

    /// <summary>The name of the row.</summary>
    Label = 16,

    /// <summary>What summary rows lack.</summary>
    Origin = 32,

    /// <summary>The metric that says how large the row is.</summary>
    MainMetric = 64,

    /// <summary>The site the row belongs to, where one reply holds the rows of several.</summary>
    Site = 128,

    /// <summary>The id of the rows below.</summary>
    Subtable = 256,

    /// <summary>The entry of a dimension whose levels are columns.</summary>
    Entry = 512,
}

/// <summary>A path of a reply and the column it goes to.</summary>
internal sealed class Slot(byte[] path)
{
    /// <summary>UTF-8 of the path.</summary>
    public byte[] Path { get; } = path;

    /// <summary>What the path means to the shaper.</summary>
    public CellTraits Traits { get; set; } = CellTraits.Unknown;

    /// <summary>Whether the column has been found: a path that is never written has none.</summary>
    public bool IsPlaced { get; private set; }

    /// <summary>The index in the <see cref="TableBuilder"/>; -1 when the value is left out.</summary>
    public int Column { get; private set; } = -1;

    /// <summary>Whether the path is a number of the report, kept or not.</summary>
    public bool IsMetric { get; private set; }

    /// <summary>How values are read.</summary>
    public ReportColumnType Reading { get; private set; }

    /// <summary>Whether the catalog knows the column.</summary>
    public bool IsDeclared { get; private set; }

    /// <summary>Whether Matomo fills the column wrongly, so that its values are not written.</summary>
    public bool IsUntrue { get; set; }

    /// <summary>The path that came behind this one in the row before, and the one it took the place of.</summary>
    public Slot? Next { get; private set; }

    /// <inheritdoc cref="Next"/>
    public Slot? Other { get; private set; }

    /// <summary>Says where values go.</summary>
    public void Place(int column, NamedColumn named) =>
        (IsPlaced, Column, Reading, IsDeclared, IsMetric) = (true, column, named.Reading, named.Declared, named.Column.Role is ColumnRole.Metric or ColumnRole.Goal);

    /// <summary>Remembers what came behind.</summary>
    public void Precede(Slot next) => (Other, Next) = (Next, next);
}

/// <summary>
/// Finds the slot of a path. Rows of one table carry their properties in the same order, some of them now and then:
/// the two that came behind the last one are tried first.
/// </summary>
internal sealed class SlotTable
{
    private readonly Dictionary<byte[], Slot> _slots = new(Utf8Comparer.Instance);
    private readonly Dictionary<byte[], Slot>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly Slot _start = new([]);
    private Slot _last;

    public SlotTable()
    {
        _lookup = _slots.GetAlternateLookup<ReadOnlySpan<byte>>();
        _last = _start;
    }

    /// <summary>A row begins: the first property is expected.</summary>
    public void Rewind() => _last = _start;

    /// <summary>The slot of a path; a new one when it is met for the first time.</summary>
    public Slot Meet(ReadOnlySpan<byte> path)
    {
        if (_last.Next is { } next && path.SequenceEqual(next.Path))
        {
            return _last = next;
        }

        if (_last.Other is { } other && path.SequenceEqual(other.Path))
        {
            return _last = other;
        }

        if (!_lookup.TryGetValue(path, out var slot))
        {
            slot = new Slot(path.ToArray());
            _slots.Add(slot.Path, slot);
        }

        _last.Precede(slot);
        return _last = slot;
    }
}
