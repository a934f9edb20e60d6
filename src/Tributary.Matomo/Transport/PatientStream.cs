using System.Runtime.CompilerServices;

namespace Tributary.Matomo.Transport;

/// <summary>The body of an answer: each read may take as long as the server may be silent, however long the whole takes; a broken connection is a cut-off answer.</summary>
internal sealed class PatientStream(Stream inner, Silence silence, MatomoAnswer answer) : Stream
{
    private long _read;

    /// <summary>Bytes read so far, after decompression.</summary>
    public long BytesRead => _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        silence.Begin();
        try
        {
            var count = await inner.ReadAsync(buffer, silence.Token);
            _read += count;
            return count;
        }
        catch (Exception error) when (error is IOException or HttpRequestException or InvalidDataException)
        {
            throw answer.CutOff(_read, error);
        }
        finally
        {
            silence.End();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
