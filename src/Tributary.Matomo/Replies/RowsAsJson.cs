namespace Tributary.Matomo.Replies;

/// <summary>Writes rows as one JSON array again, whatever form they came in and whatever PHP printed around them. For lists of some hundred KB, not for reports.</summary>
internal sealed class RowsAsJson(params IReadOnlyCollection<string> without) : ReplyHandler
{
    private readonly ByteBuffer _json = new(64 * 1024);
    private bool _isFirstRow = true;
    private bool _isFirstCell;

    /// <summary>The array.</summary>
    public byte[] ToArray() => [(byte)'[', .. _json.Written, (byte)']'];

    public override void BeginRow(int depth, ReadOnlySpan<byte> key)
    {
        _json.Append(_isFirstRow ? "{"u8 : ",{"u8);
        (_isFirstRow, _isFirstCell) = (false, true);
    }

    public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
    {
        foreach (var name in without)
        {
            if (System.Text.Ascii.Equals(path, name))
            {
                return;
            }
        }

        if (!_isFirstCell)
        {
            _json.Append((byte)',');
        }

        _isFirstCell = false;
        JsonText.AppendQuoted(path, _json);
        _json.Append((byte)':');
        switch (value.Kind)
        {
            case ReplyValueKind.String:
                JsonText.AppendQuoted(value.Utf8, _json);
                break;
            case ReplyValueKind.Null:
                _json.Append("null"u8);
                break;
            case ReplyValueKind.True:
                _json.Append("true"u8);
                break;
            case ReplyValueKind.False:
                _json.Append("false"u8);
                break;
            default:
                _json.Append(value.Utf8);
                break;
        }
    }

    public override void EndRow(int depth) => _json.Append((byte)'}');
}
