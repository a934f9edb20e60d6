namespace Tributary.Matomo.Transport;

/// <summary>Lets so many requests through at the same time; how many may change while some are under way.</summary>
internal sealed class ParallelGate : IDisposable
{
    private readonly int _most;
    private readonly SemaphoreSlim _free;
    private readonly Lock _gate = new();
    private int _limit;
    private int _withheld;

    public ParallelGate(int most)
    {
        _most = most;
        _limit = most;
        _free = new SemaphoreSlim(most);
    }

    public void Dispose() => _free.Dispose();

    public Task WaitAsync(CancellationToken cancellationToken) => _free.WaitAsync(cancellationToken);

    public void Release()
    {
        lock (_gate)
        {
            if (_most - _withheld > _limit)
            {
                _withheld++;
                return;
            }
        }

        _free.Release();
    }

    /// <summary>Places under way are withheld when they come back.</summary>
    public void SetLimit(int limit)
    {
        lock (_gate)
        {
            _limit = Math.Clamp(limit, 1, _most);
            while (_most - _withheld < _limit)
            {
                _withheld--;
                _free.Release();
            }

            while (_most - _withheld > _limit && _free.Wait(0))
            {
                _withheld++;
            }
        }
    }
}
