namespace Tributary.Matomo;

/// <summary>
/// What a server taught a client by refusing requests for being too many (429): the limits its own options are held down to. They ease by themselves, a step for each day without such a refusal.
/// </summary>
/// <param name="ParallelRequests">Requests under way at the same time.</param>
/// <param name="RequestsPerMinute">Requests in any span of 60 seconds; null while fewer at the same time are enough.</param>
/// <param name="At">When the server refused last.</param>
public sealed record LearnedLimits(int ParallelRequests, int? RequestsPerMinute, DateTimeOffset At)
{
    // A server that refuses fewer than this was not asked too often: the wait it asks for holds us back better than a guess of ours.
    private const int FewestPerMinute = 10;

    private const int DaysUntilForgotten = 7;

    /// <summary>Whether the limits still hold anything down.</summary>
    public bool HoldAt(DateTimeOffset now) => DaysAt(now) < DaysUntilForgotten;

    /// <summary>What the options come to under these limits.</summary>
    internal static (int Parallel, int? PerMinute) Apply(LearnedLimits? learned, MatomoClientOptions options, DateTimeOffset now)
    {
        if (learned is null || !learned.HoldAt(now))
        {
            return (options.ParallelRequests, options.RequestsPerMinute);
        }

        var days = learned.DaysAt(now);
        var parallel = Math.Clamp(learned.ParallelRequests << days, 1, options.ParallelRequests);
        int? eased = learned.RequestsPerMinute is { } rate ? (int)Math.Min(rate * Math.Pow(1.5, days), int.MaxValue) : null;
        return (parallel, (eased, options.RequestsPerMinute) switch
        {
            ({ } some, { } most) => Math.Min(some, most),
            var (some, most) => some ?? most,
        });
    }

    /// <summary>The limits after one more refusal: half as many at the same time, and when it is one already, three quarters of what was sent in the last minute.</summary>
    internal static LearnedLimits After(LearnedLimits? before, MatomoClientOptions options, int sentInLastMinute, DateTimeOffset now)
    {
        var (parallel, perMinute) = Apply(before, options, now);
        var learnedRate = before is not null && before.HoldAt(now) && before.RequestsPerMinute is not null ? perMinute : null;
        return parallel > 1
            ? new LearnedLimits(parallel / 2, learnedRate, now)
            : new LearnedLimits(1, sentInLastMinute * 3 / 4 is var fewer && fewer >= FewestPerMinute ? fewer : learnedRate, now);
    }

    private int DaysAt(DateTimeOffset now) => (int)Math.Clamp((now - At).TotalDays, 0, DaysUntilForgotten);
}
