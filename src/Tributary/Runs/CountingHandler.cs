using System.Text.Json;
using Tributary.Matomo;
using Tributary.Matomo.Replies;

namespace Tributary.Runs;

/// <summary>Hands a reply on and counts the rows at its top.</summary>
internal sealed class CountingHandler(ReplyHandler inner) : ReplyHandler
{
    public long Rows { get; private set; }

    public override void BeginPart(ReplyPart part) => inner.BeginPart(part);

    public override void EndPart(ReplyPart part, MatomoException? error) => inner.EndPart(part, error);

    public override void BeginRow(int depth, ReadOnlySpan<byte> key)
    {
        Rows += depth == 0 ? 1 : 0;
        inner.BeginRow(depth, key);
    }

    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value) => inner.Cell(path, value);

    public override void Cell(ReplyPath path, in ReplyValue value) => inner.Cell(path, value);

    public override bool TreatsPathsAlike => inner.TreatsPathsAlike;

    public override void EndRow(int depth) => inner.EndRow(depth);

    public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind) => inner.Nested(depth, path, kind);
}
