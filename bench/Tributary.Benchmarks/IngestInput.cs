using System.Diagnostics;
using System.Globalization;

namespace Tributary.Benchmarks;

/// <summary>The pinned input: page rows from bench/python/matomo-rows.py, whose seed is fixed, as one JSON array, and the same array cut into replies.</summary>
internal static class IngestInput
{
    public const int Megabytes = 200;

    // The window planner asks for replies of at most about 16 MB.
    private const long ReplyBytes = 16_000_000;

    /// <summary>The file; written when it is not there yet.</summary>
    public static async Task<string> FileAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"matomo-rows-{Megabytes}.json"));
        if (File.Exists(path))
        {
            return path;
        }

        Directory.CreateDirectory(folder);
        using var generator = Process.Start(new ProcessStartInfo("python3", [Script("matomo-rows.py"), path + ".part", Megabytes.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException("python3 did not start.");
        await generator.WaitForExitAsync(cancellationToken);
        if (generator.ExitCode != 0)
        {
            throw new InvalidOperationException($"python3 ended with {generator.ExitCode}.");
        }

        File.Move(path + ".part", path);
        return path;
    }

    /// <summary>A program of bench/python.</summary>
    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "python", name);

    /// <summary>Where the rows of each reply begin and end in the file.</summary>
    public static IReadOnlyList<(long From, long To)> Replies(string path)
    {
        using var file = File.OpenRead(path);
        var replies = new List<(long, long)>();
        var last = file.Length - 1;
        for (var from = 1L; from < last;)
        {
            var to = from + ReplyBytes >= last ? last : RowEnd(file, from + ReplyBytes);
            replies.Add((from, to));
            from = to + 1;
        }

        return replies;
    }

    /// <summary>Where the first row behind a position ends.</summary>
    public static long RowEnd(string path, long near)
    {
        using var file = File.OpenRead(path);
        return RowEnd(file, near);
    }

    /// <summary>The rows of a part of the file as a JSON array of their own.</summary>
    public static Stream Open(string path, (long From, long To) part) => new ArrayOfPart(path, part.From, part.To);

    private static long RowEnd(FileStream file, long near)
    {
        var bytes = new byte[4096];
        file.Position = near;
        file.ReadExactly(bytes);
        return near + bytes.AsSpan().IndexOf("},{\"label\":"u8) + 1;
    }

    /// <summary>A part of a file between brackets.</summary>
    private sealed class ArrayOfPart : Stream
    {
        private readonly FileStream _file;
        private long _left;
        private int _bracket;

        public ArrayOfPart(string path, long from, long to)
        {
            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0) { Position = from };
            _left = to - from;
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            if (_left == 0 || _bracket == 0)
            {
                if (_bracket == 2)
                {
                    return 0;
                }

                buffer[0] = _bracket++ == 0 ? (byte)'[' : (byte)']';
                return 1;
            }

            var read = _file.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            _left -= read;
            return read;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _file.Dispose();
            base.Dispose(disposing);
        }
    }
}
