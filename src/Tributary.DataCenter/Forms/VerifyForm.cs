using Tributary.Runs;

namespace Tributary.DataCenter.Forms;

/// <param name="Equal">Whether every cell compared is as Matomo says now.</param>
/// <param name="Stored">Partitions stored, of which those below were read again.</param>
internal sealed record VerifyForm(string Dataset, bool Equal, int Stored, IReadOnlyList<VerifiedPartitionForm> Partitions)
{
    public static VerifyForm Of(VerifyResult result) => new(result.DataSet, result.IsEqual, result.Stored, [.. result.Partitions.Select(VerifiedPartitionForm.Of)]);
}

internal sealed record VerifiedPartitionForm(PartitionForm Partition, long StoredRows, long ReadRows, long Cells, long Found, IReadOnlyList<CellDifferenceForm> Differences)
{
    public static VerifiedPartitionForm Of(VerifiedPartition p) => new(
        PartitionForm.Of(p.Partition), p.StoredRows, p.ReadRows, p.Cells, p.Found, [.. p.Differences.Select(d => new CellDifferenceForm(d.Row, d.Column, d.Stored, d.Now))]);
}

/// <param name="Row">The row's dimensions.</param>
/// <param name="Column">Empty for a whole row.</param>
internal sealed record CellDifferenceForm(string Row, string Column, string? Stored, string? Now);
