using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.MySql;

/// <summary>
/// The rows of a commit as a stream of text that LOAD DATA reads: fields end in tabs, rows in line feeds, null is \N. Text is the UTF-8 it is held in.
/// A value is converted up to the table's type; a column the batch lacks is null.
/// </summary>
internal sealed class MySqlRows : Stream
{
    private const int BlockBytes = 256 << 10;
    private const int LongestNumber = 40;

    private static readonly System.Buffers.SearchValues<byte> Escaped = System.Buffers.SearchValues.Create("\\\t\n\0"u8);

    private readonly IReadOnlyList<ColumnDefinition> _columns;
    private readonly WindowCommit _commit;
    private readonly CancellationToken _stop;
    private readonly IEnumerator<RowBatch> _batches;
    private readonly ColumnBuffer?[] _buffers;
    private readonly bool[] _isClean;
    private byte[] _bytes = new byte[BlockBytes + (BlockBytes / 4)];
    private int _from;
    private int _count;
    private RowBatch? _batch;
    private int _row;

    public MySqlRows(IReadOnlyList<ColumnDefinition> columns, WindowCommit commit, CancellationToken stop)
    {
        _columns = columns;
        _commit = commit;
        _stop = stop;
        _batches = commit.Rows.ReadBatches().GetEnumerator();
        _buffers = new ColumnBuffer?[columns.Count];
        _isClean = new bool[columns.Count];
    }

    /// <summary>Rows read so far.</summary>
    public long Rows { get; private set; }

    /// <summary>What went wrong while rows were read: the driver tells of it only as one of its own.</summary>
    public Exception? Failure { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_from == _count)
        {
            (_from, _count) = (0, 0);
            try
            {
                Fill();
            }
            catch (Exception e)
            {
                Failure = e;
                throw;
            }
        }

        var taken = Math.Min(buffer.Length, _count - _from);
        _bytes.AsSpan(_from, taken).CopyTo(buffer);
        _from += taken;
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>The next rows as VALUES of a statement, at most about so many characters and at least one row; null at the end.</summary>
    public string? NextValues(MySqlDialect dialect, int most)
    {
        var values = new StringBuilder();
        while (values.Length < most && Next())
        {
            values.Append(values.Length == 0 ? "(" : ", (");
            for (var i = 0; i < _columns.Count; i++)
            {
                values.Append(i == 0 ? "" : ", ").Append(Literal(dialect, i));
            }

            values.Append(')');
        }

        return values.Length == 0 ? null : values.ToString();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _batches.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fill()
    {
        while (_count < BlockBytes && Next())
        {
            for (var i = 0; i < _columns.Count; i++)
            {
                Value(i);
                _bytes[_count++] = i == _columns.Count - 1 ? (byte)'\n' : (byte)'\t';
            }
        }
    }

    /// <summary>Goes to the next row.</summary>
    private bool Next()
    {
        _row++;
        while (_batch is null || _row >= _batch.Rows)
        {
            _stop.ThrowIfCancellationRequested();
            if (!_batches.MoveNext())
            {
                return false;
            }

            (_batch, _row) = (_batches.Current, 0);
            Map(_batch);
        }

        Rows++;
        return true;
    }

    private void Map(RowBatch batch)
    {
        CommitRules.RequireKnownColumns(_commit.Table, _columns, batch);
        for (var i = 0; i < _columns.Count; i++)
        {
            var at = batch.IndexOf(_columns[i].Name);
            var buffer = _buffers[i] = at < 0 ? null : batch.Buffer(at);
            _isClean[i] = buffer?.Type is ColumnType.Text or ColumnType.Json && TextBytes.IsClean(buffer, refusesNul: false);
            if (buffer is not null && buffer.Type != _columns[i].Type && ColumnWidening.Wider(buffer.Type, _columns[i].Type) != _columns[i].Type)
            {
                throw new ArgumentException($"The column '{_columns[i].Name}' is {_columns[i].Type} in the table and {buffer.Type} in the rows, which is not narrower.");
            }
        }
    }

    private void Value(int column)
    {
        var buffer = _buffers[column];
        if (buffer is null || !buffer.IsPresent(_row) || (buffer.Type == ColumnType.Double && _columns[column].Type == ColumnType.Double && !double.IsFinite(buffer.GetDouble(_row))))
        {
            Copy("\\N"u8);
            return;
        }

        switch (_columns[column].Type, buffer.Type)
        {
            case (_, ColumnType.Text or ColumnType.Json):
                var piece = buffer.GetUtf8(_row);
                Escape(_isClean[column] && TextBytes.IsWhole(piece) ? piece : TextBytes.Clean(piece, refusesNul: false));
                break;
            case (ColumnType.Text, _):
                Escape(Encoding.UTF8.GetBytes(ColumnText.Format(buffer, _row)));
                break;
            case (_, ColumnType.Integer or ColumnType.Boolean):
                Ensure(LongestNumber);
                Utf8Formatter.TryFormat(buffer.GetInteger(_row), _bytes.AsSpan(_count), out var digits);
                _count += digits;
                break;
            case (_, ColumnType.Double):
                Ensure(LongestNumber);
                buffer.GetDouble(_row).TryFormat(_bytes.AsSpan(_count), out var written, "R", CultureInfo.InvariantCulture);
                _count += written;
                break;
            case (_, ColumnType.Instant):
                Ensure(LongestNumber);
                ColumnText.Instant(buffer.GetInteger(_row)).UtcDateTime.TryFormat(_bytes.AsSpan(_count), out var moment, "yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
                _count += moment;
                break;
            case (_, ColumnType.Date):
                Ensure(LongestNumber);
                DateOnly.FromDayNumber(checked((int)buffer.GetInteger(_row) + ColumnText.UnixEpochDay)).TryFormat(_bytes.AsSpan(_count), out var day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
                _count += day;
                break;
            default:
                Copy(Encoding.UTF8.GetBytes(ColumnText.Format(buffer, _row)));
                break;
        }
    }

    private string Literal(MySqlDialect dialect, int column)
    {
        var buffer = _buffers[column];
        if (buffer is null || !buffer.IsPresent(_row))
        {
            return "NULL";
        }

        return (_columns[column].Type, buffer.Type) switch
        {
            (ColumnType.Text or ColumnType.Json, _) => dialect.Text(ColumnText.Format(buffer, _row)),
            (_, ColumnType.Integer or ColumnType.Boolean) => SqlDialect.Number(buffer.GetInteger(_row)),

            // With an exponent: without one it would be a decimal first.
            (_, ColumnType.Double) => double.IsFinite(buffer.GetDouble(_row)) ? buffer.GetDouble(_row).ToString("E16", CultureInfo.InvariantCulture) : "NULL",
            (_, ColumnType.Instant) => dialect.Instant(ColumnText.Instant(buffer.GetInteger(_row))),
            (_, ColumnType.Date) => dialect.Date(DateOnly.FromDayNumber(checked((int)buffer.GetInteger(_row) + ColumnText.UnixEpochDay))),
            _ => ColumnText.Format(buffer, _row),
        };
    }

    private void Escape(ReadOnlySpan<byte> text)
    {
        Ensure((text.Length * 2) + 1);
        while (text.IndexOfAny(Escaped) is var at and >= 0)
        {
            text[..at].CopyTo(_bytes.AsSpan(_count));
            _count += at;
            _bytes[_count++] = (byte)'\\';
            _bytes[_count++] = text[at] switch { (byte)'\t' => (byte)'t', (byte)'\n' => (byte)'n', 0 => (byte)'0', _ => (byte)'\\' };
            text = text[(at + 1)..];
        }

        text.CopyTo(_bytes.AsSpan(_count));
        _count += text.Length;
    }

    private void Copy(ReadOnlySpan<byte> text)
    {
        Ensure(text.Length + 1);
        text.CopyTo(_bytes.AsSpan(_count));
        _count += text.Length;
    }

    // One more for the tab behind.
    private void Ensure(int more)
    {
        if (_count + more + 1 > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _count + more + 1));
        }
    }
}
