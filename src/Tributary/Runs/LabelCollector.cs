using System.Text;
using System.Text.Json;
using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>A row as it is found again: by its label, and by the id of the table below it.</summary>
/// <param name="Label">As Matomo sends it.</param>
/// <param name="Subtable">Null where nothing is below it.</param>
internal sealed record LabelledRow(byte[] Label, long? Subtable)
{
    public string Text { get; } = Encoding.UTF8.GetString(Label);
}

/// <summary>Collects the labels of a table's rows.</summary>
internal sealed class LabelCollector : ReplyHandler
{
    private byte[] _label = [];
    private long? _subtable;

    public List<LabelledRow> Rows { get; } = [];

    public override void BeginRow(int depth, ReadOnlySpan<byte> key) => (_label, _subtable) = ([], null);

    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
    {
        if (path.SequenceEqual("label"u8))
        {
            _label = value.Utf8.ToArray();
        }
        else if (path.SequenceEqual("idsubdatatable"u8) && Numbers.TryInteger(value.Utf8, out var id))
        {
            _subtable = id;
        }
    }

    public override void EndRow(int depth) => Rows.Add(new LabelledRow(_label, _subtable));

    public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind) => NestedTreatment.Skip;
}
