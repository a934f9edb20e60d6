using System.Globalization;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>The visits and actions of a site's day as Matomo's summary told them last.</summary>
/// <param name="Visits">Visits.</param>
/// <param name="Actions">Actions.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct DayTotal(long Visits, long Actions);

/// <summary>The daily totals of every site, and when they were seen to move. One memory for all DataSets of an account.</summary>
internal sealed class TotalsStore(StoreDatabase store, TimeProvider clock)
{
    // Half a year is looked at; what moved in it still counts for DataSets that run seldom.
    private const int DaysKept = 400;

    /// <summary>When the totals of each site were read last.</summary>
    public async Task<IReadOnlyDictionary<int, DateTimeOffset>> ReadChecksAsync(string accountId, CancellationToken cancellationToken) =>
        (await store.ReadAsync(
            "SELECT site_id, checked_at FROM totals_checks WHERE account_id = @account",
            [("account", accountId)],
            r => (Site: r.GetInt32(0), At: r.Instant(1)!.Value),
            cancellationToken)).ToDictionary(c => c.Site, c => c.At);

    /// <summary>The totals of a site's days.</summary>
    public async Task<IReadOnlyDictionary<DateOnly, DayTotal>> ReadAsync(string accountId, int site, CancellationToken cancellationToken) =>
        (await store.ReadAsync(
            "SELECT day, visits, actions FROM day_totals WHERE account_id = @account AND site_id = @site",
            [("account", accountId), ("site", site)],
            r => (Day: Date(r.GetString(0)), Total: new DayTotal(r.GetInt64(1), r.GetInt64(2))),
            cancellationToken)).ToDictionary(t => t.Day, t => t.Total);

    /// <summary>The days whose totals were seen to move after an instant, and when.</summary>
    public Task<List<(int Site, DateOnly Day, DateTimeOffset SeenAt)>> ReadMovedAsync(string accountId, DateTimeOffset after, CancellationToken cancellationToken) => store.ReadAsync(
        "SELECT site_id, day, moved_at FROM day_totals WHERE account_id = @account AND moved_at > @after",
        [("account", accountId), ("after", after.ToMicroseconds())],
        r => (r.GetInt32(0), Date(r.GetString(1)), r.Instant(2)!.Value),
        cancellationToken);

    /// <summary>Stores a site's totals as they are now; those that differ from what was stored have moved.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="site">The site.</param>
    /// <param name="askedAt">Before the totals were asked for: what is read later has them.</param>
    /// <param name="totals">By day.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task WriteAsync(string accountId, int site, DateTimeOffset askedAt, IReadOnlyDictionary<DateOnly, DayTotal> totals, CancellationToken cancellationToken) => store.TogetherAsync(
        async (connection, transaction) =>
        {
            await using var write = connection.Command(
                """
                INSERT INTO day_totals (account_id, site_id, day, visits, actions) VALUES (@account, @site, @day, @visits, @actions)
                ON CONFLICT (account_id, site_id, day) DO UPDATE SET moved_at = CASE WHEN day_totals.visits = excluded.visits AND day_totals.actions = excluded.actions THEN day_totals.moved_at ELSE @now END, visits = excluded.visits, actions = excluded.actions
                """,
                [("account", accountId), ("site", site), ("day", ""), ("visits", 0L), ("actions", 0L), ("now", clock.GetUtcNow().ToMicroseconds())],
                transaction);
            foreach (var (day, total) in totals)
            {
                write.Set("day", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                write.Set("visits", total.Visits);
                write.Set("actions", total.Actions);
                await write.ExecuteNonQueryAsync(cancellationToken);
            }

            await connection.Command(
                "DELETE FROM day_totals WHERE account_id = @account AND site_id = @site AND day < @oldest",
                [("account", accountId), ("site", site), ("oldest", clock.GetUtcNow().AddDays(-DaysKept).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))],
                transaction).ExecuteNonQueryAsync(cancellationToken);
            await connection.Command(
                "INSERT INTO totals_checks (account_id, site_id, checked_at) VALUES (@account, @site, @at) ON CONFLICT (account_id, site_id) DO UPDATE SET checked_at = excluded.checked_at",
                [("account", accountId), ("site", site), ("at", askedAt.ToMicroseconds())],
                transaction).ExecuteNonQueryAsync(cancellationToken);
            return true;
        },
        cancellationToken);

    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
