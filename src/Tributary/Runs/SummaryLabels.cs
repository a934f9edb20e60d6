using System.Text.Json;
using Tributary.Matomo.Replies;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>Gathers the labels of the rows that a flat reply marks as summary rows.</summary>
internal sealed class SummaryLabels : ReplyHandler
{
    private byte[] _label = [];
    private bool _isSummary;

    /// <summary>The labels.</summary>
    public HashSet<byte[]> Found { get; } = new(Utf8Comparer.Instance);

    /// <inheritdoc/>
    public override void BeginRow(int depth, ReadOnlySpan<byte> key) => (_label, _isSummary) = ([], false);

    /// <inheritdoc/>
    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
    {
        if (path.SequenceEqual("label"u8))
        {
            _label = value.Utf8.ToArray();
        }
        else if (path.SequenceEqual("is_summary"u8))
        {
            _isSummary = value.Kind == ReplyValueKind.True;
        }
    }

    /// <inheritdoc/>
    public override void EndRow(int depth)
    {
        if (_isSummary)
        {
            Found.Add(_label);
        }
    }

    /// <inheritdoc/>
    public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind) => NestedTreatment.Skip;
}
