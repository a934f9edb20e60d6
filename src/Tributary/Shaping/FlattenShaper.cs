using System.Globalization;
using System.Text;
using System.Text.Json;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>
/// One row an item of a field that the rows of a report nest, the row's own columns repeated; a row without items keeps one row, its item columns null.
/// Other nested fields stay as they are without flattening. Holds one row of the reply at a time.
/// </summary>
internal class FlattenShaper : ReplyHandler, IShaper
{
    private readonly TableBuilder _table;
    private readonly CellWriter _cells;
    private readonly Func<ReplyPart, PartitionKey?> _partitionOf;
    private readonly string[] _path;
    private readonly byte[][] _pathUtf8;
    private readonly ItemColumns[] _items;
    private readonly IRowFilter? _filter;
    private readonly PathColumns? _paths;
    private readonly List<NestedItem> _open = [];
    private readonly List<FullParent> _fullParents = [];
    private readonly OthersTally _others;
    private readonly bool _marksOthers;
    private readonly bool _nestsRows;
    private readonly IReadOnlySet<byte[]>? _summaryLabels;
    private readonly Func<IReadOnlyList<byte[]>, byte[]> _join;
    private readonly PartitionTallies _partitions = new();
    private readonly List<string> _unexpectedParts = [];
    private PartitionTally? _partition;
    private NestedItem? _held;
    private NestedItem? _above;

    /// <param name="report">What was asked.</param>
    /// <param name="table">Where rows go.</param>
    /// <param name="field">The field, or a path of fields joined by dots: <c>actionDetails.itemDetails</c>.</param>
    /// <param name="partitionOf">The partition a key of the reply means; null for one nobody asked for.</param>
    /// <param name="options">What the details say of the shape.</param>
    /// <param name="filter">Decides which rows stay; null keeps all.</param>
    public FlattenShaper(ReportDefinition report, TableBuilder table, string field, Func<ReplyPart, PartitionKey?> partitionOf, ShapeOptions options, IRowFilter? filter = null)
    {
        _table = table;
        _partitionOf = partitionOf;
        _filter = filter;
        _path = field.Split('.');
        _pathUtf8 = [.. _path.Select(Encoding.UTF8.GetBytes)];
        _items = [.. _path.Select(f => new ItemColumns(report, f))];
        _others = new OthersTally(report);
        _marksOthers = options.MarksOthers;
        _nestsRows = field == "subtable";
        _summaryLabels = options.SummaryLabels;
        _join = PathLevels.JoinOf(report.Dimensions.Count > 0 ? report.Dimensions[0].Id : null, Encoding.UTF8.GetBytes(report.LabelSeparator));
        table.AddOwnColumns(options.ExpectsMoney(report));
        _cells = new CellWriter(table, new ColumnNaming(report, options.Goals), options);
        _paths = options.MarksOthers && report.IsOneDimension ? PathColumns.Of(report.Dimensions[0].Id, table, _cells) : null;
        for (var level = 0; level < _path.Length; level++)
        {
            _cells.Announce(PathOf(level, "#"), _items[level].Number);
        }
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

    /// <inheritdoc/>
    public bool HasTablesBelow { get; private set; }

    /// <inheritdoc/>
    public bool HasDoubtfulOthers { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<FullParent> FullParents => _fullParents;

    /// <inheritdoc/>
    public override void BeginPart(ReplyPart part)
    {
        _partition = null;
        if (_partitionOf(part) is not { } key)
        {
            _unexpectedParts.Add(part.Date ?? part.Site ?? "");
            return;
        }

        _partition = _partitions.Of(key);
        _others.Begin(_partition);
    }

    /// <inheritdoc/>
    public override void EndPart(ReplyPart part, MatomoException? error)
    {
        if (_partition is null)
        {
            return;
        }

        if (_held is not null && _others.TableEnds(0, out var isCertain) is not null && isCertain)
        {
            _others.Confirm(0);
            _held.IsOthers = true;
        }

        WriteHeld();
        _partition.Error ??= error;
    }

    /// <inheritdoc/>
    public override void BeginRow(int depth, ReadOnlySpan<byte> key)
    {
        var item = new NestedItem(_open.Count == 0 ? "" : _open[^1].Nested, key.IsEmpty ? null : Encoding.UTF8.GetString(key));
        if (_open.Count > 0)
        {
            _open[^1].Children.Add(item);
        }
        else
        {
            _filter?.BeginRow();
        }

        _open.Add(item);
    }

    /// <inheritdoc/>
    public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind)
    {
        if (LeftOut.Contains(path))
        {
            return NestedTreatment.Skip;
        }

        if (depth < _path.Length && path.SequenceEqual(_pathUtf8[depth]))
        {
            _open[^1].Nested = _path[depth];
            return NestedTreatment.Rows;
        }

        return depth == 0 && kind == JsonTokenType.StartObject && path.StartsWith("goals"u8) ? NestedTreatment.Cells : NestedTreatment.Text;
    }

    /// <inheritdoc/>
    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
    {
        if (_open.Count == 1)
        {
            _filter?.Cell(path, value);
        }

        if (value.Kind != ReplyValueKind.Null)
        {
            _open[^1].Cells.Add((path.ToArray(), value.Kind, value.Utf8.ToArray()));
        }
    }

    /// <inheritdoc/>
    public override void EndRow(int depth)
    {
        var item = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        if (_open.Count > 0 || _partition is null)
        {
            return;
        }

        if (_above is not null)
        {
            WriteFurther(_above, item);
            return;
        }

        _partition.TopRows++;
        HasTablesBelow |= !item.Utf8("idsubdatatable"u8).IsEmpty;
        Prepare(item);
        if (_filter?.Keeps() != false)
        {
            Take(item);
        }
    }

    /// <summary>A row of the reply is whole and about to be written.</summary>
    protected virtual void Prepare(NestedItem row)
    {
    }

    /// <summary>Writes a row, unless the end of the table has yet to tell whether it is the summary row.</summary>
    private void Take(NestedItem row)
    {
        WriteHeld();
        _others.RowBegins(0);
        See(row);
        if (_nestsRows)
        {
            SeeChildren(row);
        }

        _others.RowEnds(0, 0, row.IsOthers, counts: !_nestsRows || row.Children.Count == 0);
        _held = row;
        if (_marksOthers || _others.TableEnds(0, out _) is null)
        {
            WriteHeld();
        }
    }

    private void WriteHeld()
    {
        if (_held is { } row)
        {
            _held = null;
            Write([(row, 0)]);
        }
    }

    private void See(NestedItem item)
    {
        foreach (var (path, kind, utf8) in item.Cells)
        {
            item.IsOthers |= kind == ReplyValueKind.True && path.AsSpan().SequenceEqual("is_summary"u8);
            if (_others.TraitsOf(path) is not CellTraits.None and var traits)
            {
                _others.Saw(traits, new ReplyValue(kind, utf8));
            }
        }
    }

    /// <summary>The rows below a row are a table of their own, with a summary row of its own.</summary>
    private void SeeChildren(NestedItem row)
    {
        for (var i = 0; i < row.Children.Count; i++)
        {
            _others.RowBegins(1);
            See(row.Children[i]);
            _others.RowEnds(i, 1, row.Children[i].IsOthers, counts: true);
        }

        if (row.Children.Count == 0)
        {
            return;
        }

        if (!_marksOthers && _others.TableEnds(1, out var isCertain) is { } last)
        {
            if (isCertain || _summaryLabels?.Contains(_join([row.Utf8("label"u8).ToArray(), row.Children[last].Utf8("label"u8).ToArray()])) == true)
            {
                _others.Confirm(1);
                row.Children[last].IsOthers = true;
            }

            HasDoubtfulOthers |= !isCertain && _summaryLabels is null;
        }

        if (UsualLimits.Has(row.Children.Count) && !_others.EndsWithOthers(1))
        {
            _fullParents.Add(new FullParent(
                _partition!.Key,
                Encoding.UTF8.GetString(row.Utf8("label"u8)),
                0,
                Numbers.TryInteger(row.Utf8("idsubdatatable"u8), out var id) ? id : null,
                row.Children.Count,
                new FurtherItems(this, _partition.Key, row)));
        }
    }

    /// <summary>Writes a row that lies below one of a reply before.</summary>
    private void WriteFurther(NestedItem parent, NestedItem child)
    {
        _others.RowBegins(0);
        See(child);
        _others.RowEnds(0, 0, child.IsOthers, counts: true);
        parent.Children.Add(child);
        WriteRow([(parent, 0), (child, parent.Children.Count)]);
    }

    private void Write(List<(NestedItem Item, int Number)> chain)
    {
        var children = chain[^1].Item.Children;
        for (var i = 0; i < children.Count; i++)
        {
            Write([.. chain, (children[i], i + 1)]);
        }

        if (children.Count == 0)
        {
            WriteRow(chain);
        }
    }

    private void WriteRow(List<(NestedItem Item, int Number)> chain)
    {
        _table.FlushWhenFull();
        _cells.BeginRow();
        var row = _table.BeginRow(_partition!.Key);
        foreach (var (path, kind, utf8) in chain[0].Item.Cells)
        {
            if (!path.AsSpan().SequenceEqual("is_summary"u8))
            {
                if (_paths?.IsEntry(path) == true)
                {
                    _paths.Saw(new ReplyValue(kind, utf8));
                }

                _cells.Write(path, row, new ReplyValue(kind, utf8));
            }
        }

        _paths?.Write(row, chain[0].Item.IsOthers);
        if (chain[0].Item.IsOthers)
        {
            _cells.MarkOthers(row);
        }
        else if (_nestsRows && chain[^1].Item.IsOthers)
        {
            _table.MarkOthers(row);
        }

        for (var level = 1; level < chain.Count; level++)
        {
            WriteItem(row, level - 1, chain[level].Item, chain[level].Number);
        }

        _partition.Rows++;
        _partition.HasData = true;
    }

    private void WriteItem(int row, int level, NestedItem item, int number)
    {
        Write(PathOf(level, "#"), () => _items[level].Number, row, new ReplyValue(ReplyValueKind.Number, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture))));
        if (item.Key is { } key)
        {
            // Keys of nested goals are written "idgoal=3".
            var id = key.StartsWith("idgoal=", StringComparison.Ordinal) ? key["idgoal=".Length..] : key;
            Write(PathOf(level, "="), () => _items[level].Key, row, new ReplyValue(ReplyValueKind.String, Encoding.UTF8.GetBytes(id)));
        }

        foreach (var (path, kind, utf8) in item.Cells)
        {
            if (!LeftOut.Contains(path) && !path.AsSpan().SequenceEqual("is_summary"u8))
            {
                var property = Encoding.UTF8.GetString(path).Replace((char)PathSeparator, '_');
                var isNoNumberOfPeople = item.IsOthers && _items[level].Of(property, kind).Reading == ReportColumnType.UniqueCount;
                Write(PathOf(level, property), () => _items[level].Of(property, kind), row, isNoNumberOfPeople ? new ReplyValue(ReplyValueKind.Null, []) : new ReplyValue(kind, utf8));
            }
        }
    }

    private void Write(string path, Func<NamedColumn> column, int row, in ReplyValue value) => _cells.Write(Encoding.UTF8.GetBytes(path), row, value, column);

    /// <summary>A path no property of a row can have: the item's own properties may be named as the row's.</summary>
    private static string PathOf(int level, string property) => string.Create(CultureInfo.InvariantCulture, $"{(char)PathSeparator}{level}{(char)PathSeparator}{property}");

    /// <summary>Further rows below a row, in a reply of their own.</summary>
    private sealed class FurtherItems(FlattenShaper shaper, PartitionKey key, NestedItem parent) : ReplyHandler
    {
        public override void BeginPart(ReplyPart part)
        {
            shaper._partition = shaper._partitions.Of(key);
            shaper._others.Begin(shaper._partition);
            shaper._above = parent;
        }

        public override void EndPart(ReplyPart part, MatomoException? error)
        {
            shaper._partition!.Error ??= error;
            shaper._above = null;
        }

        public override void BeginRow(int depth, ReadOnlySpan<byte> key)
        {
            shaper._open.Add(new NestedItem(depth == 0 ? shaper._path[0] : "", null));
        }

        public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind) => LeftOut.Contains(path) ? NestedTreatment.Skip : NestedTreatment.Text;

        public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
        {
            if (value.Kind != ReplyValueKind.Null)
            {
                shaper._open[^1].Cells.Add((path.ToArray(), value.Kind, value.Utf8.ToArray()));
            }
        }

        public override void EndRow(int depth) => shaper.EndRow(depth);
    }
}
