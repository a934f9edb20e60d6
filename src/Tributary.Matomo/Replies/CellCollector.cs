using System.Text;
using System.Text.Json;

namespace Tributary.Matomo.Replies;

/// <summary>Keeps the rows of a short list as texts. Not for reports.</summary>
internal sealed class CellCollector : ReplyHandler
{
    private Dictionary<string, string?> _row = [];

    public List<IReadOnlyDictionary<string, string?>> Rows { get; } = [];

    public override void BeginRow(int depth, ReadOnlySpan<byte> key) => _row = new Dictionary<string, string?>(StringComparer.Ordinal);

    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value) => _row[Encoding.UTF8.GetString(path)] = value.Kind switch
    {
        ReplyValueKind.Null => null,
        ReplyValueKind.False => "0",
        ReplyValueKind.True => "1",
        _ => Encoding.UTF8.GetString(value.Utf8),
    };

    public override void EndRow(int depth) => Rows.Add(_row);

    public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind) => NestedTreatment.Skip;
}
