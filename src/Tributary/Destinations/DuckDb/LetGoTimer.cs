namespace Tributary.Destinations.DuckDb;

/// <summary>Lets go of a file that is kept open for the next use: when another process asks for it, or nobody has used it for a while.</summary>
internal sealed class LetGoTimer : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private long _usedAt;

    /// <param name="longest">How long it may stay open unused.</param>
    /// <param name="isAsked">Whether another process has asked for the file.</param>
    /// <param name="letGo">Closes it, and disposes this.</param>
    /// <param name="clock">The time.</param>
    public LetGoTimer(TimeSpan longest, Func<bool> isAsked, Action letGo, TimeProvider clock)
    {
        _clock = clock;
        _usedAt = clock.GetTimestamp();
        _timer = clock.CreateTimer(
            _ =>
            {
                if (clock.GetElapsedTime(Volatile.Read(ref _usedAt)) >= longest || isAsked())
                {
                    letGo();
                }
                else
                {
                    _timer!.Change(Look, Timeout.InfiniteTimeSpan);
                }
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _timer.Change(Look, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Somebody uses it: it stays longer.</summary>
    public void Use() => Volatile.Write(ref _usedAt, _clock.GetTimestamp());

    public void Dispose() => _timer.Dispose();
}
