namespace Tributary.Matomo.Transport;

/// <summary>Holds requests back so that no more than a number of them begin in any span of 60 seconds.</summary>
internal sealed class RequestPace(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Queue<DateTimeOffset> _begun = new();

    /// <summary>The number; null for no limit.</summary>
    public int? PerMinute { get; set; }

    public void Dispose() => _turn.Dispose();

    /// <summary>Returns when the next request may begin, and counts it.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        // The wait happens inside the turn: those who come later cannot overtake.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (BegunInLastMinute() >= PerMinute)
            {
                DateTimeOffset oldest;
                lock (_begun)
                {
                    oldest = _begun.Peek();
                }

                if (oldest + Span - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, clock, cancellationToken);
                }
            }

            lock (_begun)
            {
                _begun.Enqueue(clock.GetUtcNow());
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Requests that began in the last 60 seconds.</summary>
    public int BegunInLastMinute()
    {
        lock (_begun)
        {
            for (var now = clock.GetUtcNow(); _begun.TryPeek(out var first) && first + Span <= now;)
            {
                _begun.Dequeue();
            }

            return _begun.Count;
        }
    }
}
