using DuckDB.NET.Data;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>
/// What the last runs have replaced, so that they can be undone: the rows and the states of their partitions as they were, each under the run that replaced them.
/// Runs are ordered by their first commit: an id is older than that where a run had to wait, for its next try or in the queue.
/// Of a partition that several runs changed, what the earliest of them replaced is how it was before.
/// </summary>
internal static class DuckDbKept
{
    private const string Replaced = $"temp.main.{DuckDbDialect.ReplacedTable}";
    private const string Before = "temp.main._tributary_before";

    /// <summary>The runs that have changed the table $1, and when.</summary>
    private const string Committed =
        $"(SELECT split_part(window_id, '/', 1) AS run, min(committed_at) AS first_at, max(committed_at) AS last_at FROM {DuckDbDialect.WindowsTable} WHERE lower(table_name) = lower($1) GROUP BY 1)";

    /// <summary>Keeps what the commit is about to replace, and forgets runs beyond those that stay.</summary>
    /// <param name="connection">The connection, in the commit's transaction.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="schema">The columns of its table.</param>
    /// <param name="replacesRows">Whether any rows are replaced.</param>
    /// <param name="isFirst">Whether no commit of the same run came just before over the same connection, which would have made the tables ready.</param>
    public static void Keep(DuckDBConnection connection, WindowCommit commit, TableSchema schema, bool replacesRows, bool isFirst)
    {
        if (commit.Update is not (UpdateMethod.Partition or UpdateMethod.Replace) || commit.KeepRuns == 0)
        {
            if (isFirst)
            {
                Drop(connection, commit.Table);
            }

            return;
        }

        string kept = DuckDbDialect.Quote(DuckDbDialect.KeptTable(commit.Table)), keptStates = DuckDbDialect.Quote(DuckDbDialect.KeptPartitionsTable(commit.Table));
        string table = DuckDbDialect.Quote(commit.Table), states = DuckDbDialect.Quote(DuckDbDialect.PartitionsTable(commit.Table));
        if (isFirst)
        {
            DuckDbEvolution.Follow(connection, DuckDbDialect.KeptTable(commit.Table), new TableSchema([.. schema.Columns, new(DuckDbDialect.ReplacedBy, ColumnType.Text, ColumnRole.Run)]));
            connection.Execute($"CREATE TABLE IF NOT EXISTS {keptStates} AS SELECT *, true AS existed, '' AS {DuckDbDialect.ReplacedBy} FROM {states} LIMIT 0");
        }

        // A partition that the same run has changed before is kept as it was before the run.
        var isNew = $"NOT EXISTS (SELECT 1 FROM {keptStates} AS b WHERE b.{DuckDbDialect.ReplacedBy} = $1 AND {DuckDbDialect.StateIsOf.Replace("t.", "b.", StringComparison.Ordinal)})";
        if (commit.Update == UpdateMethod.Replace)
        {
            connection.Execute($"CREATE TEMP TABLE _tributary_before AS SELECT site_id, period, period_start, period_end, segment FROM {states} UNION SELECT site_id, period, period_start, period_end, segment FROM {Replaced}");
        }
        else
        {
            connection.Execute($"CREATE TEMP TABLE _tributary_before AS SELECT site_id, period, period_start, period_end, segment FROM {Replaced}");
        }

        if (replacesRows)
        {
            connection.Execute($"INSERT INTO {kept} BY NAME SELECT t.*, $1 AS {DuckDbDialect.ReplacedBy} FROM {table} AS t, {Before} AS k WHERE {DuckDbDialect.RowIsOf(schema)} AND {isNew}", commit.RunId);
        }

        connection.Execute(
            $"INSERT INTO {keptStates} BY NAME SELECT t.* REPLACE (k.site_id AS site_id, k.period AS period, k.period_start AS period_start, k.period_end AS period_end, k.segment AS segment), t.site_id IS NOT NULL AS existed, $1 AS {DuckDbDialect.ReplacedBy} FROM {Before} AS k LEFT JOIN {states} AS t ON {DuckDbDialect.StateIsOf} WHERE {isNew}",
            commit.RunId);
        connection.Execute($"DROP TABLE {Before}");
        if (isFirst)
        {
            Forget(connection, commit, kept, keptStates);
        }
    }

    /// <summary>The runs that can be undone, newest first.</summary>
    public static IReadOnlyList<string> Runs(DuckDBConnection connection, string table) => DuckDbTables.Exists(connection, DuckDbDialect.KeptPartitionsTable(table))
        ? connection.Rows($"SELECT DISTINCT {DuckDbDialect.ReplacedBy}, first_at FROM {DuckDbDialect.Quote(DuckDbDialect.KeptPartitionsTable(table))} JOIN {Committed} ON run = {DuckDbDialect.ReplacedBy} ORDER BY first_at DESC", r => r.GetString(0), table)
        : [];

    /// <summary>Forgets the ids of windows that were written before an instant; those of runs that can be undone stay, for they tell when these ran.</summary>
    public static void ForgetWindows(DuckDBConnection connection, string table, DateTimeOffset before)
    {
        var kept = DuckDbDialect.KeptPartitionsTable(table);
        connection.Execute(
            $"DELETE FROM {DuckDbDialect.WindowsTable} WHERE lower(table_name) = lower($1) AND committed_at < CAST($2 AS TIMESTAMP WITH TIME ZONE){(DuckDbTables.Exists(connection, kept) ? $" AND split_part(window_id, '/', 1) NOT IN (SELECT {DuckDbDialect.ReplacedBy} FROM {DuckDbDialect.Quote(kept)})" : "")}",
            table,
            DuckDbDialect.InstantLiteral(before));
    }

    /// <summary>Undoes every run after one.</summary>
    public static void Revert(DuckDBConnection connection, string table, string runId, DateTimeOffset endedAt)
    {
        using var transaction = connection.BeginTransaction();
        if (DuckDbTables.Exists(connection, DuckDbDialect.WindowsTable))
        {
            var later = connection.Rows(
                $"SELECT run FROM {Committed} WHERE first_at > coalesce((SELECT last_at FROM {Committed} WHERE run = $2), CAST($3 AS TIMESTAMP WITH TIME ZONE))",
                r => r.GetString(0),
                table,
                runId,
                DuckDbDialect.InstantLiteral(endedAt));
            RefuseUnlessKept(connection, table, runId, later);
            if (later.Count > 0)
            {
                Restore(connection, table, later);
            }
        }

        transaction.Commit();
    }

    public static void Drop(DuckDBConnection connection, string table)
    {
        if (DuckDbTables.Exists(connection, DuckDbDialect.KeptTable(table)))
        {
            connection.Execute($"DROP TABLE {DuckDbDialect.Quote(DuckDbDialect.KeptTable(table))}");
            connection.Execute($"DROP TABLE {DuckDbDialect.Quote(DuckDbDialect.KeptPartitionsTable(table))}");
        }
    }

    private static void Restore(DuckDBConnection connection, string table, IReadOnlyList<string> later)
    {
        string kept = DuckDbDialect.Quote(DuckDbDialect.KeptTable(table)), keptStates = DuckDbDialect.Quote(DuckDbDialect.KeptPartitionsTable(table));
        string rows = DuckDbDialect.Quote(table), states = DuckDbDialect.Quote(DuckDbDialect.PartitionsTable(table));
        var schema = DuckDbTables.ReadSchema(connection, table)!;
        var undone = $"({string.Join(", ", later.Select(DuckDbDialect.Literal))})";
        connection.Execute(
            $"CREATE TEMP TABLE {DuckDbDialect.ReplacedTable} AS SELECT k.* FROM {keptStates} AS k JOIN {Committed} ON run = {DuckDbDialect.ReplacedBy} WHERE {DuckDbDialect.ReplacedBy} IN {undone} QUALIFY row_number() OVER (PARTITION BY site_id, period, period_start, period_end, segment ORDER BY first_at) = 1",
            table);
        connection.Execute(DuckDbDialect.DeleteReplaced(table, schema));
        connection.Execute($"INSERT INTO {rows} BY NAME SELECT t.* EXCLUDE ({DuckDbDialect.ReplacedBy}) FROM {kept} AS t, {Replaced} AS k WHERE {DuckDbDialect.RowIsOf(schema)} AND t.{DuckDbDialect.ReplacedBy} = k.{DuckDbDialect.ReplacedBy}");
        connection.Execute(DuckDbDialect.DeleteReplacedStates(table));
        connection.Execute($"INSERT INTO {states} BY NAME SELECT * EXCLUDE (existed, {DuckDbDialect.ReplacedBy}) FROM {Replaced} WHERE existed");
        connection.Execute($"DROP TABLE {Replaced}");
        connection.Execute($"DELETE FROM {kept} WHERE {DuckDbDialect.ReplacedBy} IN {undone}");
        connection.Execute($"DELETE FROM {keptStates} WHERE {DuckDbDialect.ReplacedBy} IN {undone}");
        connection.Execute($"DELETE FROM {DuckDbDialect.WindowsTable} WHERE lower(table_name) = lower($1) AND split_part(window_id, '/', 1) IN {undone}", table);
    }

    private static void RefuseUnlessKept(DuckDBConnection connection, string table, string runId, IReadOnlyList<string> later)
    {
        var kept = Runs(connection, table);
        if (later.Any(r => !kept.Contains(r)))
        {
            throw CommitRules.NotKept(runId, later.Count, kept.Count);
        }
    }

    private static void Forget(DuckDBConnection connection, WindowCommit commit, string kept, string keptStates)
    {
        // The run that commits has no window on record before its first is written: it is the newest.
        var staying = connection.Rows(
            $"SELECT DISTINCT {DuckDbDialect.ReplacedBy}, coalesce(first_at, 'infinity') AS since FROM {keptStates} LEFT JOIN {Committed} ON run = {DuckDbDialect.ReplacedBy} ORDER BY since DESC",
            r => r.GetString(0),
            commit.Table);
        foreach (var run in staying.Skip(commit.KeepRuns))
        {
            connection.Execute($"DELETE FROM {kept} WHERE {DuckDbDialect.ReplacedBy} = $1", run);
            connection.Execute($"DELETE FROM {keptStates} WHERE {DuckDbDialect.ReplacedBy} = $1", run);
        }
    }
}
