namespace Tributary.SampleMatomo.Http;

/// <summary>The requests answered, the latest ones in full.</summary>
internal sealed class RequestLog
{
    private const int Kept = 10_000;
    private readonly Lock _lock = new();
    private readonly Queue<SampleRequest> _requests = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IReadOnlyList<SampleRequest> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    public void Add(SampleRequest request)
    {
        lock (_lock)
        {
            _count++;
            _requests.Enqueue(request);
            if (_requests.Count > Kept)
            {
                _requests.Dequeue();
            }
        }
    }
}
