namespace Tributary.Matomo.Transport;

/// <summary>Holds requests back so that no more than a number of them begin in any span of 60 seconds.</summary>
internal sealed class RequestPace(int? perMinute, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Queue<DateTimeOffset> _begun = new();

    public void Dispose() => _turn.Dispose();

    /// <summary>Returns when the next request may begin, and counts it.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (perMinute is not { } limit)
        {
            return;
        }

        // The wait happens inside the turn: those who come later cannot overtake.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_begun.Count == limit)
            {
                var wait = _begun.Peek() + Span - clock.GetUtcNow();
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, clock, cancellationToken);
                }

                _begun.Dequeue();
            }

            _begun.Enqueue(clock.GetUtcNow());
        }
        finally
        {
            _turn.Release();
        }
    }
}
