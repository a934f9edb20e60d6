namespace Tributary.Model;

/// <summary>The period a partition covers, as it is written in the <c>period</c> column.</summary>
public enum Period
{
    /// <summary>A calendar day.</summary>
    Day,

    /// <summary>Monday to Sunday.</summary>
    Week,

    /// <summary>A calendar month.</summary>
    Month,

    /// <summary>A calendar year.</summary>
    Year,

    /// <summary>Any span of days, as one total.</summary>
    Range,

    /// <summary>No period: lists without dates.</summary>
    None,
}

/// <summary>The unit replaced whole: one site, one period, one segment.</summary>
/// <param name="SiteId">Matomo's site id.</param>
/// <param name="Period">What was asked for.</param>
/// <param name="Start">The first day, in the site's zone; <see cref="DateOnly.MinValue"/> for lists without dates.</param>
/// <param name="End">The last day, inclusive; <see cref="DateOnly.MinValue"/> for lists without dates.</param>
/// <param name="Segment">The segment expression; empty for all visits.</param>
public sealed record PartitionKey(int SiteId, Period Period, DateOnly Start, DateOnly End, string Segment = "");

/// <summary>Whether Matomo may still change a partition.</summary>
public enum PartitionState
{
    /// <summary>May still change: it is read again by the next run.</summary>
    Provisional,

    /// <summary>Read long enough after its period ended; not read again by itself.</summary>
    Final,
}

/// <summary>What is known of a partition that was committed.</summary>
/// <param name="Key">Which partition.</param>
/// <param name="State">Provisional or final.</param>
/// <param name="Rows">Rows stored; 0 is a fact, not a gap.</param>
/// <param name="ReadAt">When Matomo was asked, UTC.</param>
/// <param name="RunId">The run that committed it.</param>
public sealed record PartitionRecord(PartitionKey Key, PartitionState State, long Rows, DateTimeOffset ReadAt, string RunId)
{
    /// <summary>The share of the report's main metric that lies in Matomo's Others rows, 0 to 1; null when the report has none to share.</summary>
    public double? OthersShare { get; init; }

    /// <summary>Whether nothing but zeros was read: no rows, or only rows that are there whatever happened (one a period, one an hour).</summary>
    public bool IsEmpty { get; init; }

    /// <summary>The server setting that cut rows off into Others; null when nothing was cut.</summary>
    public string? Truncated { get; init; }
}
