namespace Tributary.Model;

/// <summary>
/// Schedule, retries and expected frequency as a person typed them: what the command line, the web form and the file form hand over.
/// What is null stays as it is.
/// </summary>
public sealed record ScheduleInput
{
    /// <summary>--every: 15m, 2h, 1d, 2d@06:00.</summary>
    public string? Every { get; init; }

    /// <summary>--daily-at: 07:00,17:00.</summary>
    public string? DailyAt { get; init; }

    /// <summary>--weekly: mon,fri@07:00.</summary>
    public string? Weekly { get; init; }

    /// <summary>--monthly: 1,last,2nd-sun@07:00.</summary>
    public string? Monthly { get; init; }

    /// <summary>--cron: five fields.</summary>
    public string? Cron { get; init; }

    /// <summary>--manual</summary>
    public bool Manual { get; init; }

    /// <summary>--active-hours: 8-18, or all.</summary>
    public string? ActiveHours { get; init; }

    /// <summary>--time-zone: an IANA zone, or workspace.</summary>
    public string? TimeZone { get; init; }

    /// <summary>--missed: once or skip.</summary>
    public string? Missed { get; init; }

    /// <summary>--retry: how often.</summary>
    public string? Retry { get; init; }

    /// <summary>--retry-after: 15m.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>--no-retry</summary>
    public bool NoRetry { get; init; }

    /// <summary>--expect-every: 26h, or never.</summary>
    public string? ExpectEvery { get; init; }
}

/// <summary>When a DataSet is updated by itself, whether again after a failure, and from when on it is late.</summary>
/// <param name="Schedule">When it is updated.</param>
/// <param name="Retry">Whether a failed update is tried again.</param>
/// <param name="ExpectEvery">The longest time between two updates that is no reason to worry; null for none.</param>
public sealed record ScheduleSettings(Schedule Schedule, RetryPolicy Retry, TimeSpan? ExpectEvery)
{
    /// <summary>By hand, with the default retries.</summary>
    public ScheduleSettings()
        : this(new Schedule(), new RetryPolicy(), null)
    {
    }
}
