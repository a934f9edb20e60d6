using DuckDB.NET.Data;

namespace Tributary.Destinations.DuckDb;

/// <summary>
/// A connection that reads nothing and only keeps the readers' database open from one page to the next: opening a file reads the form of every table in it,
/// which for a thousand tables takes seconds. Closes itself when another process asks for the file, or nobody reads for a while.
/// </summary>
internal sealed class LingeringReader : IDisposable
{
    // As long as a person looks at a page. Other programs, which leave no note, cannot write meanwhile.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly DuckDBConnection _connection;
    private readonly DuckDbGate _gate;
    private readonly FileStamp _stamp;
    private readonly LetGoTimer _timer;

    /// <param name="connection">One more to the database of the readers, open.</param>
    /// <param name="path">The file.</param>
    /// <param name="gate">Its gate; the reader is one of those that share its folder.</param>
    /// <param name="isAsked">Whether another process has asked for the file.</param>
    /// <param name="clock">The time.</param>
    public LingeringReader(DuckDBConnection connection, string path, DuckDbGate gate, Func<bool> isAsked, TimeProvider clock)
    {
        _connection = connection;
        _gate = gate;
        _stamp = FileStamp.Of(path);
        _timer = new LetGoTimer(Longest, isAsked, () => gate.CloseLingering(this), clock);
    }

    /// <summary>Somebody reads: it stays longer.</summary>
    public void Use() => _timer.Use();

    /// <summary>Whether the file is the one that was opened: another may have been put in its place.</summary>
    public bool IsOf(string path) => FileStamp.Of(path) == _stamp;

    /// <summary>Only while the gate's <see cref="DuckDbGate.Opening"/> is held.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _connection.Dispose();
        _gate.LeaveSharedFolder();
    }

    private sealed record FileStamp(long Length, DateTimeOffset WrittenAt)
    {
        public static FileStamp Of(string path) => new FileInfo(path) is { Exists: true } file ? new FileStamp(file.Length, new DateTimeOffset(file.LastWriteTimeUtc)) : new FileStamp(-1, DateTimeOffset.MinValue);
    }
}
