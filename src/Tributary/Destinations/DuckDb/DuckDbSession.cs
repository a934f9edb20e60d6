using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Tributary.Destinations.DuckDb;

/// <summary>The file, open for one operation.</summary>
internal sealed class DuckDbSession(DuckDBConnection connection, string path, string folder, DuckDbGate gate, bool alone) : IDisposable
{
    private int _disposed;
    private bool _hasFailed;

    /// <summary>What commits over this connection know of its tables, by name.</summary>
    public Dictionary<string, KnownTable> Known { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Leaves the connection open for the next commit instead of closing it; null closes. Asked when all went well.</summary>
    public Func<KeptConnection?>? Keep { get; init; }

    public DuckDBConnection Connection { get; } = connection;

    /// <summary>A folder that lives as long as the session: the engine's overflow, and an export's result.</summary>
    public string Folder { get; } = folder;

    /// <summary>Does blocking work aside, stops it when asked to, and explains what goes wrong.</summary>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) => AwaitAsync(() => Task.FromResult(work()), cancellationToken);

    /// <summary>As <see cref="RunAsync{T}(Func{T}, CancellationToken)"/>, for work that writes what it reads somewhere else.</summary>
    public async Task<T> AwaitAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var stop = cancellationToken.Register(() => NativeMethods.Startup.DuckDBInterrupt(Connection.NativeConnection));
        try
        {
            return await Task.Run(
                async () =>
                {
                    _hasFailed = true;
                    var result = await work();
                    _hasFailed = false;
                    return result;
                },
                CancellationToken.None);
        }
        catch (DuckDBException e) when (DuckDbErrors.IsInterrupted(e) && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (Exception e) when (e is DuckDBException or DuckDbAppendException)
        {
            throw DuckDbErrors.Explain(e, path);
        }
    }

    public Task RunAsync(Action work, CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            work();
            return true;
        },
        cancellationToken);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        gate.Opening.Wait();
        try
        {
            if (!_hasFailed && Keep?.Invoke() is { } kept)
            {
                gate.Keep(kept);
                return;
            }

            Connection.Dispose();
            Forget(Folder, gate, alone);
        }
        finally
        {
            gate.Opening.Release();
            gate.Leave(alone);
        }
    }

    public static void Forget(string folder, DuckDbGate gate, bool alone)
    {
        if (alone)
        {
            StagingFolder.TryDelete(folder);
        }
        else
        {
            gate.LeaveSharedFolder();
        }
    }
}
