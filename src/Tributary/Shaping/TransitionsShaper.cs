using System.Text;
using System.Text.Json;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>
/// Shapes what came before and after one page: one row an entry of each list (<c>previousPages</c>, <c>outlinks</c>, <c>referrers</c> with their <c>details</c>, …),
/// a <c>direction</c> column naming the list, the page's own metrics repeated on every row.
/// The reply is bounded by the entries asked for, and its page metrics stand between the lists: it is held until its end.
/// </summary>
internal sealed class TransitionsShaper : ReplyHandler, IShaper
{
    private static readonly NamedColumn Direction = new(
        new ColumnDefinition("direction", ColumnType.Text, ColumnRole.Dimension) { Description = "The list the row comes from: previous_pages, following_pages, referrers, outlinks, …" },
        ReportColumnType.Text,
        Declared: true);

    private readonly TableBuilder _table;
    private readonly CellWriter _cells;
    private readonly PartitionKey _key;
    private readonly List<Item> _open = [];
    private readonly List<ShapedPartition> _partitions = [];
    private long _rows;
    private long _directionRows;

    public TransitionsShaper(ReportDefinition report, TableBuilder table, PartitionKey key, IReadOnlyList<string> columns)
    {
        _table = table;
        _key = key;
        table.AddOwnColumns();
        _cells = new CellWriter(table, new ColumnNaming(report), columns);
        _cells.Announce("direction", Direction);
        _cells.Announce("label", ColumnNaming.Label);
    }

    /// <inheritdoc/>
    public ReplyHandler Handler => this;

    /// <inheritdoc/>
    public IReadOnlyList<ShapedPartition> Partitions => _partitions;

    /// <inheritdoc/>
    public IReadOnlyList<UnreadableValues> Unreadable => _cells.Unreadable;

    /// <inheritdoc/>
    public IReadOnlyList<string> UnexpectedParts => [];

    /// <inheritdoc/>
    public override void EndPart(ReplyPart part, MatomoException? error) =>
        _partitions.Add(new ShapedPartition(_key, _rows, null, false, error));

    /// <inheritdoc/>
    public override void BeginRow(int depth, ReadOnlySpan<byte> key)
    {
        var item = new Item(_open.Count == 0 ? "" : _open[^1].Nested);
        if (_open.Count > 0)
        {
            _open[^1].Children.Add(item);
        }

        _open.Add(item);
    }

    /// <inheritdoc/>
    public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind)
    {
        if (kind == JsonTokenType.StartObject)
        {
            return NestedTreatment.Cells;
        }

        _open[^1].Nested = Encoding.UTF8.GetString(path);
        return NestedTreatment.Rows;
    }

    /// <inheritdoc/>
    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
    {
        // The period asked for, as a translated text.
        if (_open.Count == 1 && path.SequenceEqual("date"u8))
        {
            return;
        }

        _open[^1].Cells.Add((path.ToArray(), value.Kind, value.Utf8.ToArray()));
    }

    /// <inheritdoc/>
    public override void EndRow(int depth)
    {
        var item = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        if (_open.Count > 0)
        {
            return;
        }

        Write([item]);
        if (_directionRows == 0 && item.Cells.Count > 0)
        {
            WriteRow([item]);
        }
    }

    /// <summary>An item with children is one row a child, its own cells repeated; an item without is one row.</summary>
    private void Write(List<Item> chain)
    {
        foreach (var child in chain[^1].Children)
        {
            List<Item> longer = [.. chain, child];
            if (child.Children.Count > 0)
            {
                Write(longer);
            }
            else
            {
                WriteRow(longer);
                _directionRows++;
            }
        }
    }

    private void WriteRow(List<Item> chain)
    {
        _table.FlushWhenFull();
        _cells.BeginRow();
        var row = _table.BeginRow(_key);
        if (chain.Count > 1)
        {
            _cells.Write("direction"u8, row, new ReplyValue(ReplyValueKind.String, Encoding.UTF8.GetBytes(TableNames.ToSnakeCase(chain[1].List))));
        }

        for (var level = 0; level < chain.Count; level++)
        {
            foreach (var (path, kind, utf8) in chain[level].Cells)
            {
                _cells.Write(level < 2 ? path : [.. Encoding.UTF8.GetBytes(chain[level].List), (byte)'_', .. path], row, new ReplyValue(kind, utf8));
            }
        }

        // Matomo writes this one name in English whatever the language, and nothing else marks it (matomo-org/matomo 5.2, Transitions API).
        if (chain.Count == 2 && chain[1].Cells.Any(c => c.Path.AsSpan().SequenceEqual("label"u8) && c.Utf8.AsSpan().SequenceEqual("Others"u8)) && IsLastOfItsList(chain))
        {
            _table.MarkOthers(row);
        }

        _rows++;
    }

    private static bool IsLastOfItsList(List<Item> chain) => ReferenceEquals(chain[0].Children.Last(c => c.List == chain[1].List), chain[1]);

    private sealed class Item(string list)
    {
        public string List { get; } = list;

        public string Nested { get; set; } = "";

        public List<(byte[] Path, ReplyValueKind Kind, byte[] Utf8)> Cells { get; } = [];

        public List<Item> Children { get; } = [];
    }
}
