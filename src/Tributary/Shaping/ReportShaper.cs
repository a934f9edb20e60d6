using System.Text;
using System.Text.Json;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>How rows with children are told.</summary>
internal enum Hierarchy
{
    /// <summary>The reply has no child rows, or Matomo has folded them into flat rows.</summary>
    Flat,

    /// <summary>Child rows are read; a row with children is dropped, so that nothing is counted twice.</summary>
    Leaves,

    /// <summary>Child rows are read, and their parents too, marked <c>is_aggregate</c>.</summary>
    Everything,
}

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
    private readonly List<Frame> _frames = [];
    private readonly List<ShapedPartition> _partitions = [];
    private readonly List<string> _unexpectedParts = [];
    private readonly OthersTally _others;
    private readonly LevelColumns _levels;
    private PartitionKey? _key;
    private long _rows;

    /// <summary>Creates a shaper for one reply.</summary>
    /// <param name="report">What was asked.</param>
    /// <param name="table">Where rows go.</param>
    /// <param name="period">The period asked for, as Matomo names it: decides which columns exist.</param>
    /// <param name="hierarchy">How rows with children are told.</param>
    /// <param name="partitionOf">The partition a key of the reply means; null for one nobody asked for.</param>
    /// <param name="columns">The columns to keep besides the key columns; empty keeps all.</param>
    /// <param name="filter">Decides which rows stay; null keeps all.</param>
    public ReportShaper(
        ReportDefinition report,
        TableBuilder table,
        string period,
        Hierarchy hierarchy,
        Func<ReplyPart, PartitionKey?> partitionOf,
        IReadOnlyList<string> columns,
        IRowFilter? filter = null)
    {
        _report = report;
        _table = table;
        _hierarchy = hierarchy;
        _partitionOf = partitionOf;
        _filter = filter;
        _others = new OthersTally(report);
        var naming = new ColumnNaming(report);
        _cells = new CellWriter(table, naming, columns);
        _levels = new LevelColumns(table, naming, report.LabelSeparator, markParents: hierarchy == Hierarchy.Everything);
        table.AddOwnColumns();
        foreach (var (path, column) in naming.Announced(period, flat: hierarchy == Hierarchy.Flat))
        {
            _cells.Announce(path, column);
        }
    }

    /// <inheritdoc/>
    public ReplyHandler Handler => this;

    /// <inheritdoc/>
    public IReadOnlyList<ShapedPartition> Partitions => _partitions;

    /// <inheritdoc/>
    public IReadOnlyList<UnreadableValues> Unreadable => _cells.Unreadable;

    /// <inheritdoc/>
    public IReadOnlyList<string> UnexpectedParts => _unexpectedParts;

    /// <inheritdoc/>
    public override void BeginPart(ReplyPart part)
    {
        _key = _partitionOf(part);
        _rows = 0;
        _others.Begin();
        if (_key is null)
        {
            _unexpectedParts.Add(part.Date ?? part.Site ?? "");
        }
    }

    /// <inheritdoc/>
    public override void EndPart(ReplyPart part, MatomoException? error)
    {
        if (_key is null)
        {
            return;
        }

        if (error is null && _rows == 0 && _report.ZerosWhenNoData && _report.Shape is ReplyShape.Row or ReplyShape.Scalar)
        {
            WriteZeroRow(_key);
        }

        if (_others.FindUnmarked(_table) is { } row)
        {
            MarkOthers(row);
        }

        _partitions.Add(new ShapedPartition(_key, _rows, _others.Share, _others.Any, error));
        _key = null;
    }

    /// <inheritdoc/>
    public override void BeginRow(int depth, ReadOnlySpan<byte> key)
    {
        if (_key is null)
        {
            _frames.Add(new Frame(-1));
            return;
        }

        if (depth == 0)
        {
            _others.RowBegins();
            _table.FlushWhenFull();
        }
        else
        {
            _frames[^1] = _frames[^1] with { HasChildren = true };
        }

        _cells.BeginRow();
        _filter?.BeginRow();
        _frames.Add(new Frame(_table.BeginRow(_key)));
    }

    /// <inheritdoc/>
    public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind)
    {
        if (_key is null || LeftOut.Contains(path))
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
    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
    {
        var frame = _frames[^1];
        if (frame.Row < 0)
        {
            return;
        }

        if (path.SequenceEqual("is_summary"u8))
        {
            if (value.Kind == ReplyValueKind.True)
            {
                _table.MarkOthers(frame.Row);
            }

            return;
        }

        // PHP prints a map without entries as a list.
        if (value.Kind == ReplyValueKind.Json && path.SequenceEqual("goals"u8) && value.Utf8.SequenceEqual("[]"u8))
        {
            return;
        }

        _others.Saw(path, value);
        _filter?.Cell(path, value);
        var column = _cells.Write(path, frame.Row, value);
        if (_hierarchy != Hierarchy.Flat && column >= 0 && column == _cells.LabelColumn)
        {
            _frames[^1] = frame with { Label = value.Utf8.ToArray() };
        }
    }

    /// <inheritdoc/>
    public override void EndRow(int depth)
    {
        var frame = _frames[^1];
        if (frame.Row >= 0)
        {
            EndRow(frame, depth);
        }

        _frames.RemoveAt(_frames.Count - 1);
    }

    private void EndRow(Frame frame, int depth)
    {
        if (_hierarchy != Hierarchy.Flat && frame.Label is not null)
        {
            _levels.Write(frame.Row, [.. _frames.Select(f => f.Label ?? [])], _cells.LabelColumn, frame.HasChildren);
        }

        if ((frame.HasChildren && _hierarchy == Hierarchy.Leaves) || _filter?.Keeps() == false)
        {
            _table.Drop(frame.Row);
            return;
        }

        _rows++;
        if (_table.IsOthers(frame.Row))
        {
            MarkOthers(frame.Row);
        }

        if (!frame.HasChildren)
        {
            _others.RowEnds(_table, frame.Row, depth);
        }
    }

    private void MarkOthers(int row)
    {
        _table.MarkOthers(row);

        // The unique visitors of a summary row are a sum over its members, not a number of people.
        foreach (var column in _cells.UniqueColumns)
        {
            _table.Buffer(column).SetNull(row);
        }
    }

    private void WriteZeroRow(PartitionKey key)
    {
        _table.FlushWhenFull();
        var row = _table.BeginRow(key);
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

        _rows++;
    }

    private readonly record struct Frame(int Row)
    {
        public bool HasChildren { get; init; }

        public byte[]? Label { get; init; }
    }
}
