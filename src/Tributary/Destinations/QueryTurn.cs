namespace Tributary.Destinations;

/// <summary>A turn among the queries that people ask at the same time in one process; given back once, however often it is let go.</summary>
internal sealed class QueryTurn : IDisposable
{
    // Each may use all of the embedded engine's memory, and more beside it.
    private static readonly SemaphoreSlim Turns = new(2, 2);

    private int _isBack;

    private QueryTurn()
    {
    }

    /// <summary>Waits for a turn; null where the query need not wait for others.</summary>
    public static async Task<QueryTurn?> TakeAsync(QueryLimits limits, CancellationToken cancellationToken)
    {
        if (!limits.IsShared)
        {
            return null;
        }

        await Turns.WaitAsync(cancellationToken);
        return new QueryTurn();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isBack, 1) == 0)
        {
            Turns.Release();
        }
    }
}
