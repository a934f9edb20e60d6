using Tributary.Model;
using Tributary.Store;

namespace Tributary.Tables;

/// <summary>Which stored partitions runs still update: what is not asked for any more stays as it is, and lacks nothing.</summary>
/// <param name="Details">What is asked for.</param>
/// <param name="Gone">Sites that the token no longer sees.</param>
internal sealed record Updating(Details Details, IReadOnlySet<int> Gone)
{
    /// <summary>What the DataSet asks for now.</summary>
    public static async Task<Updating> OfAsync(DataSetRecord record, RunHistoryStore history, CancellationToken cancellationToken)
    {
        var warnings = await history.LastWarningsAsync(record.Id, cancellationToken);
        return new Updating(record.Definition.Details, warnings.Where(w => w.Code == "site.missing").Select(w => w.SiteId).OfType<int>().ToHashSet());
    }

    /// <summary>Whether a partition is of a site and a segment that are asked for.</summary>
    public bool Is(PartitionKey key) =>
        !Gone.Contains(key.SiteId)
        && (Details.Sites is null || Details.Sites.Contains(key.SiteId))
        && (!Details.HasSegments ? key.Segment.Length == 0 : Details.Segments.Contains(key.Segment, StringComparer.Ordinal) || (Details.SavedSegments.Count > 0 && key.Segment.Length > 0));
}
