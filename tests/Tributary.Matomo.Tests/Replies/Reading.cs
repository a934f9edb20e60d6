using System.Text;
using Tributary.Matomo.Replies;

namespace Tributary.Matomo.Tests.Replies;

/// <summary>Short ways to read a body in a test.</summary>
internal static class Reading
{
    public static Task<ReplyEnd> ReadAsync(ReadOnlyMemory<byte> body, ReplyShape shape, ReplyKeys keys, ReplyHandler handler, int bufferSize = JsonPump.DefaultBufferSize, int? piece = null, bool isDated = false) =>
        ReplyReader.ReadAsync(
            new PieceStream(body, piece ?? int.MaxValue),
            new ReplyParser(new ReplyTarget(shape, keys, handler, new MatomoAnswer { Method = "Test.get" }, isDated)),
            new MatomoAnswer { Method = "Test.get" },
            bufferSize,
            TestContext.Current.CancellationToken);

    public static async Task<string> CallsAsync(string json, ReplyShape shape, ReplyKeys keys = ReplyKeys.None, Func<string, NestedTreatment>? nested = null, bool isDated = false)
    {
        var log = new ReplyLog(nested);
        await ReadAsync(Encoding.UTF8.GetBytes(json), shape, keys, log, isDated: isDated);
        return log.ToString();
    }

    public static async Task<MatomoException> FailureAsync(string body, ReplyShape shape = ReplyShape.Table, ReplyKeys keys = ReplyKeys.None, bool isDated = false) =>
        await Assert.ThrowsAsync<MatomoException>(() => ReadAsync(Encoding.UTF8.GetBytes(body), shape, keys, new ReplyLog(), isDated: isDated));
}

/// <summary>A stream that gives no more than so many bytes a read, as a slow network does.</summary>
internal sealed class PieceStream(ReadOnlyMemory<byte> bytes, int piece) : Stream
{
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => bytes.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = Math.Min(Math.Min(piece, buffer.Length), bytes.Length - _position);
        bytes.Span.Slice(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer, offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
