namespace Tributary.Matomo.Transport;

/// <summary>The limits on a client's requests: what does the server good, held down to the options and to what the server taught by refusing.</summary>
internal sealed class ServerLimits : IDisposable
{
    private readonly MatomoClientOptions _options;
    private readonly TimeProvider _clock;
    private readonly ParallelGate _parallel;
    private readonly ParallelPace _listening;
    private readonly RequestPace _pace;
    private readonly Lock _gate = new();
    private readonly long _startedAt;
    private LearnedLimits? _learned;
    private TimeSpan _heldUntil;

    public ServerLimits(MatomoClientOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _startedAt = clock.GetTimestamp();
        _parallel = new ParallelGate(1);
        _listening = new ParallelPace(options.ParallelRequests);
        _pace = new RequestPace(clock);
        _learned = options.Learned;
        Apply();
    }

    public LearnedLimits? Learned => _learned is { } learned && learned.HoldAt(_clock.GetUtcNow()) ? learned : null;

    /// <summary>Most requests at the same time, by the options and by what was learned.</summary>
    public int Parallel => LearnedLimits.Apply(_learned, _options, _clock.GetUtcNow()).Parallel;

    /// <summary>Most requests in a minute, by the options and by what was learned; null for no limit.</summary>
    public int? PerMinute => LearnedLimits.Apply(_learned, _options, _clock.GetUtcNow()).PerMinute;

    /// <summary>The running time since the client was made.</summary>
    public TimeSpan Now => _clock.GetElapsedTime(_startedAt);

    public void Dispose() => _pace.Dispose();

    /// <summary>Returns when a request may begin, with the moment it did.</summary>
    /// <param name="isUrgent">Whether a person waits for it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<DateTimeOffset> EnterAsync(bool isUrgent, CancellationToken cancellationToken)
    {
        if (_learned is not null)
        {
            Apply();
        }

        await _parallel.WaitAsync(isUrgent, cancellationToken);
        try
        {
            await _pace.WaitAsync(cancellationToken);
            await WaitForHoldAsync(cancellationToken);
            return _clock.GetUtcNow();
        }
        catch
        {
            _parallel.Release();
            throw;
        }
    }

    public void Leave() => _parallel.Release();

    /// <summary>The server answered a request that began at that running time, and let us wait so long.</summary>
    public void Answered(int items, long bytes, TimeSpan begun, TimeSpan waited)
    {
        _listening.Answered(items, bytes, begun, waited, Now, _parallel.IsWanted);
        Apply();
    }

    /// <summary>The server could not keep up with a request that began at that running time.</summary>
    public void Strained(TimeSpan begun)
    {
        _listening.Strained(begun, Now);
        Apply();
    }

    /// <summary>The server asked to be left alone so long: whoever else has something to ask waits, too.</summary>
    public void Hold(TimeSpan wait)
    {
        lock (_gate)
        {
            var until = Now + wait;
            _heldUntil = until > _heldUntil ? until : _heldUntil;
        }
    }

    /// <summary>Learns from a refusal of a request that began then; null when it teaches nothing new.</summary>
    public LearnedLimits? Learn(DateTimeOffset begun)
    {
        lock (_gate)
        {
            // What was under way when the limits were lowered was sent under the old ones.
            if (_learned is not null && begun <= _learned.At)
            {
                return null;
            }

            _learned = LearnedLimits.After(_learned, _options, _pace.BegunInLastMinute(), _clock.GetUtcNow());
        }

        Apply();
        return _learned;
    }

    private async Task WaitForHoldAsync(CancellationToken cancellationToken)
    {
        for (; ; )
        {
            TimeSpan left;
            lock (_gate)
            {
                left = _heldUntil - Now;
            }

            if (left <= TimeSpan.Zero)
            {
                return;
            }

            await Task.Delay(left, _clock, cancellationToken);
        }
    }

    private void Apply()
    {
        var (parallel, perMinute) = LearnedLimits.Apply(_learned, _options, _clock.GetUtcNow());
        _parallel.SetLimit(Math.Min(parallel, _listening.Limit));
        _pace.PerMinute = perMinute;
    }
}
