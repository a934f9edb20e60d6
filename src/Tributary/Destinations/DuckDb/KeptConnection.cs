using DuckDB.NET.Data;

namespace Tributary.Destinations.DuckDb;

/// <summary>A connection that may write and is left open between two commits, with its overflow folder. Closes itself when nobody takes it up again soon.</summary>
internal sealed class KeptConnection : IDisposable
{
    // Commits of a run follow each other by less; opening and closing the file anew costs about 50 ms, closing checkpoints it.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(200);

    private readonly ITimer _timer;

    public KeptConnection(DuckDBConnection connection, Dictionary<string, KnownTable> known, string folder, DuckDbGate gate, TimeProvider clock)
    {
        Connection = connection;
        Known = known;
        Folder = folder;
        _timer = clock.CreateTimer(_ => gate.CloseKept(this), null, Longest, Timeout.InfiniteTimeSpan);
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
