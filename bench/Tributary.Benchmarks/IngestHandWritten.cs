using System.Buffers.Text;
using System.Text.Json;

namespace Tributary.Benchmarks;

/// <summary>Takes the cells of page rows, by number of column.</summary>
internal interface IPageRowSink
{
    void Text(int column, ReadOnlySpan<byte> utf8);

    void Integer(int column, long value);

    void Double(int column, double value);

    void EndRow();
}

/// <summary>
/// What one would write by hand for exactly these rows: a stream, one buffer, Utf8JsonReader, no table of columns, no growing schema, no checks.
/// </summary>
internal static class IngestHandWritten
{
    /// <summary>label, nb_visits, nb_hits, sum_time_spent, bounce_rate, avg_time_on_page, idsubdatatable, conversions of goal 1 and 2, revenue of goal 2.</summary>
    public const int Columns = 10;

    public static long Read<TSink>(Stream stream, ref TSink sink)
        where TSink : IPageRowSink, allows ref struct
    {
        var rows = 0L;
        var parser = new State();
        Pump(stream, ref parser, ref sink, ref rows, static (ref Utf8JsonReader reader, ref State state, ref TSink sink, ref long rows) => Take(ref reader, ref state, ref sink, ref rows));
        return rows;
    }

    /// <summary>Reads all tokens and does nothing with them.</summary>
    public static long Scan(Stream stream)
    {
        var rows = 0L;
        var none = 0;
        var state = default(State);
        Pump(stream, ref state, ref none, ref rows, static (ref Utf8JsonReader reader, ref State _, ref int _, ref long rows) =>
        {
            while (reader.Read())
            {
                rows += reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth == 1 ? 1 : 0;
            }
        });
        return rows;
    }

    private delegate void Taking<TSink>(ref Utf8JsonReader reader, ref State state, ref TSink sink, ref long rows)
        where TSink : allows ref struct;

    private static void Pump<TSink>(Stream stream, ref State state, ref TSink sink, ref long rows, Taking<TSink> take)
        where TSink : allows ref struct
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        var json = default(JsonReaderState);
        while (true)
        {
            var read = stream.Read(buffer, length, buffer.Length - length);
            length += read;
            var reader = new Utf8JsonReader(buffer.AsSpan(0, length), read == 0, json);
            take(ref reader, ref state, ref sink, ref rows);
            if (read == 0)
            {
                return;
            }

            json = reader.CurrentState;
            var used = (int)reader.BytesConsumed;
            buffer.AsSpan(used, length - used).CopyTo(buffer);
            length -= used;
        }
    }

    private static void Take<TSink>(ref Utf8JsonReader reader, ref State state, ref TSink sink, ref long rows)
        where TSink : IPageRowSink, allows ref struct
    {
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    state.Name(reader.ValueSpan, reader.CurrentDepth);
                    break;
                case JsonTokenType.Number when state.Column is 9:
                    _ = Utf8Parser.TryParse(reader.ValueSpan, out double revenue, out _);
                    sink.Double(9, revenue);
                    break;
                case JsonTokenType.Number:
                    _ = Utf8Parser.TryParse(reader.ValueSpan, out long number, out _);
                    sink.Integer(state.Column, number);
                    break;
                case JsonTokenType.String when state.Column == 4:
                    _ = Utf8Parser.TryParse(reader.ValueSpan, out int percent, out _);
                    sink.Double(4, percent / 100d);
                    break;
                case JsonTokenType.String when reader.ValueIsEscaped:
                    var unescaped = new byte[reader.ValueSpan.Length];
                    sink.Text(state.Column, unescaped.AsSpan(0, reader.CopyString(unescaped)));
                    break;
                case JsonTokenType.String:
                    sink.Text(state.Column, reader.ValueSpan);
                    break;
                case JsonTokenType.EndObject when reader.CurrentDepth == 1:
                    sink.EndRow();
                    rows++;
                    break;
            }
        }
    }

    private struct State
    {
        public int Column;
        private bool _secondGoal;

        public void Name(ReadOnlySpan<byte> name, int depth)
        {
            if (depth == 2)
            {
                Column = name[0] switch
                {
                    (byte)'l' => 0,
                    (byte)'n' => name[3] == 'v' ? 1 : 2,
                    (byte)'s' => 3,
                    (byte)'b' => 4,
                    (byte)'a' => 5,
                    (byte)'i' => 6,
                    _ => -1,
                };
            }
            else if (depth == 3)
            {
                _secondGoal = name[^1] == '2';
            }
            else
            {
                Column = name[0] == 'r' ? 9 : _secondGoal ? 8 : 7;
            }
        }
    }
}

/// <summary>Columns in memory and no database: a batch that is full is begun again.</summary>
internal sealed class TypedColumns : IPageRowSink
{
    private const int Rows = 2048;

    private readonly long[][] _words = [.. Enumerable.Range(0, IngestHandWritten.Columns).Select(_ => new long[Rows])];
    private readonly bool[][] _present = [.. Enumerable.Range(0, IngestHandWritten.Columns).Select(_ => new bool[Rows])];
    private byte[] _bytes = new byte[256 * 1024];
    private int _length;
    private int _row;

    public void Text(int column, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > _bytes.Length - _length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + utf8.Length));
        }

        utf8.CopyTo(_bytes.AsSpan(_length));
        Integer(column, ((long)_length << 32) | (uint)utf8.Length);
        _length += utf8.Length;
    }

    public void Integer(int column, long value)
    {
        _words[column][_row] = value;
        _present[column][_row] = true;
    }

    public void Double(int column, double value) => Integer(column, BitConverter.DoubleToInt64Bits(value));

    public void EndRow()
    {
        if (++_row < Rows)
        {
            return;
        }

        _row = 0;
        _length = 0;
        foreach (var present in _present)
        {
            Array.Clear(present);
        }
    }
}
