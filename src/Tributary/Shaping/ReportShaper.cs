using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>
/// Shapes the reply of a report into typed columns: the row reports, tables, scalars and lists of Matomo.
/// Every value ends in exactly one cell, or on the list of <see cref="LeftOut"/>.
/// </summary>
internal sealed class ReportShaper : ReplyHandler, IShaper
{
    private readonly ReportDefinition _report;
    private readonly TableBuilder _table;
    private readonly CellWriter _cells;
    private readonly Hierarchy _hierarchy;
    private readonly Func<ReplyPart, PartitionKey?> _partitionOf;
    private readonly IRowFilter? _filter;
    private readonly ShapeOptions _options;
    private readonly byte[]? _goalPath;
    private readonly List<Frame> _frames = [];
    private readonly PartitionTallies _partitions = new();
    private readonly List<string> _unexpectedParts = [];
    private readonly List<ParentRow> _parents = [];
    private readonly OthersTally _others;
    private readonly LevelColumns _levels;
    private readonly PathColumns? _paths;
    private readonly bool _isMade;
    private readonly List<int> _above = [];
    private PartitionTally? _partition;
    private int _below;
    private int? _site;

    /// <summary>Creates a shaper for one reply.</summary>
    /// <param name="report">What was asked.</param>
    /// <param name="table">Where rows go.</param>
    /// <param name="period">The period asked for, as Matomo names it: decides which columns exist.</param>
    /// <param name="hierarchy">How rows with children are told.</param>
    /// <param name="partitionOf">The partition a key of the reply means; null for one nobody asked for.</param>
    /// <param name="options">What the details say of the shape.</param>
    /// <param name="filter">Decides which rows stay; null keeps all.</param>
    public ReportShaper(
        ReportDefinition report,
        TableBuilder table,
        string period,
        Hierarchy hierarchy,
        Func<ReplyPart, PartitionKey?> partitionOf,
        ShapeOptions options,
        IRowFilter? filter = null)
    {
        _report = report;
        _table = table;
        _hierarchy = hierarchy;
        _partitionOf = partitionOf;
        _filter = filter;
        _options = options;
        _goalPath = options.Goal is { } goal ? [.. "goals"u8, PathSeparator, .. Encoding.UTF8.GetBytes($"idgoal={goal}"), PathSeparator] : null;
        _others = new OthersTally(report);
        _isMade = report.Shape is ReplyShape.Row or ReplyShape.Scalar || report.ConstantRows;
        var naming = new ColumnNaming(report, options.Goals);
        _cells = new CellWriter(table, naming, options);
        _levels = new LevelColumns(table, _cells, naming, report, markParents: hierarchy == Hierarchy.Everything);
        table.AddOwnColumns(options.ExpectsMoney(report));
        foreach (var (path, column) in naming.Announced(period, flat: hierarchy == Hierarchy.Flat))
        {
            _cells.Announce(path, column);
        }

        if (hierarchy == Hierarchy.Flat)
        {
            // Rows above that are of no dimension have levels only; the dimensions are all of the rows below.
            var named = report.Dimensions.Count > options.Above.Count;
            _above.AddRange(options.Above.Select((_, level) => (named ? naming.Level(level) : ColumnNaming.UnnamedLevel(level)).Column).Select(c => !_cells.Keeps(c.Name) ? -1 : table.Find(c.Name) is >= 0 and var known ? known : table.Add(c)));
        }

        _paths = hierarchy == Hierarchy.Flat && report.IsOneDimension ? PathColumns.Of(report.Dimensions[0].Id, table, _cells) : null;
    }

    /// <inheritdoc/>
    public ReplyHandler Handler => this;

    /// <inheritdoc/>
    public IReadOnlyList<ShapedPartition> Partitions => _partitions.Found(_others.MainMetric is not null);

    /// <inheritdoc/>
    public IReadOnlyList<UnreadableValues> Unreadable => _cells.Unreadable;

    /// <inheritdoc/>
    public IReadOnlyList<string> UnexpectedParts => _unexpectedParts;

    /// <inheritdoc/>
    public IReadOnlyList<string> Emptied => _cells.Emptied;

    /// <summary>The metric that says how large a row is, as Matomo spells it; null when the report has none.</summary>
    public string? MainMetric => _others.MainMetric;

    /// <summary>The main metric over all rows of a partition.</summary>
    public double TotalOf(PartitionKey key) => _partitions.Of(key).Total;

    /// <summary>Whether a row below another looks like a summary row, and nothing in its table says whether it is one.</summary>
    public bool HasDoubtfulOthers { get; private set; }

    /// <summary>Rows of <see cref="Hierarchy.ById"/> whose children are still to be read, in the order of the reply.</summary>
    public IReadOnlyList<ParentRow> Parents => _parents;

    /// <summary>Reads the children of a row into the same table.</summary>
    public ReplyHandler Below(ParentRow parent) => new ChildReply(this, parent);

    /// <summary>The partition of each site, where one reply holds the rows of several; null where all rows are of one.</summary>
    public IReadOnlyDictionary<int, PartitionKey>? BySite { get; init; }

    /// <inheritdoc/>
    public override void BeginPart(ReplyPart part)
    {
        if (_partitionOf(part) is not { } key)
        {
            _partition = null;
            _unexpectedParts.Add(part.Date ?? part.Site ?? "");
            return;
        }

        _partition = _partitions.Of(key);
        _others.Begin(_partition);
        if (_hierarchy != Hierarchy.Flat)
        {
            StandBelow(_options.Above);
        }
    }

    /// <inheritdoc/>
    public override void EndPart(ReplyPart part, MatomoException? error)
    {
        if (_partition is null)
        {
            return;
        }

        if (error is null && _partition.Rows == 0 && _report.ZerosWhenNoData && _report.Shape is ReplyShape.Row or ReplyShape.Scalar)
        {
            WriteZeroRow(_partition);
        }

        EndTable(_below);
        _partition.Error ??= error;
        _partition = null;
        StandBelow([]);
    }

    /// <inheritdoc/>
    public override void BeginRow(int depth, ReadOnlySpan<byte> key)
    {
        depth += _below;
        if (_partition is null)
        {
            _frames.Add(new Frame(-1));
            return;
        }

        if (depth == _below)
        {
            _table.FlushWhenFull();
        }
        else
        {
            _frames[^1] = _frames[^1] with { HasChildren = true };
        }

        _others.RowBegins(depth);
        _cells.BeginRow();
        _filter?.BeginRow();
        _frames.Add(new Frame(_table.BeginRow(_partition.Key)));
        _site = null;
    }

    /// <inheritdoc/>
    public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind)
    {
        if (_partition is null || LeftOut.Contains(path))
        {
            return NestedTreatment.Skip;
        }

        if (kind == JsonTokenType.StartObject && path.StartsWith("goals"u8) && (path.Length == 5 || path[5] == PathSeparator))
        {
            return NestedTreatment.Cells;
        }

        return kind == JsonTokenType.StartArray && path.SequenceEqual("subtable"u8) && _hierarchy != Hierarchy.Flat
            ? NestedTreatment.Rows
            : NestedTreatment.Text;
    }

    /// <inheritdoc/>
    public override bool TreatsPathsAlike => true;

    /// <inheritdoc/>
    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
    {
        if (_frames[^1].Row is >= 0 and var row)
        {
            Cell(_cells.Meet(path), row, value);
        }
    }

    /// <inheritdoc/>
    public override void Cell(ReplyPath path, in ReplyValue value)
    {
        if (_frames[^1].Row is >= 0 and var row)
        {
            Cell((Slot)(path.Known ??= _cells.Meet(path.Utf8)), row, value);
        }
    }

    private void Cell(Slot slot, int row, in ReplyValue value)
    {
        if (slot.Traits == CellTraits.Unknown)
        {
            slot.Traits = TraitsOf(slot.Path);
        }

        if (slot.Traits != CellTraits.None && !Means(slot, value))
        {
            return;
        }

        _filter?.Cell(slot.Path, value);
        var column = _cells.Write(slot, row, value);

        // Before a column may be left out: that the reply holds something does not depend on what is kept of it.
        if (_isMade && !_partition!.HasData && slot.IsMetric)
        {
            _partition.HasData = Numbers.TryDouble(value.Utf8, out var number) ? number != 0 : value.Kind is ReplyValueKind.String && value.Utf8.Length > 0;
        }

        if (column < 0)
        {
            return;
        }

        if (_hierarchy != Hierarchy.Flat && column == _cells.LabelColumn)
        {
            _frames[^1] = _frames[^1] with { Label = value.Utf8.ToArray() };
        }
    }

    /// <inheritdoc/>
    public override void EndRow(int depth)
    {
        var frame = _frames[^1];
        if (frame.Row >= 0)
        {
            EndRow(frame, depth + _below);
        }

        _frames.RemoveAt(_frames.Count - 1);
    }

    private void EndRow(Frame frame, int depth)
    {
        if (frame.HasChildren)
        {
            EndTable(depth + 1);
        }

        _cells.EndRow(frame.Row);
        if (_hierarchy != Hierarchy.Flat && frame.Label is not null)
        {
            _levels.Write(frame.Row, [.. _frames.Select(f => f.Label ?? [])], _cells.LabelColumn, frame.HasChildren, _report.IsOneDimension ? 0 : _options.Above.Count);
        }

        var isParent = frame.HasChildren || frame.Subtable is not null;
        if (BySite is not null && !BelongsToASite(frame.Row))
        {
            _others.RowEnds(frame.Row, depth, isOthers: false, counts: false);
            _table.Drop(frame.Row);
            return;
        }

        var isDropped = (isParent && _hierarchy is Hierarchy.Leaves or Hierarchy.ById) || _filter?.Keeps() == false;
        var isOthers = _table.IsOthers(frame.Row);
        _others.RowEnds(frame.Row, depth, isOthers, counts: !isParent && !isDropped);
        if (isDropped)
        {
            if (frame.Subtable is { } id && !frame.HasChildren)
            {
                _parents.Add(new ParentRow(_partition!.Key, [.. _frames.Select(f => f.Label ?? [])], id));
            }

            _table.Drop(frame.Row);
            return;
        }

        _partition!.Rows++;
        _partition.HasData |= !_isMade;
        WriteAbove(frame.Row);
        _paths?.Write(frame.Row, isOthers);
        if (isOthers)
        {
            _cells.MarkOthers(frame.Row);
        }
    }

    /// <summary>The rows that follow lie below rows of another reply.</summary>
    private void StandBelow(IReadOnlyList<byte[]> labels)
    {
        _below = labels.Count;
        _frames.Clear();
        _frames.AddRange(labels.Select(l => new Frame(-1) { Label = l }));
    }

    private bool BelongsToASite(int row)
    {
        if (_site is not { } site || BySite!.GetValueOrDefault(site) is not { } key)
        {
            return false;
        }

        _partition = _partitions.Of(key);
        _table.SetSite(row, site);
        return true;
    }

    private void WriteAbove(int row)
    {
        for (var i = 0; i < _above.Count; i++)
        {
            if (_above[i] >= 0)
            {
                _table.Buffer(_above[i]).SetUtf8(row, _options.Above[i]);
            }
        }
    }

    private void EndTable(int depth)
    {
        if (_options.MarksOthers || _others.TableEnds(depth, out var isCertain) is not { } row)
        {
            return;
        }

        if (isCertain || (_options.SummaryLabels is { } known && known.Contains(_table.Buffer(_cells.LabelColumn).GetUtf8(row).ToArray())))
        {
            _others.Confirm(depth);
            _cells.MarkOthers(row);
        }
        else
        {
            HasDoubtfulOthers |= _options.SummaryLabels is null && depth > 0;
        }
    }

    private CellTraits TraitsOf(ReadOnlySpan<byte> path)
    {
        if (IsOfAnotherGoal(path))
        {
            return CellTraits.OtherGoal;
        }

        if (path.SequenceEqual("is_summary"u8))
        {
            return CellTraits.SummaryMark;
        }

        return _others.TraitsOf(path)
            | (path.SequenceEqual("goals"u8) ? CellTraits.Goals : CellTraits.None)
            | (BySite is not null && (path.SequenceEqual("idsite"u8) || path.SequenceEqual("value"u8)) ? CellTraits.Site : CellTraits.None)
            | (_paths?.IsEntry(path) == true ? CellTraits.Entry : CellTraits.None)
            | (_hierarchy == Hierarchy.ById && path.SequenceEqual("idsubdatatable"u8) ? CellTraits.Subtable : CellTraits.None);
    }

    /// <summary>Takes what a value says besides being one; false when it is no value of a column.</summary>
    private bool Means(Slot slot, in ReplyValue value)
    {
        var traits = slot.Traits;

        // PHP prints a map without entries as a list.
        if (traits == CellTraits.OtherGoal || ((traits & CellTraits.Goals) != CellTraits.None && value.Kind == ReplyValueKind.Json && value.Utf8.SequenceEqual("[]"u8)))
        {
            return false;
        }

        if (traits == CellTraits.SummaryMark)
        {
            if (value.Kind == ReplyValueKind.True)
            {
                _table.MarkOthers(_frames[^1].Row);
            }

            return false;
        }

        _others.Saw(traits, value);
        if ((traits & CellTraits.Entry) != CellTraits.None)
        {
            _paths!.Saw(value);
        }

        if ((traits & CellTraits.Site) != CellTraits.None && Numbers.TryInteger(value.Utf8, out var site))
        {
            _site = (int)site;
        }

        if ((traits & CellTraits.Subtable) != CellTraits.None && Numbers.TryInteger(value.Utf8, out var subtable))
        {
            _frames[^1] = _frames[^1] with { Subtable = subtable };
        }

        return true;
    }

    private bool IsOfAnotherGoal(ReadOnlySpan<byte> path) =>
        _goalPath is not null && path.StartsWith("goals"u8) && path.Length > 5 && path[5] == PathSeparator && !path.StartsWith(_goalPath);

    private void WriteZeroRow(PartitionTally partition)
    {
        _table.FlushWhenFull();
        var row = _table.BeginRow(partition.Key);
        foreach (var column in _cells.AnnouncedMetrics)
        {
            var buffer = _table.Buffer(column);
            if (buffer.Type == ColumnType.Double)
            {
                buffer.SetDouble(row, 0);
            }
            else if (buffer.Type is ColumnType.Integer or ColumnType.Money)
            {
                buffer.SetInteger(row, 0);
            }
        }

        partition.Rows++;
    }

    private readonly record struct Frame(int Row)
    {
        public bool HasChildren { get; init; }

        public byte[]? Label { get; init; }

        public long? Subtable { get; init; }
    }

    /// <summary>The children of one row as a reply of their own.</summary>
    private sealed class ChildReply(ReportShaper shaper, ParentRow parent) : ReplyHandler
    {
        public override void BeginPart(ReplyPart part)
        {
            shaper._partition = shaper._partitions.Of(parent.Key);
            shaper._others.Begin(shaper._partition);
            shaper.StandBelow(parent.Labels);
        }

        public override void EndPart(ReplyPart part, MatomoException? error)
        {
            shaper.EndTable(shaper._below);
            shaper._partition!.Error ??= error;
            shaper._partition = null;
            shaper.StandBelow([]);
        }

        public override void BeginRow(int depth, ReadOnlySpan<byte> key) => shaper.BeginRow(depth, key);

        public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind) => shaper.Nested(depth, path, kind);

        public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value) => shaper.Cell(path, value);

        public override void Cell(ReplyPath path, in ReplyValue value) => shaper.Cell(path, value);

        public override bool TreatsPathsAlike => shaper.TreatsPathsAlike;

        public override void EndRow(int depth) => shaper.EndRow(depth);
    }
}
