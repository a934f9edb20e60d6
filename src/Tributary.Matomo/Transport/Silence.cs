namespace Tributary.Matomo.Transport;

/// <summary>Cancels when the server has been silent for too long while we wait for it; time we spend ourselves does not count.</summary>
internal sealed class Silence : IDisposable
{
    private readonly TimeSpan _longest;
    private readonly TimeProvider _clock;
    private long _begun;
    private readonly CancellationTokenSource _tooLong;
    private readonly CancellationTokenSource _either;

    public Silence(TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken)
    {
        _longest = longest;
        _clock = clock;
        _tooLong = new CancellationTokenSource(System.Threading.Timeout.InfiniteTimeSpan, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_tooLong.Token, cancellationToken);
    }

    /// <summary>Cancelled by the caller, or by silence.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether it was silence.</summary>
    public bool WasTooLong => _tooLong.IsCancellationRequested;

    /// <summary>How long the server let us wait so far.</summary>
    public TimeSpan Waited { get; private set; }

    public void Begin()
    {
        _begun = _clock.GetTimestamp();
        _tooLong.CancelAfter(_longest);
    }

    public void End()
    {
        Waited += _clock.GetElapsedTime(_begun);
        _tooLong.CancelAfter(System.Threading.Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _either.Dispose();
        _tooLong.Dispose();
    }
}
