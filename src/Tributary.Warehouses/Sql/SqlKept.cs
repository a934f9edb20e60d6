using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>
/// What the last runs have replaced, so that they can be undone: the rows and the states of their partitions as they were, each under the run that replaced them.
/// Of a partition that several runs changed, what the earliest of them replaced is how it was before.
/// </summary>
internal sealed class SqlKept(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken)
{
    private readonly string _kept = dialect.Table(SqlNames.Kept(table));
    private readonly string _keptStates = dialect.Table(SqlNames.KeptPartitions(table));
    private readonly string _states = dialect.Table(SqlNames.Partitions(table));
    private readonly string _by = dialect.Quote(SqlNames.ReplacedBy);

    public async Task<bool> ExistAsync() => (await SqlNotes.ReadColumnsAsync(session, dialect, SqlNames.KeptPartitions(table), cancellationToken)).Count > 0;

    /// <summary>Makes the tables of what is replaced ready: a change of tables.</summary>
    public async Task PrepareAsync(WindowCommit commit, TableSchema schema, string place)
    {
        if (!Keeps(commit))
        {
            return;
        }

        await new SqlEvolution(session, dialect, place, cancellationToken).FollowAsync(SqlNames.Kept(table), WithRun(schema));
        if (!await ExistAsync())
        {
            await session.ExecuteAsync($"CREATE TABLE {_keptStates} ({string.Join(", ", SqlStates.Clauses(dialect))}, {dialect.Quote("existed")} {dialect.TypeName(ColumnType.Boolean)} NOT NULL, {_by} {dialect.KeyText} NOT NULL)", cancellationToken);
        }
    }

    /// <summary>Keeps what the commit is about to replace, and forgets runs beyond those that stay.</summary>
    /// <param name="replacesRows">Whether any rows are replaced.</param>
    public async Task KeepAsync(WindowCommit commit, TableSchema schema, bool replacesRows)
    {
        if (!Keeps(commit))
        {
            if (await ExistAsync())
            {
                await session.ExecuteAsync($"DELETE FROM {_kept}", cancellationToken);
                await session.ExecuteAsync($"DELETE FROM {_keptStates}", cancellationToken);
            }

            return;
        }

        // A partition that the same run has changed before is kept as it was before the run.
        var run = dialect.Text(commit.RunId);
        var isNew = $"NOT EXISTS (SELECT 1 FROM {_keptStates} AS b WHERE b.{_by} = {run} AND {dialect.StateIsOf().Replace("t.", "b.", StringComparison.Ordinal)})";
        var replaced = dialect.Temporary(SqlNames.Replaced);
        if (replacesRows)
        {
            await session.ExecuteAsync(
                $"INSERT INTO {_kept} ({Names(schema)}, {_by}) SELECT {Names(schema, "t.")}, {run} FROM {dialect.Table(table)} AS t JOIN {replaced} AS k ON {dialect.RowIsOf(schema)} WHERE {isNew}",
                cancellationToken);
        }

        string first = dialect.Date(DateOnly.MinValue), start = dialect.Quote("period_start"), end = dialect.Quote("period_end");
        await session.ExecuteAsync(
            $"INSERT INTO {_keptStates} ({SqlStates.Names(dialect)}, {dialect.Quote("existed")}, {_by}) SELECT k.{dialect.Quote("site_id")}, k.{dialect.Quote("period")}, NULLIF(k.{start}, {first}), NULLIF(k.{end}, {first}), k.{dialect.Quote("segment")}, {SqlStates.FactNames(dialect, "t.")}, CASE WHEN t.{dialect.Quote("site_id")} IS NULL THEN {dialect.Flag(false)} ELSE {dialect.Flag(true)} END, {run} FROM {replaced} AS k LEFT JOIN {_states} AS t ON {dialect.StateIsOf()} WHERE {isNew}",
            cancellationToken);
        await ForgetAsync(commit);
    }

    /// <summary>The runs that can be undone, newest first.</summary>
    public async Task<List<string>> RunsAsync()
    {
        if (!await ExistAsync())
        {
            return [];
        }

        var kept = await ReadRunsAsync();
        return [.. (await SqlWindows.ReadRunsAsync(session, dialect, table, cancellationToken)).Select(r => r.Run).Where(kept.Contains).Reverse()];
    }

    /// <summary>Undoes every run after one.</summary>
    public async Task RevertAsync(TableSchema schema, string runId, DateTimeOffset endedAt)
    {
        var runs = await SqlWindows.ReadRunsAsync(session, dialect, table, cancellationToken);
        var since = runs.Where(r => r.Run == runId).Select(r => (DateTimeOffset?)r.Last).FirstOrDefault() ?? endedAt;
        List<string> later = [.. runs.Where(r => r.First > since).Select(r => r.Run)];
        var kept = await RunsAsync();
        if (later.Exists(r => !kept.Contains(r)))
        {
            throw CommitRules.NotKept(runId, later.Count, kept.Count);
        }

        if (later.Count > 0)
        {
            await RestoreAsync(schema, later);
        }
    }

    public static bool Keeps(WindowCommit commit) => commit.Update is UpdateMethod.Partition or UpdateMethod.Replace && commit.KeepRuns > 0;

    private static TableSchema WithRun(TableSchema schema) => new([.. schema.Columns, new(SqlNames.ReplacedBy, ColumnType.Text, ColumnRole.Run)]);

    private async Task RestoreAsync(TableSchema schema, List<string> later)
    {
        var undone = $"({string.Join(", ", later.Select(dialect.Text))})";
        var changed = await session.RowsAsync(
            $"SELECT {SqlStates.KeyNames(dialect)}, {_by} FROM {_keptStates} WHERE {_by} IN {undone}",
            r => (Key: new PartitionKey(checked((int)r.GetInt64(0)), Enum.Parse<Period>(r.GetString(1), ignoreCase: true), Day(r, 2), Day(r, 3), r.GetString(4)), Run: r.GetString(5)),
            cancellationToken);
        await SqlStates.WriteReplacedAsync(session, dialect, changed.GroupBy(c => c.Key).Select(c => c.MinBy(s => later.IndexOf(s.Run))), cancellationToken);

        string rows = dialect.Table(table), replaced = dialect.Temporary(SqlNames.Replaced), ofRun = $"t.{_by} = k.{dialect.Quote("run")}";
        await session.ExecuteAsync(dialect.DeleteJoined(rows, replaced, dialect.RowIsOf(schema)), cancellationToken);
        await session.ExecuteAsync($"INSERT INTO {rows} ({Names(schema)}) SELECT {Names(schema, "t.")} FROM {_kept} AS t JOIN {replaced} AS k ON {dialect.RowIsOf(schema)} AND {ofRun}", cancellationToken);
        await session.ExecuteAsync(dialect.DeleteJoined(_states, replaced, dialect.StateIsOf()), cancellationToken);
        await session.ExecuteAsync($"INSERT INTO {_states} ({SqlStates.Names(dialect)}) SELECT {SqlStates.Names(dialect, "t.")} FROM {_keptStates} AS t JOIN {replaced} AS k ON {dialect.StateIsOf()} AND {ofRun} WHERE t.{dialect.Quote("existed")} = {dialect.Flag(true)}", cancellationToken);
        await SqlStates.DropReplacedAsync(session, dialect, cancellationToken);
        await session.ExecuteAsync($"DELETE FROM {_kept} WHERE {_by} IN {undone}", cancellationToken);
        await session.ExecuteAsync($"DELETE FROM {_keptStates} WHERE {_by} IN {undone}", cancellationToken);
        await SqlWindows.DeleteRunsAsync(session, dialect, table, undone, cancellationToken);
    }

    private async Task ForgetAsync(WindowCommit commit)
    {
        // The run that commits has no window on record before its first is written: it is the newest.
        var kept = await ReadRunsAsync();
        List<string> order = [.. (await SqlWindows.ReadRunsAsync(session, dialect, table, cancellationToken)).Select(r => r.Run).Where(r => r != commit.RunId), commit.RunId];
        var staying = kept.OrderByDescending(order.IndexOf).Take(commit.KeepRuns).ToHashSet(StringComparer.Ordinal);
        List<string> going = [.. kept.Where(r => !staying.Contains(r)).Select(dialect.Text)];
        if (going.Count > 0)
        {
            await session.ExecuteAsync($"DELETE FROM {_kept} WHERE {_by} IN ({string.Join(", ", going)})", cancellationToken);
            await session.ExecuteAsync($"DELETE FROM {_keptStates} WHERE {_by} IN ({string.Join(", ", going)})", cancellationToken);
        }
    }

    private async Task<HashSet<string>> ReadRunsAsync() =>
        (await session.RowsAsync($"SELECT DISTINCT {_by} FROM {_keptStates}", r => r.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);

    private string Names(TableSchema schema, string prefix = "") => string.Join(", ", schema.Columns.Select(c => prefix + dialect.Column(c.Name)));

    private static DateOnly Day(System.Data.Common.DbDataReader reader, int i) => SqlRows.Read(reader, i, ColumnType.Date) is DateOnly day ? day : DateOnly.MinValue;
}
