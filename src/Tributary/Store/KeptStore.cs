using System.Globalization;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>Partitions with rows that came back empty: how often, since when, and which of them are not asked for any more, since Matomo no longer has them.</summary>
internal sealed class KeptStore(StoreDatabase store, TimeProvider clock)
{
    // An archive that is made anew is there within days; logs and archives that were deleted never come back.
    private const int FewestRuns = 5;
    private const int FewestDays = 7;

    /// <summary>The partitions whose rows are kept for good, as they are stored.</summary>
    public async Task<IReadOnlySet<PartitionKey>> ForGoodAsync(string dataSetId, IReadOnlyList<PartitionRecord> stored, CancellationToken cancellationToken)
    {
        var known = (await store.ReadAsync(
            "SELECT site_id, period, period_start, period_end, segment, run_id FROM kept_partitions WHERE dataset_id = @id AND for_good = 1",
            [("id", dataSetId)],
            r => (Key: PartitionStore.Key(r), RunId: r.GetString(5)),
            cancellationToken)).ToHashSet();
        return known.Count == 0 ? new HashSet<PartitionKey>() : stored.Where(p => known.Contains((p.Key, p.RunId))).Select(p => p.Key).ToHashSet();
    }

    /// <summary>Counts partitions that came back empty once more. One that was read anew since begins anew.</summary>
    /// <returns>Those that are kept for good, and of them those that are from now on.</returns>
    public Task<(IReadOnlySet<PartitionKey> ForGood, int New)> CountAsync(string dataSetId, IReadOnlyList<PartitionRecord> kept, CancellationToken cancellationToken) => store.ChangeAsync<(IReadOnlySet<PartitionKey>, int)>(
        async (connection, transaction) =>
        {
            var now = clock.GetUtcNow();
            var (forGood, added) = (new HashSet<PartitionKey>(), 0);
            foreach (var partition in kept)
            {
                (string, object?)[] key =
                [
                    ("id", dataSetId), ("site", partition.Key.SiteId), ("period", partition.Key.Period.ToString()), ("start", Iso(partition.Key.Start)), ("end", Iso(partition.Key.End)), ("segment", partition.Key.Segment),
                ];
                await connection.Command(
                    """
                    INSERT INTO kept_partitions (dataset_id, site_id, period, period_start, period_end, segment, run_id, first_at, runs, for_good) VALUES (@id, @site, @period, @start, @end, @segment, @run, @now, 1, 0)
                    ON CONFLICT (dataset_id, site_id, period, period_start, period_end, segment) DO UPDATE SET
                        first_at = CASE WHEN kept_partitions.run_id = excluded.run_id THEN kept_partitions.first_at ELSE excluded.first_at END,
                        runs = CASE WHEN kept_partitions.run_id = excluded.run_id THEN kept_partitions.runs + 1 ELSE 1 END,
                        for_good = CASE WHEN kept_partitions.run_id = excluded.run_id THEN kept_partitions.for_good ELSE 0 END,
                        run_id = excluded.run_id
                    """,
                    [.. key, ("run", partition.RunId), ("now", now.ToMicroseconds())],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
                const string place = "dataset_id = @id AND site_id = @site AND period = @period AND period_start = @start AND period_end = @end AND segment = @segment";
                var accepted = await connection.Command(
                    $"UPDATE kept_partitions SET for_good = 1 WHERE {place} AND for_good = 0 AND runs >= @runs AND first_at <= @before",
                    [.. key, ("runs", FewestRuns), ("before", now.AddDays(-FewestDays).ToMicroseconds())],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
                added += accepted;
                if (accepted > 0 || Convert.ToInt64(await connection.Command($"SELECT for_good FROM kept_partitions WHERE {place}", key, transaction).ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) != 0)
                {
                    forGood.Add(partition.Key);
                }
            }

            return (forGood, added);
        },
        cancellationToken);

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
