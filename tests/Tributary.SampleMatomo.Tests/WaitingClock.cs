using System.Collections.Concurrent;

namespace Tributary.SampleMatomo.Tests;

/// <summary>A clock whose waits are noted and end at once.</summary>
/// <param name="step">The milliseconds that go by between two looks at it.</param>
internal sealed class WaitingClock(int step = 0) : TimeProvider
{
    private long _looks;

    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => 1000;

    public override DateTimeOffset GetUtcNow() => RunningSample.Now;

    public override long GetTimestamp() => Interlocked.Increment(ref _looks) * step;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Enqueue(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
