namespace Tributary.SampleMatomo.Http;

/// <summary>A server that answers so many requests in any minute; more are turned away and told when to come again.</summary>
internal sealed class RequestLimit(int requestsPerMinute, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Queue<long> _taken = new();

    /// <summary>Takes a place in this minute.</summary>
    /// <returns>Null, or the seconds after which there is a place again.</returns>
    public int? Take()
    {
        if (requestsPerMinute <= 0)
        {
            return null;
        }

        lock (_lock)
        {
            while (_taken.TryPeek(out var old) && clock.GetElapsedTime(old) >= Window)
            {
                _taken.Dequeue();
            }

            if (_taken.Count < requestsPerMinute)
            {
                _taken.Enqueue(clock.GetTimestamp());
                return null;
            }

            return (int)Math.Ceiling((Window - clock.GetElapsedTime(_taken.Peek())).TotalSeconds);
        }
    }
}
