using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Tributary.Matomo.Replies;

/// <summary>
/// Reads a stream through one rented buffer and feeds a JSON document in it to a sink. The buffer only grows when a single token does not fit.
/// A stream and an array, not a <see cref="System.IO.Pipelines.PipeReader"/>: a token must be contiguous to be handed over without copying, and an array always is.
/// </summary>
internal sealed class JsonPump : IDisposable
{
    /// <summary>64 KB: larger buffers made reading no faster on a 2-core machine (12.8 GB/s from the page cache at this size).</summary>
    public const int DefaultBufferSize = 64 * 1024;

    /// <summary>No label, title or URL comes near; a single token beyond this is not a Matomo report.</summary>
    private const int LargestToken = 256 * 1024 * 1024;

    // PHP nests at most 512 deep (json_encode's own limit); a bulk request adds one.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 520 };

    private readonly Stream _stream;
    private byte[] _buffer;
    private int _start;
    private int _end;

    public JsonPump(Stream stream, int bufferSize = DefaultBufferSize)
    {
        _stream = stream;
        _buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
        Limit = Math.Min(bufferSize, _buffer.Length);
    }

    private int Limit { get; set; }

    /// <summary>Bytes read from the stream.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether the stream has no more.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>What was read and not yet used.</summary>
    public ReadOnlyMemory<byte> Unread => _buffer.AsMemory(_start, _end - _start);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    /// <summary>Reads past byte order marks and white space; null when nothing follows, else the first byte, unread.</summary>
    public async ValueTask<byte?> PeekAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_start < _end)
            {
                if (_buffer[_start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                {
                    _start++;
                }
                else if (_buffer[_start] != 0xEF)
                {
                    return _buffer[_start];
                }
                else if (_end - _start >= 3)
                {
                    if (_buffer[_start + 1] != 0xBB || _buffer[_start + 2] != 0xBF)
                    {
                        return _buffer[_start];
                    }

                    _start += 3;
                }
                else if (AtEnd)
                {
                    return _buffer[_start];
                }
                else
                {
                    break;
                }
            }

            if (AtEnd)
            {
                return null;
            }

            await FillAsync(cancellationToken);
        }
    }

    /// <summary>Reads until <paramref name="count"/> bytes are unread or the stream ends.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> AtLeastAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count && !AtEnd)
        {
            await FillAsync(cancellationToken);
        }

        return Unread;
    }

    /// <summary>
    /// Feeds one JSON document to the sink; false when the stream ended before the document did.
    /// What follows the document is left unread. Broken JSON is a <see cref="JsonException"/>, and the broken place then begins <see cref="Unread"/>.
    /// </summary>
    public async Task<bool> FeedAsync(IJsonSink sink, CancellationToken cancellationToken)
    {
        var state = new JsonReaderState(Options);
        while (true)
        {
            var unread = _end - _start;
            state = Feed(sink, state);
            if (sink.HasEnded)
            {
                return true;
            }

            if (AtEnd)
            {
                return false;
            }

            // A token that does not fit is looked at again only when the buffer is full, or a long text would be scanned once per read.
            var stuck = _end - _start == unread && unread >= Limit / 2;
            do
            {
                await FillAsync(cancellationToken);
            }
            while (stuck && _end < Limit && !AtEnd);
        }
    }

    /// <summary>Forgets the unread bytes.</summary>
    public void Drop() => _start = _end;

    private JsonReaderState Feed(IJsonSink sink, JsonReaderState state)
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), isFinalBlock: false, state);
            bool wantsRows;
            try
            {
                wantsRows = sink.Run(ref reader);
            }
            finally
            {
                _start += (int)reader.BytesConsumed;
            }

            // Behind a row the state is that behind any other row of the same table.
            state = reader.CurrentState;
            if (!wantsRows)
            {
                return state;
            }

            _start += sink.TakeRows(_buffer.AsSpan(_start, _end - _start));
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == Limit)
        {
            Grow();
        }

        var read = await _stream.ReadAsync(_buffer.AsMemory(_end, Limit - _end), cancellationToken);
        AtEnd = read == 0;
        _end += read;
        Bytes += read;
    }

    private void Grow()
    {
        if (Limit >= LargestToken)
        {
            throw new JsonException("a single text of more than 256 MB");
        }

        if (Limit * 2 > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Limit * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        Limit *= 2;
    }
}
