namespace Tributary.Matomo.Transport;

/// <summary>Cancels when the server has been silent for too long while we wait for it; time we spend ourselves does not count.</summary>
internal sealed class Silence : IDisposable
{
    private readonly TimeSpan _longest;
    private readonly CancellationTokenSource _tooLong;
    private readonly CancellationTokenSource _either;

    public Silence(TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken)
    {
        _longest = longest;
        _tooLong = new CancellationTokenSource(System.Threading.Timeout.InfiniteTimeSpan, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_tooLong.Token, cancellationToken);
    }

    /// <summary>Cancelled by the caller, or by silence.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether it was silence.</summary>
    public bool WasTooLong => _tooLong.IsCancellationRequested;

    public void Begin() => _tooLong.CancelAfter(_longest);

    public void End() => _tooLong.CancelAfter(System.Threading.Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _either.Dispose();
        _tooLong.Dispose();
    }
}
