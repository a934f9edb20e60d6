using Tributary.Destinations;
using Tributary.Model;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>A window read and staged, not yet committed.</summary>
/// <param name="Rows">The staged rows; the receiver disposes them.</param>
/// <param name="Columns">The columns the rows have.</param>
/// <param name="Partitions">What was found in each partition.</param>
/// <param name="ReadAt">When Matomo was asked, UTC.</param>
/// <param name="Requests">Requests sent.</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="Warnings">What a person should know.</param>
internal sealed record WindowRead(
    StagedRows Rows,
    IReadOnlyList<ColumnDefinition> Columns,
    IReadOnlyList<ShapedPartition> Partitions,
    DateTimeOffset ReadAt,
    int Requests,
    long Bytes,
    IReadOnlyList<RunWarning> Warnings) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Rows.Dispose();
}
