namespace Tributary.Model;

/// <summary>How a run changes the stored rows.</summary>
public enum UpdateMethod
{
    /// <summary>The partitions read replace the stored ones whole; others stay.</summary>
    Partition,

    /// <summary>All rows are replaced by this run's, or none are.</summary>
    Replace,

    /// <summary>Rows are added; nothing stored is looked at.</summary>
    Append,

    /// <summary>Rows with the same key are replaced, new ones added; what disappeared in Matomo stays.</summary>
    Merge,
}

/// <summary>What a run does when a report brings other columns than the table has.</summary>
public enum DriftPolicy
{
    /// <summary>The table follows; the change is recorded.</summary>
    Evolve,

    /// <summary>The table follows; the run warns.</summary>
    Warn,

    /// <summary>Nothing of the window is stored until a person has decided.</summary>
    Stop,
}

/// <summary>What a check that fires does.</summary>
public enum CheckLevel
{
    /// <summary>It is not made.</summary>
    Off,

    /// <summary>It is told; the run is plain success.</summary>
    Note,

    /// <summary>It is told; the run succeeded with warnings.</summary>
    Warn,

    /// <summary>The partitions concerned are not stored, and the run is not successful.</summary>
    Stop,
}

/// <summary>Whether and when a scheduled run that failed is tried again. Failures that need a person are not.</summary>
/// <param name="Times">How often; 0 for never.</param>
/// <param name="After">How long after the failure.</param>
public sealed record RetryPolicy(int Times, TimeSpan After)
{
    /// <summary>Three times, a quarter of an hour apart.</summary>
    public RetryPolicy()
        : this(3, TimeSpan.FromMinutes(15))
    {
    }

    /// <summary>No second try.</summary>
    public static RetryPolicy None { get; } = new(0, TimeSpan.FromMinutes(15));
}
