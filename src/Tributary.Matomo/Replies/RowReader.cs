using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json;

namespace Tributary.Matomo.Replies;

/// <summary>Hands over the rows of one report: tables, lists, cells, and what is nested in a row.</summary>
internal sealed class RowReader(ReplyFrames frames)
{
    private readonly ReplyFrames _frames = frames;
    private readonly ByteBuffer _path = new(256);
    private readonly ByteBuffer _string = new(1024);
    private readonly CompactJson _text = new();

    // Tables whose rows are never plain cost no more than one try in so many rows.
    private const int LongestPause = 256;

    private ReplyTarget _target;
    private RowScanner? _scanner;
    private int _skipDepth;
    private int _pause = 1;
    private int _untilScan;

    /// <summary>Rows of depth 0 handed over.</summary>
    public long Rows { get; private set; }

    /// <summary>Whether a row of a table has just ended and the next ones are to be tried by <see cref="TakeRows"/>.</summary>
    public bool WantsRows { get; private set; }

    /// <summary>The report whose rows follow.</summary>
    public void Begin(in ReplyTarget target)
    {
        _target = target;
        if (_scanner?.Handler != target.Handler)
        {
            _scanner = new RowScanner(target.Handler);
        }
    }

    /// <summary>Takes whole rows behind the one that ended; the bytes used.</summary>
    public int TakeRows(ReadOnlySpan<byte> bytes)
    {
        WantsRows = false;
        var used = _scanner!.Take(bytes, out var rows);
        Rows += rows;
        _pause = rows > 0 ? 1 : Math.Min(_pause * 2, LongestPause);
        _untilScan = _pause;
        return used;
    }

    /// <summary>Takes a token inside a frame of rows.</summary>
    public void Step(ref Utf8JsonReader reader, ref ReplyFrame frame)
    {
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
            case FrameKind.List or FrameKind.KeyedList:
                InList(ref reader, ref frame);
                break;
            case FrameKind.RowArray:
                InRowArray(ref reader, ref frame);
                break;
            case FrameKind.EmptyRow:
                InEmptyRow(ref reader, frame);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The object that was just opened is a row; its first property may have been read.</summary>
    public void BeginOpenRow(ref ReplyFrame frame, ReadOnlySpan<byte> firstProperty)
    {
        frame.Kind = FrameKind.Row;
        BeginRow(0, default);
        _path.Truncate(0);
        _path.Append(firstProperty);
    }

    /// <summary>The object that was just opened is a keyed table or list; its first property may have been read.</summary>
    public void BeginOpenKeyed(ref ReplyFrame frame, FrameKind kind, ReadOnlySpan<byte> firstProperty)
    {
        frame.Kind = kind;
        _path.Truncate(0);
        _path.Append(firstProperty);
    }

    /// <summary>Reads past the object or array that was just opened, and so many around it.</summary>
    public void Skip(int depth)
    {
        _frames.Push(FrameKind.Skip);
        _skipDepth = depth;
    }

    /// <summary>The text of a string or property name; valid until the next one.</summary>
    public ReadOnlySpan<byte> Unescaped(ref Utf8JsonReader reader)
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

    /// <summary>A row with one cell.</summary>
    public void ValueRow(ref Utf8JsonReader reader, int depth, ReadOnlySpan<byte> key)
    {
        BeginRow(depth, key);
        Cell(ref reader, "value"u8);
        EndRow(depth);
    }

    /// <summary>A word for a bare value.</summary>
    public static string Word(JsonTokenType type) => type switch
    {
        JsonTokenType.String => "text",
        JsonTokenType.Number => "number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

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
                _frames.Pop();
                break;
            case JsonTokenType.StartArray when frame.Kind == FrameKind.Table:
                BeginRow(0, default);
                _frames.Push(FrameKind.EmptyRow);
                break;
            default:
                throw Unexpected(reader.TokenType == JsonTokenType.StartArray ? "an array where a row belongs" : $"a bare {Word(reader.TokenType)} where a row belongs");
        }
    }

    private void InEmptyRow(ref Utf8JsonReader reader, in ReplyFrame frame)
    {
        if (reader.TokenType != JsonTokenType.EndArray)
        {
            throw Unexpected("an array where a row belongs");
        }

        EndRow(frame.RowDepth);
        _frames.Pop();
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
                _frames.Pop();
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
                _frames.Pop();
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
                _frames.Pop();
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
                _frames.Push(FrameKind.TextRow).RowDepth = depth;
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
        ref var row = ref _frames.Push(FrameKind.Row);
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
                var isRow = frame.Kind == FrameKind.Row;
                if (isRow)
                {
                    EndRow(frame.RowDepth);
                }

                _frames.Pop();
                WantsRows = isRow && _frames.KindBelow(0) == FrameKind.Table && --_untilScan <= 0;
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
            _frames.Pop();
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
        switch (_target.Handler.Nested(parent.RowDepth, _path.From(parent.PathStart), reader.TokenType))
        {
            case NestedTreatment.Cells:
                _path.Append(ReplyHandler.PathSeparator);
                ref var cells = ref _frames.Push(isArray ? FrameKind.CellArray : FrameKind.CellObject);
                cells.RowDepth = parent.RowDepth;
                cells.PathStart = parent.PathStart;
                cells.NameStart = _path.Length;
                break;
            case NestedTreatment.Rows:
                ref var children = ref _frames.Push(isArray ? FrameKind.ChildArray : FrameKind.ChildObject);
                children.RowDepth = parent.RowDepth + 1;
                children.PathStart = _path.Length;
                children.NameStart = _path.Length;
                break;
            case NestedTreatment.Skip:
                Skip(1);
                break;
            default:
                _frames.Push(FrameKind.Text).PathStart = parent.PathStart;
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
            _target.Handler.Cell(_path.From(frame.PathStart), value);
        }
        else
        {
            _target.Handler.Cell("value"u8, value);
            EndRow(frame.RowDepth);
        }

        _frames.Pop();
    }

    private void InSkip(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            _skipDepth++;
        }
        else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray && --_skipDepth == 0)
        {
            _frames.Pop();
        }
    }

    private void Cell(ref Utf8JsonReader reader, ReadOnlySpan<byte> path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                _target.Handler.Cell(path, new ReplyValue(ReplyValueKind.String, Unescaped(ref reader)));
                break;
            case JsonTokenType.Number:
                _target.Handler.Cell(path, new ReplyValue(ReplyValueKind.Number, reader.ValueSpan));
                break;
            case JsonTokenType.True:
                _target.Handler.Cell(path, new ReplyValue(ReplyValueKind.True, default));
                break;
            case JsonTokenType.False:
                _target.Handler.Cell(path, new ReplyValue(ReplyValueKind.False, default));
                break;
            default:
                _target.Handler.Cell(path, new ReplyValue(ReplyValueKind.Null, default));
                break;
        }
    }

    /// <summary>Begins a row outside any object of its own.</summary>
    private void BeginRow(int depth, ReadOnlySpan<byte> key)
    {
        if (depth == 0)
        {
            Rows++;
        }

        _target.Handler.BeginRow(depth, key);
    }

    private void EndRow(int depth) => _target.Handler.EndRow(depth);

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

    private MatomoException Unexpected(string what) => _target.Answer.Unexpected($"Matomo answered with {what}.");
}
