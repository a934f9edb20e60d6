using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>The windows written, in <c>_tributary_windows</c>: each once, and in an order that clocks of different nodes do not disturb.</summary>
internal static class SqlWindows
{
    /// <summary>The statement that creates the table, but for its first words.</summary>
    public static string Create(SqlDialect dialect) =>
        $"{dialect.Table(SqlNames.Windows)} (table_name {dialect.KeyText} NOT NULL, window_id {dialect.KeyText} NOT NULL, run_id {dialect.KeyText} NOT NULL, committed_at {dialect.TypeName(ColumnType.Instant)} NOT NULL, PRIMARY KEY (table_name, window_id))";

    public static async Task<bool> IsWrittenAsync(SqlSession session, SqlDialect dialect, string table, string windowId, CancellationToken cancellationToken) =>
        (await session.RowsAsync($"SELECT window_id FROM {dialect.Table(SqlNames.Windows)} WHERE table_name = {dialect.Text(table)} AND window_id = {dialect.Text(windowId)}", r => r.GetString(0), cancellationToken)).Count > 0;

    public static Task<List<string>> ReadIdsAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken) =>
        session.RowsAsync($"SELECT window_id FROM {dialect.Table(SqlNames.Windows)} WHERE table_name = {dialect.Text(table)} ORDER BY committed_at, window_id", r => r.GetString(0), cancellationToken);

    /// <summary>Notes a window and those written somewhere else before. A later commit has a later time, even where this node's clock is behind another's.</summary>
    public static async Task WriteAsync(SqlSession session, SqlDialect dialect, string table, string windowId, IReadOnlyList<string> earlier, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var last = (await session.RowsAsync($"SELECT MAX(committed_at) FROM {dialect.Table(SqlNames.Windows)} WHERE table_name = {dialect.Text(table)}", r => (DateTimeOffset?)SqlRows.Read(r, 0, ColumnType.Instant), cancellationToken))[0];
        var at = last >= Whole(now) ? last.Value.AddTicks(TimeSpan.TicksPerMicrosecond) : Whole(now);
        List<string> ids = [windowId];
        if (earlier.Count > 0)
        {
            var written = (await ReadIdsAsync(session, dialect, table, cancellationToken)).ToHashSet(StringComparer.Ordinal);
            ids.AddRange(earlier.Distinct(StringComparer.Ordinal).Where(e => e != windowId && !written.Contains(e)));
        }

        await SqlRows.InsertAsync(
            session,
            dialect,
            $"{dialect.Table(SqlNames.Windows)} (table_name, window_id, run_id, committed_at)",
            ids.Select(id => $"({dialect.Text(table)}, {dialect.Text(id)}, {dialect.Text(RunOf(id))}, {dialect.Instant(at)})"),
            cancellationToken);
    }

    /// <summary>The runs that have changed a table, by their first commit.</summary>
    public static Task<List<(string Run, DateTimeOffset First, DateTimeOffset Last)>> ReadRunsAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken) =>
        session.RowsAsync(
            $"SELECT run_id, MIN(committed_at), MAX(committed_at) FROM {dialect.Table(SqlNames.Windows)} WHERE table_name = {dialect.Text(table)} GROUP BY run_id ORDER BY MIN(committed_at)",
            r => (r.GetString(0), SqlRows.Instant(r, 1), SqlRows.Instant(r, 2)),
            cancellationToken);

    public static Task DeleteAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken) =>
        session.ExecuteAsync($"DELETE FROM {dialect.Table(SqlNames.Windows)} WHERE table_name = {dialect.Text(table)}", cancellationToken);

    public static Task DeleteRunsAsync(SqlSession session, SqlDialect dialect, string table, string runs, CancellationToken cancellationToken) =>
        session.ExecuteAsync($"DELETE FROM {dialect.Table(SqlNames.Windows)} WHERE table_name = {dialect.Text(table)} AND run_id IN {runs}", cancellationToken);

    private static string RunOf(string windowId) => windowId.Split('/', 2)[0];

    private static DateTimeOffset Whole(DateTimeOffset value) => value.AddTicks(-(value.Ticks % TimeSpan.TicksPerMicrosecond));
}
