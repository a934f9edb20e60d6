using System.Collections.Concurrent;

namespace Tributary.Destinations.DuckDb;

/// <summary>
/// Keeps one process's uses of a file apart: many readers, or one that is alone. DuckDB's own lock does not see two uses in one process,
/// and DuckDB.NET would hand the second user the first one's database, whatever access it asked for.
/// </summary>
internal sealed class DuckDbGate : IDisposable
{
    // DuckDB.NET 1.5.6 keeps open databases by path ignoring case, on every system.
    private static readonly ConcurrentDictionary<string, DuckDbGate> Gates = new(StringComparer.OrdinalIgnoreCase);

    private readonly SemaphoreSlim _turnstile = new(1);
    private readonly SemaphoreSlim _room = new(1);
    private readonly string _path;
    private int _readers;
    private string? _sharedFolder;
    private int _sharers;

    private DuckDbGate(string path) => _path = path;

    /// <summary>Held while a reader opens or closes, so that only the first sets the shared database up and only the last clears up after it.</summary>
    public SemaphoreSlim Opening { get; } = new(1);

    public static DuckDbGate For(string path) => Gates.GetOrAdd(path, p => new DuckDbGate(p));

    public async Task<bool> EnterAsync(bool alone, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!await _turnstile.WaitAsync(patience, cancellationToken))
        {
            return false;
        }

        try
        {
            if (!alone && Interlocked.Increment(ref _readers) > 1)
            {
                return true;
            }

            if (await EnterRoomAsync(alone, patience, cancellationToken))
            {
                return true;
            }
        }
        finally
        {
            _turnstile.Release();
        }

        return false;
    }

    /// <summary>A path that differs from the first one by case is another file on most systems: its readers cannot share.</summary>
    public bool CanShare(string path) => string.Equals(path, _path, StringComparison.Ordinal);

    public void Leave(bool alone)
    {
        if (alone || Interlocked.Decrement(ref _readers) == 0)
        {
            _room.Release();
        }
    }

    /// <summary>The overflow folder of the database that readers share, made by the first. Only while <see cref="Opening"/> is held.</summary>
    public string JoinSharedFolder(string stagingFolder)
    {
        _sharedFolder ??= StagingFolder.CreateOwned(stagingFolder);
        _sharers++;
        return _sharedFolder;
    }

    /// <summary>Removes the folder behind the last reader. Only while <see cref="Opening"/> is held.</summary>
    public void LeaveSharedFolder()
    {
        if (--_sharers == 0)
        {
            StagingFolder.TryDelete(_sharedFolder!);
            _sharedFolder = null;
        }
    }

    public void Dispose()
    {
        _turnstile.Dispose();
        _room.Dispose();
        Opening.Dispose();
    }

    private async Task<bool> EnterRoomAsync(bool alone, TimeSpan patience, CancellationToken cancellationToken)
    {
        var entered = false;
        try
        {
            entered = await _room.WaitAsync(patience, cancellationToken);
            return entered;
        }
        finally
        {
            if (!entered && !alone)
            {
                Interlocked.Decrement(ref _readers);
            }
        }
    }
}
