using System.Globalization;
using System.Text;
using System.Text.Json;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>One thing a visitor did.</summary>
/// <param name="Kind">action, search, event, download, outlink, goal, content, ecommerceOrder, ecommerceAbandonedCart.</param>
/// <param name="Url">Where; null when the item has no address.</param>
/// <param name="Title">The page title, or what the item is about.</param>
/// <param name="At">When; null when the item has no time.</param>
/// <param name="Seconds">Seconds spent; null when Matomo does not say.</param>
internal sealed record VisitStep(string Kind, string? Url, string? Title, DateTimeOffset? At, double? Seconds);

/// <summary>
/// Reads the visits log and tells each visit with its steps in order, once. Holds one visit at a time.
/// </summary>
internal abstract class ClickPathShaper : ReplyHandler, IShaper
{
    private static readonly string[] EventParts = ["eventCategory", "eventAction", "eventName"];

    private readonly ActionClock _clock;
    private readonly VisitFilter _filter;
    private readonly List<VisitStep> _steps = [];
    private readonly Dictionary<string, string> _visit = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _action = new(StringComparer.Ordinal);
    private bool _inAction;

    protected ClickPathShaper(ReportDefinition report, TableBuilder table, PartitionKey key, SiteZone zone, ShapeOptions options, VisitFilter filter)
    {
        Table = table;
        Key = key;
        _clock = new ActionClock(zone);
        _filter = filter;
        table.AddOwnColumns();
        var naming = new ColumnNaming(report);
        Cells = new CellWriter(table, naming, options);
        foreach (var column in report.Columns.Concat(report.Metadata).Where(c => !c.Optional))
        {
            Cells.Announce(column.Name, naming.Name(Encoding.UTF8.GetBytes(column.Name), ReplyValueKind.String));
        }
    }

    /// <inheritdoc/>
    public ReplyHandler Handler => this;

    /// <inheritdoc/>
    public IReadOnlyList<ShapedPartition> Partitions => [new ShapedPartition(Key, Rows, null, false, null)];

    /// <inheritdoc/>
    public IReadOnlyList<UnreadableValues> Unreadable => Cells.Unreadable;

    /// <inheritdoc/>
    public IReadOnlyList<string> UnexpectedParts => [];

    protected TableBuilder Table { get; }

    protected CellWriter Cells { get; }

    protected PartitionKey Key { get; }

    protected long Rows { get; set; }

    /// <summary>All pages have been read.</summary>
    public virtual void Complete()
    {
    }

    /// <inheritdoc/>
    public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind) =>
        depth == 0 && path.SequenceEqual("actionDetails"u8) ? NestedTreatment.Rows : NestedTreatment.Skip;

    /// <inheritdoc/>
    public override void BeginRow(int depth, ReadOnlySpan<byte> key)
    {
        if (depth == 0)
        {
            _filter.BeginRow();
            _visit.Clear();
            _steps.Clear();
        }
        else
        {
            _inAction = true;
            _action.Clear();
        }
    }

    /// <inheritdoc/>
    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
    {
        if (value.Kind is ReplyValueKind.Null or ReplyValueKind.False)
        {
            return;
        }

        var name = Encoding.UTF8.GetString(path);
        var text = Encoding.UTF8.GetString(value.Utf8);
        if (_inAction)
        {
            _action[name] = text;
            return;
        }

        _filter.Cell(path, value);
        _visit[name] = text;
    }

    /// <inheritdoc/>
    public override void EndRow(int depth)
    {
        if (depth > 0)
        {
            _inAction = false;
            _steps.Add(Step());
            return;
        }

        _filter.Carries(_steps.Count(s => VisitLog.IsCounted(Encoding.UTF8.GetBytes(s.Kind))));
        if (_filter.Keeps())
        {
            Visit(_visit, InTime());
        }
    }

    /// <summary>A visit with its steps.</summary>
    protected abstract void Visit(IReadOnlyDictionary<string, string> visit, IReadOnlyList<VisitStep> steps);

    /// <summary>Writes a value of ours.</summary>
    protected void Write(string name, int row, string? value, ReplyValueKind kind = ReplyValueKind.String)
    {
        if (value is not null)
        {
            Cells.Write(Encoding.UTF8.GetBytes(name), row, new ReplyValue(kind, Encoding.UTF8.GetBytes(value)));
        }
    }

    private List<VisitStep> InTime()
    {
        _clock.Begin(Seconds(_visit, "firstActionTimestamp"), Seconds(_visit, "lastActionTimestamp"));
        return [.. _steps.Select(s => s.At is { } at ? s with { At = _clock.InstantOf(at.ToUnixTimeSeconds()) } : s)];
    }

    private static long? Seconds(Dictionary<string, string> fields, string name) =>
        long.TryParse(fields.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    private VisitStep Step()
    {
        var kind = _action.GetValueOrDefault("type", "");
        DateTimeOffset? at = Seconds(_action, "timestamp") is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        double? spent = double.TryParse(_action.GetValueOrDefault("timeSpent"), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
        var title = kind switch
        {
            "search" => _action.GetValueOrDefault("siteSearchKeyword"),
            "event" => string.Join(" - ", EventParts.Select(n => _action.GetValueOrDefault(n)).Where(t => !string.IsNullOrEmpty(t))),
            "goal" => _action.GetValueOrDefault("goalName"),
            VisitLog.ContentType => _action.GetValueOrDefault("contentName"),
            _ => _action.GetValueOrDefault("pageTitle") ?? _action.GetValueOrDefault("title"),
        };
        return new VisitStep(kind == VisitLog.ContentType ? "content" : kind, Filled(_action.GetValueOrDefault("url")), Filled(title), at, spent);
    }

    private static string? Filled(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
