using DuckDB.NET.Data;

namespace Tributary.Destinations.DuckDb;

/// <summary>
/// A connection that may write and is left open between two commits, with its overflow folder. Closes itself when another process asks for the file, or nobody takes it up again soon.
/// </summary>
internal sealed class KeptConnection : IDisposable
{
    // Opening the file anew costs about 50 ms, and closing it writes all that the log holds into the file: half a second for 80 MB of replies.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly LetGoTimer _timer;

    /// <param name="isAsked">Whether another process has asked for the file.</param>
    public KeptConnection(DuckDBConnection connection, Dictionary<string, KnownTable> known, string folder, DuckDbGate gate, Func<bool> isAsked, TimeProvider clock)
    {
        Connection = connection;
        Known = known;
        Folder = folder;
        _timer = new LetGoTimer(Longest, isAsked, () => gate.CloseKept(this), clock);
    }

    public DuckDBConnection Connection { get; }

    public Dictionary<string, KnownTable> Known { get; }

    public string Folder { get; }

    /// <summary>Whoever takes it up closes it.</summary>
    public void TakeUp() => _timer.Dispose();

    public void Dispose()
    {
        _timer.Dispose();
        Connection.Dispose();
        StagingFolder.TryDelete(Folder);
    }
}
