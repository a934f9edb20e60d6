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
    private int _keepers;
    private KeptConnection? _kept;
    private int _lingerers;
    private LingeringReader? _lingering;
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

    /// <summary>Whether somebody has begun work of several commits, between which the file may stay open.</summary>
    public bool Keeps => Volatile.Read(ref _keepers) > 0;

    /// <summary>Until when another process that asked for the file has time to take it.</summary>
    public DateTimeOffset YieldsUntil { get; set; }

    public void BeginKeeping() => Interlocked.Increment(ref _keepers);

    /// <summary>Behind the last one nothing stays open.</summary>
    public void EndKeeping()
    {
        if (Interlocked.Decrement(ref _keepers) == 0)
        {
            CloseKept(null);
        }
    }

    /// <summary>Leaves a connection open for whoever writes next. Only while <see cref="Opening"/> is held, before the place is left.</summary>
    public void Keep(KeptConnection kept) => _kept = kept;

    /// <summary>The connection that was left open, now the caller's. Only while <see cref="Opening"/> is held.</summary>
    public KeptConnection? TakeKept() => Interlocked.Exchange(ref _kept, null);

    /// <summary>Closes what was left open.</summary>
    /// <param name="which">Only this one; null for whichever it is.</param>
    public void CloseKept(KeptConnection? which)
    {
        Opening.Wait();
        try
        {
            if (_kept is { } kept && (which is null || which == kept))
            {
                _kept = null;
                kept.Dispose();
            }
        }
        finally
        {
            Opening.Release();
        }
    }

    /// <summary>Whether somebody wants what readers have open to stay open behind them.</summary>
    public bool Lingers => Volatile.Read(ref _lingerers) > 0;

    public void BeginLingering() => Interlocked.Increment(ref _lingerers);

    /// <summary>Behind the last one nothing stays open.</summary>
    public void EndLingering()
    {
        if (Interlocked.Decrement(ref _lingerers) == 0)
        {
            CloseLingering(null);
        }
    }

    /// <summary>What keeps the readers' database open; null when nothing does. Only while <see cref="Opening"/> is held.</summary>
    public LingeringReader? Lingering => _lingering;

    /// <summary>Has the readers' database stay open. Only while <see cref="Opening"/> is held.</summary>
    public void Linger(LingeringReader reader) => _lingering = reader;

    /// <summary>Lets it close with its last reader. Only while <see cref="Opening"/> is held.</summary>
    public void StopLingering()
    {
        _lingering?.Dispose();
        _lingering = null;
    }

    /// <summary>Lets it close with its last reader.</summary>
    /// <param name="which">Only this one; null for whichever it is.</param>
    public void CloseLingering(LingeringReader? which)
    {
        Opening.Wait();
        try
        {
            if (which is null || which == _lingering)
            {
                StopLingering();
            }
        }
        finally
        {
            Opening.Release();
        }
    }

    public void Dispose()
    {
        _lingering?.Dispose();
        _kept?.Dispose();
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
