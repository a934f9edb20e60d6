using Tributary.Runs;

namespace Tributary.DataCenter.Forms;

/// <param name="Equal">Whether all that was asked for could be read again and every cell compared is as Matomo says now.</param>
/// <param name="Stored">Partitions stored, of which those below were read again.</param>
/// <param name="Unseen">Partitions that could not be read again, by sites that the DataSet does not read any more.</param>
internal sealed record VerifyForm(string Dataset, bool Equal, int Stored, IReadOnlyList<VerifiedPartitionForm> Partitions, IReadOnlyList<UnseenForm> Unseen)
{
    public static VerifyForm Of(VerifyResult result) => new(result.DataSet, result.IsEqual, result.Stored, [.. result.Partitions.Select(VerifiedPartitionForm.Of)], [.. result.Unseen.CountBy(k => k.SiteId).OrderBy(s => s.Key).Select(s => new UnseenForm(s.Key, s.Value))]);
}

/// <param name="Partitions">How many of its partitions.</param>
internal sealed record UnseenForm(int SiteId, int Partitions);

internal sealed record VerifiedPartitionForm(PartitionForm Partition, long StoredRows, long ReadRows, long Cells, long Found, IReadOnlyList<CellDifferenceForm> Differences)
{
    public static VerifiedPartitionForm Of(VerifiedPartition p) => new(
        PartitionForm.Of(p.Partition), p.StoredRows, p.ReadRows, p.Cells, p.Found, [.. p.Differences.Select(d => new CellDifferenceForm(d.Row, d.Column, d.Stored, d.Now))]);
}

/// <param name="Row">The row's dimensions.</param>
/// <param name="Column">Empty for a whole row.</param>
internal sealed record CellDifferenceForm(string Row, string Column, string? Stored, string? Now);
