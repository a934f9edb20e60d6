using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Tributary.Matomo.Replies;

/// <summary>
/// Turns the tokens of a reply into calls on a <see cref="ReplyHandler"/>. All state is kept between tokens, so that a reply may be cut into buffers anywhere;
/// nothing is kept of a row that was handed over.
/// </summary>
internal sealed class ReplyParser : IJsonSink
{
    private readonly IReadOnlyList<ReplyTarget> _targets;
    private readonly bool _bulk;
    private readonly MatomoException?[] _itemErrors;
    private readonly ByteBuffer _path = new(256);
    private readonly ByteBuffer _string = new(1024);
    private readonly CompactJson _text = new();

    private ReplyFrame[] _frames = new ReplyFrame[16];
    private int _count;
    private int _skipDepth;
    private int _item;
    private ReplyTarget _target;
    private ReplyHandler _handler;
    private string? _site;
    private ReplyPart _part;
    private bool _partOpen;
    private MatomoException? _partError;
    private string? _message;
    private bool _messageNext;

    /// <summary>Reads one report.</summary>
    public ReplyParser(ReplyTarget target)
        : this([target], bulk: false)
    {
    }

    private ReplyParser(IReadOnlyList<ReplyTarget> targets, bool bulk)
    {
        _targets = targets;
        _bulk = bulk;
        _itemErrors = new MatomoException?[targets.Count];
        _target = targets[0];
        _handler = _target.Handler;
    }

    /// <summary>Reads the reply of a bulk request, one target an item.</summary>
    public static ReplyParser ForBulk(IReadOnlyList<ReplyTarget> items) => new(items, bulk: true);

    /// <summary>Whether the handler was called: from then on the reply cannot be asked for again on its behalf.</summary>
    public bool HasHandedOver { get; private set; }

    public long Rows { get; private set; }

    /// <summary>Whether the outermost object or array has closed.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Items of a bulk reply seen so far.</summary>
    public int Items => _item;

    /// <summary>The error of each item of a bulk reply.</summary>
    public MatomoException?[] ItemErrors => _itemErrors;

    public void Run(ref Utf8JsonReader reader)
    {
        while (!HasEnded && reader.Read())
        {
            if (!_bulk)
            {
                Step(ref reader);
                continue;
            }

            try
            {
                Step(ref reader);
            }
            catch (MatomoException error) when (_count > 0 && _frames[0].Kind == FrameKind.Bulk && _item < _targets.Count)
            {
                AbandonItem(ref reader, error);
            }
        }
    }

    private void Step(ref Utf8JsonReader reader)
    {
        if (_count == 0)
        {
            Begin(ref reader);
            return;
        }

        ref var frame = ref _frames[_count - 1];
        switch (frame.Kind)
        {
            case FrameKind.Row or FrameKind.CellObject:
                InRow(ref reader, ref frame);
                break;
            case FrameKind.CellArray:
                InCellArray(ref reader, ref frame);
                break;
            case FrameKind.Table or FrameKind.KeyedTable:
                InTable(ref reader, ref frame);
                break;
            case FrameKind.ChildArray or FrameKind.ChildObject:
                InChildren(ref reader, ref frame);
                break;
            case FrameKind.Text or FrameKind.TextRow:
                InText(ref reader, frame);
                break;
            case FrameKind.Skip:
                InSkip(ref reader);
                break;
            case FrameKind.Sites or FrameKind.Dates:
                InMap(ref reader, ref frame);
                break;
            case FrameKind.Undecided:
                InUndecided(ref reader, ref frame);
                break;
            case FrameKind.UndecidedResult:
                InUndecidedResult(ref reader, ref frame);
                break;
            case FrameKind.ErrorBody or FrameKind.NothingBody:
                InMessageBody(ref reader, frame.Kind);
                break;
            case FrameKind.List or FrameKind.KeyedList:
                InList(ref reader, ref frame);
                break;
            case FrameKind.RowArray:
                InRowArray(ref reader, ref frame);
                break;
            case FrameKind.EmptyRow:
                InEmptyRow(ref reader, frame);
                break;
            case FrameKind.EmptyMap:
                if (reader.TokenType != JsonTokenType.EndArray)
                {
                    throw Unexpected("an array with items where an object keyed by date or site belongs");
                }

                Close();
                break;
            case FrameKind.Bulk:
                InBulk(ref reader);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Begin(ref Utf8JsonReader reader)
    {
        if (!_bulk)
        {
            Value(ref reader, _target.Keys);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            Push(FrameKind.Bulk);
        }
        else
        {
            _part = default;
            Push(FrameKind.Undecided).Keys = ReplyKeys.None;
        }
    }

    private void InBulk(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            Close();
            return;
        }

        if (_item >= _targets.Count)
        {
            throw Unexpected($"more answers than the {_targets.Count} items of the bulk request");
        }

        _target = _targets[_item];
        _handler = _target.Handler;
        _site = null;
        Value(ref reader, _target.Keys);
    }

    /// <summary>A value of which <paramref name="keys"/> are still to come.</summary>
    private void Value(ref Utf8JsonReader reader, ReplyKeys keys)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Push(FrameKind.Undecided).Keys = keys;
                break;
            case JsonTokenType.StartArray when keys != ReplyKeys.None:
                Push(FrameKind.EmptyMap);
                break;
            case JsonTokenType.StartArray:
                BeginUnkeyed();
                Push(_target.Shape switch
                {
                    ReplyShape.Table => FrameKind.Table,
                    ReplyShape.List => FrameKind.List,
                    _ => FrameKind.RowArray,
                });
                break;
            default:
                if (keys != ReplyKeys.None || _target.Shape is ReplyShape.Table or ReplyShape.List)
                {
                    throw Unexpected($"a bare {Word(reader.TokenType)} where {Expected(keys)} belongs");
                }

                BeginUnkeyed();
                ValueRow(ref reader, 0, default);
                Completed();
                break;
        }
    }

    private void InMap(ref Utf8JsonReader reader, ref ReplyFrame frame)
    {
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            Close();
            return;
        }

        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            BeginKeyed(ref reader, frame.Kind);
            return;
        }

        Value(ref reader, frame.Kind == FrameKind.Sites && _target.Keys == ReplyKeys.SitesAndDates ? ReplyKeys.Dates : ReplyKeys.None);
    }

    private void BeginKeyed(ref Utf8JsonReader reader, FrameKind kind)
    {
        var key = Encoding.UTF8.GetString(Unescaped(ref reader));
        if (kind == FrameKind.Sites)
        {
            if (key.Length == 0 || key.AsSpan().ContainsAnyExceptInRange('0', '9'))
            {
                throw Unexpected($"the key '{Shorten(key)}' where a site id belongs");
            }

            _site = key;
            if (_target.Keys == ReplyKeys.SitesAndDates)
            {
                return;
            }

            OpenPart(new ReplyPart(key, null));
            return;
        }

        if (!PeriodDates.IsLabel(key))
        {
            throw Unexpected($"the key '{Shorten(key)}' where a date belongs");
        }

        OpenPart(new ReplyPart(_site, key));
    }

    // The bytes are compared, not the text: Utf8JsonReader.ValueTextEquals throws on a lone surrogate, and Matomo escapes none of these words.
    private void InUndecided(ref Utf8JsonReader reader, ref ReplyFrame frame)
    {
        if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueSpan.SequenceEqual("result"u8))
        {
            frame.Kind = FrameKind.UndecidedResult;
            return;
        }

        Decide(ref frame);
        Step(ref reader);
    }

    private void InUndecidedResult(ref Utf8JsonReader reader, ref ReplyFrame frame)
    {
        if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.SequenceEqual("error"u8))
        {
            BeginMessage(ref frame, FrameKind.ErrorBody);
        }
        else if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.SequenceEqual("success"u8))
        {
            BeginMessage(ref frame, FrameKind.NothingBody);
        }
        else
        {
            Decide(ref frame);
            _path.Truncate(frame.NameStart);
            _path.Append("result"u8);
            Step(ref reader);
        }
    }

    private void BeginMessage(ref ReplyFrame frame, FrameKind kind)
    {
        frame.Kind = kind;
        _message = null;
        _messageNext = false;
    }

    private void Decide(ref ReplyFrame frame)
    {
        if (_bulk && _count == 1)
        {
            throw Unexpected("an object where the array of a bulk request belongs");
        }

        switch (frame.Keys)
        {
            case ReplyKeys.Dates:
                frame.Kind = FrameKind.Dates;
                return;
            case ReplyKeys.Sites or ReplyKeys.SitesAndDates:
                frame.Kind = FrameKind.Sites;
                return;
        }

        BeginUnkeyed();
        if (_target.Shape is ReplyShape.Table or ReplyShape.List)
        {
            frame.Kind = _target.Shape == ReplyShape.Table ? FrameKind.KeyedTable : FrameKind.KeyedList;
            return;
        }

        frame.Kind = FrameKind.Row;
        BeginRow(0, default);
    }

    private void InMessageBody(ref Utf8JsonReader reader, FrameKind kind)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _messageNext = reader.ValueSpan.SequenceEqual("message"u8);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                Push(FrameKind.Skip);
                _skipDepth = 1;
                break;
            case JsonTokenType.EndObject when kind == FrameKind.NothingBody:
                EndNothingBody();
                break;
            case JsonTokenType.EndObject:
                EndErrorBody();
                break;
            case JsonTokenType.String when _messageNext:
                _message = Encoding.UTF8.GetString(Unescaped(ref reader));
                break;
        }
    }

    private void EndNothingBody()
    {
        if (_bulk && _count == 1)
        {
            throw Unexpected("an object where the array of a bulk request belongs");
        }

        if (_target.Keys == ReplyKeys.None)
        {
            BeginUnkeyed();
        }

        Close();
    }

    private void EndErrorBody()
    {
        var error = _target.Answer.ApiError(_message ?? "");
        var below = _count > 1 ? _frames[_count - 2].Kind : default(FrameKind?);
        if (below is null or FrameKind.Bulk)
        {
            throw error;
        }

        if (!_partOpen)
        {
            OpenPart(new ReplyPart(_site, null));
        }

        _partError = error;
        Close();
    }

    private void InTable(ref Utf8JsonReader reader, ref ReplyFrame frame)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Row(Key(frame.Kind, frame.NameStart), 0, frame.NameStart);
                break;
            case JsonTokenType.PropertyName:
                Name(ref reader, frame);
                break;
            case JsonTokenType.EndArray or JsonTokenType.EndObject:
                Close();
                break;
            case JsonTokenType.StartArray:
                BeginRow(0, Key(frame.Kind, frame.NameStart));
                Push(FrameKind.EmptyRow);
                break;
            default:
                throw Unexpected($"a bare {Word(reader.TokenType)} where a row belongs");
        }
    }

    private void InEmptyRow(ref Utf8JsonReader reader, in ReplyFrame frame)
    {
        if (reader.TokenType != JsonTokenType.EndArray)
        {
            throw Unexpected("an array where a row belongs");
        }

        EndRow(frame.RowDepth);
        Close();
    }

    private void InRowArray(ref Utf8JsonReader reader, ref ReplyFrame frame)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when frame.Index++ > 0:
                throw Unexpected("several rows where one row belongs");
            case JsonTokenType.StartObject:
                Row(default, 0, 0);
                break;
            case JsonTokenType.EndArray:
                Close();
                break;
            default:
                throw Unexpected("a list of plain values where one row belongs");
        }
    }

    private void InList(ref Utf8JsonReader reader, ref ReplyFrame frame)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                Name(ref reader, frame);
                break;
            case JsonTokenType.EndArray or JsonTokenType.EndObject:
                Close();
                break;
            default:
                Item(ref reader, frame, Key(frame.Kind, frame.NameStart));
                break;
        }
    }

    private void InChildren(ref Utf8JsonReader reader, ref ReplyFrame frame)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                Name(ref reader, frame);
                break;
            case JsonTokenType.EndArray or JsonTokenType.EndObject:
                Close();
                break;
            default:
                Item(ref reader, frame, Key(frame.Kind, frame.NameStart));
                break;
        }
    }

    private void Item(ref Utf8JsonReader reader, ReplyFrame parent, ReadOnlySpan<byte> key)
    {
        var depth = parent.RowDepth;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Row(key, depth, parent.NameStart);
                break;
            case JsonTokenType.StartArray:
                BeginRow(depth, key);
                Push(FrameKind.TextRow).RowDepth = depth;
                _text.Clear();
                _text.Add(ref reader);
                break;
            default:
                ValueRow(ref reader, depth, key);
                break;
        }
    }

    private void Row(ReadOnlySpan<byte> key, int depth, int pathStart)
    {
        BeginRow(depth, key);
        ref var row = ref Push(FrameKind.Row);
        row.RowDepth = depth;
        row.PathStart = pathStart;
        row.NameStart = pathStart;
    }

    private void InRow(ref Utf8JsonReader reader, ref ReplyFrame frame)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                Name(ref reader, frame);
                break;
            case JsonTokenType.EndObject:
                if (frame.Kind == FrameKind.Row)
                {
                    EndRow(frame.RowDepth);
                }

                Close();
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                Nested(ref reader, frame);
                break;
            default:
                Cell(ref reader, _path.From(frame.PathStart));
                break;
        }
    }

    private void InCellArray(ref Utf8JsonReader reader, ref ReplyFrame frame)
    {
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            Close();
            return;
        }

        Span<byte> digits = stackalloc byte[11];
        Utf8Formatter.TryFormat(frame.Index++, digits, out var length);
        _path.Truncate(frame.NameStart);
        _path.Append(digits[..length]);
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            Nested(ref reader, frame);
        }
        else
        {
            Cell(ref reader, _path.From(frame.PathStart));
        }
    }

    private void Nested(ref Utf8JsonReader reader, ReplyFrame parent)
    {
        var isArray = reader.TokenType == JsonTokenType.StartArray;
        switch (_handler.Nested(parent.RowDepth, _path.From(parent.PathStart), reader.TokenType))
        {
            case NestedTreatment.Cells:
                _path.Append(ReplyHandler.PathSeparator);
                ref var cells = ref Push(isArray ? FrameKind.CellArray : FrameKind.CellObject);
                cells.RowDepth = parent.RowDepth;
                cells.PathStart = parent.PathStart;
                cells.NameStart = _path.Length;
                break;
            case NestedTreatment.Rows:
                ref var children = ref Push(isArray ? FrameKind.ChildArray : FrameKind.ChildObject);
                children.RowDepth = parent.RowDepth + 1;
                children.PathStart = _path.Length;
                children.NameStart = _path.Length;
                break;
            case NestedTreatment.Skip:
                Push(FrameKind.Skip);
                _skipDepth = 1;
                break;
            default:
                Push(FrameKind.Text).PathStart = parent.PathStart;
                _text.Clear();
                _text.Add(ref reader);
                break;
        }
    }

    private void InText(ref Utf8JsonReader reader, in ReplyFrame frame)
    {
        if (!_text.Add(ref reader))
        {
            return;
        }

        var value = new ReplyValue(ReplyValueKind.Json, _text.Text);
        if (frame.Kind == FrameKind.Text)
        {
            _handler.Cell(_path.From(frame.PathStart), value);
        }
        else
        {
            _handler.Cell("value"u8, value);
            EndRow(frame.RowDepth);
        }

        Close();
    }

    private void InSkip(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            _skipDepth++;
        }
        else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray && --_skipDepth == 0)
        {
            Close();
        }
    }

    private void ValueRow(ref Utf8JsonReader reader, int depth, ReadOnlySpan<byte> key)
    {
        BeginRow(depth, key);
        Cell(ref reader, "value"u8);
        EndRow(depth);
    }

    private void Cell(ref Utf8JsonReader reader, ReadOnlySpan<byte> path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                _handler.Cell(path, new ReplyValue(ReplyValueKind.String, Unescaped(ref reader)));
                break;
            case JsonTokenType.Number:
                _handler.Cell(path, new ReplyValue(ReplyValueKind.Number, reader.ValueSpan));
                break;
            case JsonTokenType.True:
                _handler.Cell(path, new ReplyValue(ReplyValueKind.True, default));
                break;
            case JsonTokenType.False:
                _handler.Cell(path, new ReplyValue(ReplyValueKind.False, default));
                break;
            default:
                _handler.Cell(path, new ReplyValue(ReplyValueKind.Null, default));
                break;
        }
    }

    private void BeginRow(int depth, ReadOnlySpan<byte> key)
    {
        HasHandedOver = true;
        if (depth == 0)
        {
            Rows++;
        }

        _handler.BeginRow(depth, key);
    }

    private void EndRow(int depth) => _handler.EndRow(depth);

    private void Name(ref Utf8JsonReader reader, in ReplyFrame frame)
    {
        _path.Truncate(frame.NameStart);
        if (reader.ValueIsEscaped)
        {
            JsonText.Unescape(reader.ValueSpan, _path);
        }
        else
        {
            JsonText.AppendUtf8(reader.ValueSpan, _path);
        }
    }

    private ReadOnlySpan<byte> Key(FrameKind kind, int nameStart) =>
        kind is FrameKind.KeyedTable or FrameKind.KeyedList or FrameKind.ChildObject ? _path.From(nameStart) : default;

    private ReadOnlySpan<byte> Unescaped(ref Utf8JsonReader reader)
    {
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped && System.Text.Unicode.Utf8.IsValid(raw))
        {
            return raw;
        }

        _string.Truncate(0);
        JsonText.Unescape(raw, _string);
        return _string.Written;
    }

    private void BeginUnkeyed()
    {
        if (!_partOpen)
        {
            OpenPart(default);
        }
    }

    private void OpenPart(ReplyPart part)
    {
        HasHandedOver = true;
        _part = part;
        _partOpen = true;
        _partError = null;
        _handler.BeginPart(part);
    }

    private ref ReplyFrame Push(FrameKind kind)
    {
        if (_count == _frames.Length)
        {
            Array.Resize(ref _frames, _count * 2);
        }

        ref var frame = ref _frames[_count++];
        frame = new ReplyFrame { Kind = kind };
        return ref frame;
    }

    private void Close()
    {
        _count--;
        Completed();
    }

    /// <summary>A value has ended: if it was a piece of the reply, the piece has ended too.</summary>
    private void Completed()
    {
        var below = _count == 0 ? default(FrameKind?) : _frames[_count - 1].Kind;
        if (below is null or FrameKind.Bulk or FrameKind.Sites or FrameKind.Dates && _partOpen)
        {
            EndPart();
        }

        if (below is null)
        {
            HasEnded = true;
        }
        else if (below == FrameKind.Bulk)
        {
            _item++;
        }
    }

    private void EndPart()
    {
        if (!_partOpen)
        {
            return;
        }

        _partOpen = false;
        _handler.EndPart(_part, _partError);
    }

    /// <summary>Notes the error of one bulk item and reads past what is left of it, so that the other items still count.</summary>
    private void AbandonItem(ref Utf8JsonReader reader, MatomoException error)
    {
        _itemErrors[_item] = error;
        _partOpen = false;
        _count = 1;
        var open = reader.CurrentDepth - 1 + (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0);
        if (open == 0)
        {
            _item++;
            return;
        }

        Push(FrameKind.Skip);
        _skipDepth = open;
    }

    private MatomoException Unexpected(string what) => _target.Answer.Unexpected(
        $"Matomo answered with {what}.");

    private string Expected(ReplyKeys keys) => keys switch
    {
        ReplyKeys.None => _target.Shape == ReplyShape.Table ? "a table" : "a list",
        _ => "an object keyed by date or site",
    };

    private static string Word(JsonTokenType type) => type switch
    {
        JsonTokenType.String => "text",
        JsonTokenType.Number => "number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    private static string Shorten(string key) => key.Length <= 40 ? key : key[..40] + "…";
}
