using System.Text.Json;
using Tributary.Matomo.Replies;

namespace Tributary.Benchmarks;

/// <summary>Looks at every cell and keeps none.</summary>
internal sealed class ReplyTally : ReplyHandler
{
    public long Cells { get; private set; }

    public override void BeginRow(int depth, ReadOnlySpan<byte> key)
    {
    }

    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value) => Cells++;

    public override void EndRow(int depth)
    {
    }

    public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind) => NestedTreatment.Cells;
}
