using Tributary.Model;

namespace Tributary;

/// <summary>Which stored partitions to read again and compare.</summary>
public sealed record VerifyRequest
{
    /// <summary>How many, taken at random; null with a span of days. Default 5.</summary>
    public int? Sample { get; init; }

    /// <summary>The first day of the partitions; null without a span.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day.</summary>
    public DateOnly? To { get; init; }
}

/// <summary>A cell, a row or a column that is not as Matomo says now.</summary>
/// <param name="Row">The row's dimensions; empty for a column.</param>
/// <param name="Column">The column; empty for a whole row.</param>
/// <param name="Stored">What the table has; null for nothing.</param>
/// <param name="Now">What Matomo says; null for nothing.</param>
public sealed record CellDifference(string Row, string Column, string? Stored, string? Now);

/// <summary>A partition that was read again.</summary>
/// <param name="Partition">As it is stored.</param>
/// <param name="StoredRows">Rows stored.</param>
/// <param name="ReadRows">Rows Matomo answers now.</param>
/// <param name="Cells">Cells compared.</param>
/// <param name="Found">Differences found.</param>
/// <param name="Differences">The first of them.</param>
public sealed record VerifiedPartition(PartitionRecord Partition, long StoredRows, long ReadRows, long Cells, long Found, IReadOnlyList<CellDifference> Differences);

/// <summary>What verifying a DataSet found. Nothing was changed.</summary>
/// <param name="DataSet">Its name.</param>
/// <param name="Partitions">The partitions read again, oldest first.</param>
/// <param name="Stored">How many partitions are stored.</param>
/// <param name="Unseen">Partitions of the days asked for that could not be read again, since the token sees their sites no more; without days, all such.</param>
public sealed record VerifyResult(string DataSet, IReadOnlyList<VerifiedPartition> Partitions, int Stored, IReadOnlyList<PartitionKey> Unseen)
{
    /// <summary>Whether all that was asked for could be read again and every cell compared is as Matomo says now. Of a sample, what cannot be read again is no part.</summary>
    public bool IsEqual => Partitions.Count > 0 && Partitions.All(p => p.Found == 0) && (IsSample || Unseen.Count == 0);

    /// <summary>Whether the partitions were taken at random.</summary>
    public bool IsSample { get; init; }
}
