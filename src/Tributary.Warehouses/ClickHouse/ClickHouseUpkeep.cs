using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>Removes what nobody looks at: what was left over by a commit that did not come to its end, and rows dead for a while.</summary>
internal static class ClickHouseUpkeep
{
    // A reader that knows the view as it was may still be about to open the rows.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private const string AtOnce = "SETTINGS mutations_sync = 2, lightweight_deletes_sync = 2";

    /// <summary>Makes the tables ready for the next commit.</summary>
    public static async Task PrepareAsync(ClickHouseServer server, ClickHouseDialect dialect, ClickHouseLog log, WindowCommit commit, ClickHouseTable? before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        string rows = dialect.Rows(commit.Table), entries = dialect.Log(commit.Table);
        if (before is null)
        {
            foreach (var table in (string[])[rows, entries])
            {
                await server.ExecuteAsync($"DROP TABLE IF EXISTS {table} SYNC", cancellationToken);
            }

            await server.ExecuteAsync(ClickHouseLog.Create(dialect, commit.Table), cancellationToken);
            return;
        }

        await RemoveLeftoversAsync(server, dialect, before, cancellationToken);
        await RemoveDeadAsync(server, dialect, log, before, now, cancellationToken);
    }

    /// <summary>Removes what a commit wrote that was never shown: the next has the same number, and nothing of the first may still be on its way.</summary>
    public static async Task RemoveLeftoversAsync(ClickHouseServer server, ClickHouseDialect dialect, ClickHouseTable before, CancellationToken cancellationToken)
    {
        string rows = dialect.Rows(before.Name), entries = dialect.Log(before.Name);
        if (await server.CountAsync($"SELECT count() FROM {rows} WHERE {ClickHouseDialect.Commit} > {before.Commit}", cancellationToken) > 0)
        {
            await server.ExecuteAsync($"DELETE FROM {rows} WHERE {ClickHouseDialect.Commit} > {before.Commit} {AtOnce}", cancellationToken);
        }

        if (await server.CountAsync($"SELECT count() FROM {entries} WHERE at > {before.Commit}", cancellationToken) > 0)
        {
            await server.ExecuteAsync($"DELETE FROM {entries} WHERE at > {before.Commit} {AtOnce}", cancellationToken);
        }
    }

    private static async Task RemoveDeadAsync(ClickHouseServer server, ClickHouseDialect dialect, ClickHouseLog log, ClickHouseTable table, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var windows = await log.ReadWindowsAsync(table.Commit, cancellationToken);
        var kept = await log.ReadKeptAsync(table.Commit, cancellationToken);

        // What the kept runs killed stands again if they are undone: nothing from the first of their commits on is removed.
        var until = windows.Where(w => kept.Contains(w.Run) || w.Time > now - Grace).Select(w => w.At).DefaultIfEmpty(table.Commit + 1).Min();
        string rows = dialect.Rows(table.Name), entries = dialect.Log(table.Name);
        var dead = string.Create(CultureInfo.InvariantCulture, $"FROM {entries} WHERE kind IN ('rows', 'dead') AND at <= {table.Commit} GROUP BY site_id, period, period_start, period_end, segment, commit HAVING argMax(kind, at) = 'dead' AND max(at) < {until}");
        if (await server.CountAsync($"SELECT count() FROM (SELECT commit {dead})", cancellationToken) == 0)
        {
            return;
        }

        await server.ExecuteAsync($"DELETE FROM {rows} WHERE ({ClickHouseTable.RowKey(table.Schema)}, {ClickHouseDialect.Commit}) IN (SELECT {ClickHouseTable.LogKey(table.Schema)}, commit {dead}) {AtOnce}", cancellationToken);
        await server.ExecuteAsync($"DELETE FROM {entries} WHERE kind IN ('rows', 'dead') AND (site_id, period, period_start, period_end, segment, commit) IN (SELECT site_id, period, period_start, period_end, segment, commit {dead}) {AtOnce}", cancellationToken);
        await server.ExecuteAsync(
            string.Create(CultureInfo.InvariantCulture, $"DELETE FROM {entries} WHERE kind IN ('state', 'gone') AND (site_id, period, period_start, period_end, segment, at) NOT IN (SELECT site_id, period, period_start, period_end, segment, max(at) FROM {entries} WHERE kind IN ('state', 'gone') AND at < {until} GROUP BY site_id, period, period_start, period_end, segment) AND at < {until} {AtOnce}"),
            cancellationToken);
    }
}
