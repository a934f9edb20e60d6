namespace Tributary.Tests.EveryReport;

/// <summary>A clock that stands: visits of today must not come in while two readings are compared.</summary>
internal sealed class StoppedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
