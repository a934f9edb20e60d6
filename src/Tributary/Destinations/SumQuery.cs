using Tributary.Model;

namespace Tributary.Destinations;

/// <summary>One metric of a table, combined over its rows.</summary>
/// <param name="Metric">The metric; combined by the rule of its additivity.</param>
/// <param name="By">The column that makes groups; null for one.</param>
/// <param name="Name">The column that names the groups; null where they name themselves.</param>
/// <param name="Period">The period, as the table writes it.</param>
/// <param name="Segment">The segment; null for all visits, or the one with most rows where there are only segments.</param>
/// <param name="From">The first period that counts begins on this day or later.</param>
/// <param name="To">The last period that counts begins on this day or earlier.</param>
/// <param name="Most">Groups at most, with the rest where there are more.</param>
/// <param name="LastReadOnly">Whether a partition may be there several times, of which the last counts.</param>
internal sealed record SumQuery(ColumnDefinition Metric, ColumnDefinition? By, ColumnDefinition? Name, string Period, string? Segment, DateOnly? From, DateOnly? To, int Most, bool LastReadOnly);

/// <summary>What is stored of a period, over all sites.</summary>
/// <param name="Start">Its first day.</param>
/// <param name="Sites">Sites that have it.</param>
/// <param name="IsProvisional">Whether any of them may still change.</param>
/// <param name="IsTruncated">Whether rows of any of them were cut off.</param>
internal sealed record StoredPeriod(DateOnly Start, int Sites, bool IsProvisional, bool IsTruncated);

/// <summary>A group with all its periods together.</summary>
/// <param name="Key">The value of the column.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Value">The metric.</param>
internal sealed record SumGroup(object? Key, string? Name, double? Value);

/// <summary>The metric of a group in a period.</summary>
/// <param name="Group">The place of the group; -1 for the rest.</param>
/// <param name="Start">The period.</param>
/// <param name="Value">The metric.</param>
internal sealed record SumPoint(int Group, DateOnly Start, double? Value);

/// <summary>A metric combined.</summary>
internal sealed record SumRows
{
    /// <summary>The periods stored, in order.</summary>
    public required IReadOnlyList<StoredPeriod> Periods { get; init; }

    /// <summary>The segment that was taken; empty for all visits.</summary>
    public required string Segment { get; init; }

    /// <summary>Sites that have partitions.</summary>
    public required int Sites { get; init; }

    /// <summary>The currencies of the amounts; empty unless the metric is money.</summary>
    public IReadOnlyList<string> Currencies { get; init; } = [];

    /// <summary>The largest groups first.</summary>
    public IReadOnlyList<SumGroup> Groups { get; init; } = [];

    /// <summary>Everything that is in none of the groups; null where there is nothing.</summary>
    public SumGroup? Rest { get; init; }

    /// <summary>Every group in every period where it has rows.</summary>
    public IReadOnlyList<SumPoint> Points { get; init; } = [];

    /// <summary>Which periods each site has that makes a group; empty where groups are not sites.</summary>
    public IReadOnlyList<(long Site, DateOnly Start)> SitePeriods { get; init; } = [];
}
