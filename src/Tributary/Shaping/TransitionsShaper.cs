using System.Text;
using System.Text.Json;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>
/// Shapes what came before and after one page: one row an entry of each list (<c>previousPages</c>, <c>outlinks</c>, <c>referrers</c>, …) with
/// a <c>direction</c> column naming the list, or of one list alone; the page's own metrics repeated on every row.
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
    private readonly string? _field;
    private readonly List<NestedItem> _open = [];
    private readonly List<ShapedPartition> _partitions = [];
    private long _rows;

    /// <param name="report">What was asked.</param>
    /// <param name="table">Where rows go.</param>
    /// <param name="key">The one partition of the reply.</param>
    /// <param name="field">The list to make rows of, or <c>details</c> for those of the referrers; null for all lists.</param>
    /// <param name="options">What the details say of the shape.</param>
    public TransitionsShaper(ReportDefinition report, TableBuilder table, PartitionKey key, string? field, ShapeOptions options)
    {
        _table = table;
        _key = key;
        _field = field;
        table.AddOwnColumns();
        _cells = new CellWriter(table, new ColumnNaming(report), options);
        if (field is null)
        {
            _cells.Announce("direction", Direction);
        }

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
        var item = new NestedItem(_open.Count == 0 ? "" : _open[^1].Nested, null);
        if (_open.Count > 0)
        {
            _open[^1].Children.Add(item);
        }

        _open.Add(item);
    }

    /// <inheritdoc/>
    public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind)
    {
        var list = Encoding.UTF8.GetString(path);
        // PHP writes a list with gaps as an object.
        if (kind == JsonTokenType.StartObject && !(TransitionsLists.All.Contains(list) || list == TransitionsLists.Details))
        {
            return NestedTreatment.Cells;
        }

        var isRows = _field switch
        {
            null => depth == 0,
            TransitionsLists.Details => list is "referrers" or TransitionsLists.Details,
            _ => depth == 0 && list == _field,
        };
        if (isRows)
        {
            _open[^1].Nested = list;
        }

        return isRows ? NestedTreatment.Rows : NestedTreatment.Text;
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
        if (_open.Count == 0 && item.Cells.Count + item.Children.Count > 0)
        {
            Write([item]);
        }
    }

    /// <summary>An item with children is one row a child, its own cells repeated; an item without is one row.</summary>
    private void Write(List<NestedItem> chain)
    {
        foreach (var child in chain[^1].Children)
        {
            Write([.. chain, child]);
        }

        if (chain[^1].Children.Count == 0)
        {
            WriteRow(chain);
        }
    }

    private void WriteRow(List<NestedItem> chain)
    {
        _table.FlushWhenFull();
        _cells.BeginRow();
        var row = _table.BeginRow(_key);
        if (chain.Count > 1 && _field is null)
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
        if (chain.Count == 2 && chain[1].Utf8("label"u8).SequenceEqual("Others"u8) && IsLastOfItsList(chain))
        {
            _table.MarkOthers(row);
        }

        _rows++;
    }

    private static bool IsLastOfItsList(List<NestedItem> chain) => ReferenceEquals(chain[0].Children.Last(c => c.List == chain[1].List), chain[1]);
}
