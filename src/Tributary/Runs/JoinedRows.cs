using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Runs;

/// <summary>The staged rows of several windows, one behind the other.</summary>
internal sealed class JoinedRows(IReadOnlyList<IStagedRows> parts) : IStagedRows
{
    public long Count => parts.Sum(p => p.Count);

    /// <summary>The rows as they are where there is one window.</summary>
    public static IStagedRows Of(IReadOnlyList<IStagedRows> parts) => parts is [var one] ? one : new JoinedRows(parts);

    public IEnumerable<RowBatch> ReadBatches() => parts.SelectMany(p => p.ReadBatches());
}
