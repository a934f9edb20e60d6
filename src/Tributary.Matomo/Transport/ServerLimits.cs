namespace Tributary.Matomo.Transport;

/// <summary>The limits on a client's requests: those of its options, held down to what the server taught.</summary>
internal sealed class ServerLimits : IDisposable
{
    private readonly MatomoClientOptions _options;
    private readonly TimeProvider _clock;
    private readonly ParallelGate _parallel;
    private readonly RequestPace _pace;
    private readonly Lock _gate = new();
    private LearnedLimits? _learned;

    public ServerLimits(MatomoClientOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _parallel = new ParallelGate(options.ParallelRequests);
        _pace = new RequestPace(clock);
        _learned = options.Learned;
        Apply();
    }

    public LearnedLimits? Learned => _learned is { } learned && learned.HoldAt(_clock.GetUtcNow()) ? learned : null;

    public void Dispose()
    {
        _parallel.Dispose();
        _pace.Dispose();
    }

    /// <summary>Returns when a request may begin, with the moment it did.</summary>
    public async Task<DateTimeOffset> EnterAsync(CancellationToken cancellationToken)
    {
        if (_learned is not null)
        {
            Apply();
        }

        await _parallel.WaitAsync(cancellationToken);
        try
        {
            await _pace.WaitAsync(cancellationToken);
            return _clock.GetUtcNow();
        }
        catch
        {
            _parallel.Release();
            throw;
        }
    }

    public void Leave() => _parallel.Release();

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

    private void Apply()
    {
        var (parallel, perMinute) = LearnedLimits.Apply(_learned, _options, _clock.GetUtcNow());
        _parallel.SetLimit(parallel);
        _pace.PerMinute = perMinute;
    }
}
