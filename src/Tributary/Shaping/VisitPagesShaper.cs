using System.Text.Json;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>The visits log as one row a visit, over all pages of the reply. What a visit nests stays JSON text.</summary>
internal sealed class VisitPagesShaper : ReplyHandler, IShaper
{
    private readonly ReportShaper _rows;
    private readonly PartitionKey _key;

    public VisitPagesShaper(ReportDefinition report, TableBuilder table, PartitionKey key, ShapeOptions options, VisitFilter filter)
    {
        _key = key;
        _rows = new ReportShaper(report, table, "", Hierarchy.Flat, _ => key, options, filter);
    }

    /// <inheritdoc/>
    public ReplyHandler Handler => this;

    /// <inheritdoc/>
    public IReadOnlyList<ShapedPartition> Partitions =>
        [new ShapedPartition(_key, _rows.Partitions.Sum(p => p.Rows), null, false, _rows.Partitions.Select(p => p.Error).FirstOrDefault(e => e is not null))];

    /// <inheritdoc/>
    public IReadOnlyList<UnreadableValues> Unreadable => _rows.Unreadable;

    /// <inheritdoc/>
    public IReadOnlyList<string> UnexpectedParts => [];

    /// <inheritdoc/>
    public override void BeginPart(ReplyPart part) => _rows.BeginPart(part);

    /// <inheritdoc/>
    public override void EndPart(ReplyPart part, MatomoException? error) => _rows.EndPart(part, error);

    /// <inheritdoc/>
    public override void BeginRow(int depth, ReadOnlySpan<byte> key) => _rows.BeginRow(depth, key);

    /// <inheritdoc/>
    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value) => _rows.Cell(path, value);

    /// <inheritdoc/>
    public override void EndRow(int depth) => _rows.EndRow(depth);

    /// <inheritdoc/>
    public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind) => _rows.Nested(depth, path, kind);
}
