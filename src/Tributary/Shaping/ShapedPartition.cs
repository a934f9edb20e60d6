using Tributary.Matomo;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>What shaping found in one partition.</summary>
/// <param name="Key">Which partition.</param>
/// <param name="Rows">Rows written.</param>
/// <param name="OthersShare">Share of the main metric in Others rows, 0 to 1; null when there is no metric to share.</param>
/// <param name="HasOthers">Whether Matomo summed rows up.</param>
/// <param name="Error">Matomo's error for this partition alone; null when it was answered.</param>
internal sealed record ShapedPartition(PartitionKey Key, long Rows, double? OthersShare, bool HasOthers, MatomoException? Error)
{
    /// <summary>Whether the partition says more than "nothing": false without rows, and for rows that are there whatever happened (one a period, one an hour) when all their numbers are zero.</summary>
    public bool HasData { get; init; } = Rows > 0;

    /// <summary>Rows at the top of the replies, those counted that were dropped for the rows below them.</summary>
    public long TopRows { get; init; }
}

/// <summary>Values of one column that could not be read and are null.</summary>
/// <param name="Column">The column.</param>
/// <param name="Count">How many.</param>
/// <param name="Sample">The first of them, shortened.</param>
internal sealed record UnreadableValues(string Column, long Count, string Sample);
