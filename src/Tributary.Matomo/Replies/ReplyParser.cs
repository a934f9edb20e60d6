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
    private readonly ReplyFrames _frames = new();
    private readonly RowReader _rows;

    private ReplyTarget _target;
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
        ItemErrors = new MatomoException?[targets.Count];
        _rows = new RowReader(_frames);
        Begin(targets[0]);
    }

    /// <summary>Reads the reply of a bulk request, one target an item.</summary>
    public static ReplyParser ForBulk(IReadOnlyList<ReplyTarget> items) => new(items, bulk: true);

    /// <summary>Whether the handler was called: from then on the reply cannot be asked for again on its behalf.</summary>
    public bool HasHandedOver { get; private set; }

    /// <summary>Rows of depth 0 handed over.</summary>
    public long Rows => _rows.Rows;

    /// <summary>Whether the outermost object or array has closed.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Items of a bulk reply seen so far.</summary>
    public int Items { get; private set; }

    /// <summary>The error of each item of a bulk reply.</summary>
    public MatomoException?[] ItemErrors { get; }

    public bool Run(ref Utf8JsonReader reader)
    {
        while (!HasEnded && reader.Read())
        {
            if (!_bulk)
            {
                Step(ref reader);
            }
            else
            {
                StepInBulk(ref reader);
            }

            if (_rows.WantsRows)
            {
                return true;
            }
        }

        return false;
    }

    public int TakeRows(ReadOnlySpan<byte> bytes) => _rows.TakeRows(bytes);

    private void StepInBulk(ref Utf8JsonReader reader)
    {
        try
        {
            Step(ref reader);
        }
        catch (MatomoException error) when (_frames.Count > 0 && _frames.OutermostKind == FrameKind.Bulk && Items < _targets.Count)
        {
            AbandonItem(ref reader, error);
        }
    }

    private void Step(ref Utf8JsonReader reader)
    {
        if (_frames.Count == 0)
        {
            First(ref reader);
            return;
        }

        ref var frame = ref _frames.Top;
        if (frame.Kind >= FrameKind.Table)
        {
            InRows(ref reader, ref frame);
            return;
        }

        switch (frame.Kind)
        {
            case FrameKind.Sites or FrameKind.Dates:
                InMap(ref reader, ref frame);
                break;
            case FrameKind.Undecided:
                InUndecided(ref reader, ref frame);
                break;
            case FrameKind.UndecidedResult:
                InUndecidedResult(ref reader, ref frame);
                break;
            case FrameKind.UndecidedMessage:
                InUndecidedMessage(ref reader, ref frame);
                break;
            case FrameKind.MessageBody:
                InMessageFirst(ref reader, ref frame);
                break;
            case FrameKind.ErrorBody or FrameKind.NothingBody:
                InMessageBody(ref reader, frame.Kind);
                break;
            case FrameKind.EmptyMap:
                if (reader.TokenType != JsonTokenType.EndArray)
                {
                    throw Unexpected("an array with items where an object keyed by date or site belongs");
                }

                Close();
                break;
            default:
                InBulk(ref reader);
                break;
        }
    }

    private void InRows(ref Utf8JsonReader reader, ref ReplyFrame frame)
    {
        var open = _frames.Count;
        _rows.Step(ref reader, ref frame);
        if (_frames.Count < open)
        {
            Completed();
        }
    }

    private void Begin(in ReplyTarget target)
    {
        _target = target;
        _site = null;
        _rows.Begin(target);
    }

    private void First(ref Utf8JsonReader reader)
    {
        if (!_bulk)
        {
            Value(ref reader, _target.Keys);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            _frames.Push(FrameKind.Bulk);
        }
        else
        {
            _frames.Push(FrameKind.Undecided).Keys = ReplyKeys.None;
        }
    }

    private void InBulk(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            Close();
            return;
        }

        if (Items >= _targets.Count)
        {
            throw Unexpected($"more answers than the {_targets.Count} items of the bulk request");
        }

        Begin(_targets[Items]);
        Value(ref reader, _target.Keys);
    }

    /// <summary>A value of which <paramref name="keys"/> are still to come.</summary>
    private void Value(ref Utf8JsonReader reader, ReplyKeys keys)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                _frames.Push(FrameKind.Undecided).Keys = keys;
                break;
            case JsonTokenType.StartArray when keys != ReplyKeys.None:
                _frames.Push(FrameKind.EmptyMap);
                break;
            case JsonTokenType.StartArray:
                BeginUnkeyed();
                _frames.Push(_target.Shape switch
                {
                    ReplyShape.Table => FrameKind.Table,
                    ReplyShape.List => FrameKind.List,
                    _ => FrameKind.RowArray,
                });
                break;
            default:
                if (keys != ReplyKeys.None || _target.Shape is ReplyShape.Table or ReplyShape.List)
                {
                    throw Unexpected($"a bare {RowReader.Word(reader.TokenType)} where {Expected(keys)} belongs");
                }

                BeginUnkeyed();
                _rows.ValueRow(ref reader, 0, default);
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
        var key = Encoding.UTF8.GetString(_rows.Unescaped(ref reader));
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

        if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueSpan.SequenceEqual("message"u8))
        {
            frame.Kind = FrameKind.UndecidedMessage;
            return;
        }

        Decide(ref frame, default);
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
            Decide(ref frame, "result"u8);
            Step(ref reader);
        }
    }

    /// <summary>What stands between us and Matomo may order an error anew. No report of Matomo's has a first column of that name.</summary>
    private void InUndecidedMessage(ref Utf8JsonReader reader, ref ReplyFrame frame)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            BeginMessage(ref frame, FrameKind.MessageBody);
            _message = Encoding.UTF8.GetString(_rows.Unescaped(ref reader));
            return;
        }

        Decide(ref frame, "message"u8);
        Step(ref reader);
    }

    private void InMessageFirst(ref Utf8JsonReader reader, ref ReplyFrame frame)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName when reader.ValueSpan.SequenceEqual("result"u8):
                break;
            case JsonTokenType.String when reader.ValueSpan.SequenceEqual("error"u8):
                frame.Kind = FrameKind.ErrorBody;
                break;
            case JsonTokenType.String when reader.ValueSpan.SequenceEqual("success"u8):
                frame.Kind = FrameKind.NothingBody;
                break;
            default:
                throw Unexpected($"a message where a report belongs: \"{Shorten(_message ?? "")}\"");
        }
    }

    private void BeginMessage(ref ReplyFrame frame, FrameKind kind)
    {
        frame.Kind = kind;
        _message = null;
        _messageNext = false;
    }

    /// <summary>It is no error body: what it is follows from what was asked.</summary>
    private void Decide(ref ReplyFrame frame, ReadOnlySpan<byte> firstProperty)
    {
        RefuseBulkObject();

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
        switch (_target.Shape)
        {
            case ReplyShape.Table:
                _rows.BeginOpenKeyed(ref frame, FrameKind.KeyedTable, firstProperty);
                break;
            case ReplyShape.List:
                _rows.BeginOpenKeyed(ref frame, FrameKind.KeyedList, firstProperty);
                break;
            default:
                _rows.BeginOpenRow(ref frame, firstProperty);
                break;
        }
    }

    private void InMessageBody(ref Utf8JsonReader reader, FrameKind kind)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _messageNext = reader.ValueSpan.SequenceEqual("message"u8);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                _rows.Skip(1);
                break;
            case JsonTokenType.EndObject when kind == FrameKind.NothingBody:
                EndNothingBody();
                break;
            case JsonTokenType.EndObject:
                EndErrorBody();
                break;
            case JsonTokenType.String when _messageNext:
                _message = Encoding.UTF8.GetString(_rows.Unescaped(ref reader));
                break;
        }
    }

    private void EndNothingBody()
    {
        RefuseBulkObject();
        if (_target.IsDated)
        {
            // A report without data is an empty table or zeros; only lists and single things that are not there are answered so.
            EndPart(Unexpected($"\"{Shorten(_message ?? "ok")}\" in the place of a report"));
            return;
        }

        if (_target.Keys == ReplyKeys.None)
        {
            BeginUnkeyed();
        }

        Close();
    }

    private void EndErrorBody() => EndPart(_target.Answer.ApiError(_message ?? ""));

    private void EndPart(MatomoException error)
    {
        if (_frames.KindBelow(1) is null or FrameKind.Bulk)
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
        _target.Handler.BeginPart(part);
    }

    private void Close()
    {
        _frames.Pop();
        Completed();
    }

    /// <summary>A value has ended: if it was a piece of the reply, the piece has ended too.</summary>
    private void Completed()
    {
        var around = _frames.KindBelow(0);
        if (_partOpen && around is (null or FrameKind.Bulk or FrameKind.Sites or FrameKind.Dates))
        {
            _partOpen = false;
            _target.Handler.EndPart(_part, _partError);
        }

        if (around is null)
        {
            HasEnded = true;
        }
        else if (around == FrameKind.Bulk)
        {
            Items++;
        }
    }

    /// <summary>Notes the error of one bulk item and reads past what is left of it, so that the other items still count.</summary>
    private void AbandonItem(ref Utf8JsonReader reader, MatomoException error)
    {
        ItemErrors[Items] = error;
        _partOpen = false;
        _frames.Truncate(1);
        var open = reader.CurrentDepth - 1 + (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0);
        if (open == 0)
        {
            Items++;
        }
        else
        {
            _rows.Skip(open);
        }
    }

    private void RefuseBulkObject()
    {
        if (_bulk && _frames.Count == 1)
        {
            throw Unexpected("an object where the array of a bulk request belongs");
        }
    }

    private MatomoException Unexpected(string what) => _target.Answer.Unexpected($"Matomo answered with {what}.");

    private string Expected(ReplyKeys keys) => keys switch
    {
        ReplyKeys.None => _target.Shape == ReplyShape.Table ? "a table" : "a list",
        _ => "an object keyed by date or site",
    };

    private static string Shorten(string key) => key.Length <= 40 ? key : key[..40] + "…";
}
