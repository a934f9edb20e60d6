using DuckDB.NET.Data;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>A table as the last commit over a connection left it: as long as that is open nobody else can have changed it, and within a run it is committed in one way.</summary>
/// <param name="Schema">Its columns.</param>
/// <param name="RunId">The run of that commit.</param>
/// <param name="IsAltered">Whether somebody changed its rows: then its states do not tell which partitions have some.</param>
internal sealed record KnownTable(TableSchema Schema, string RunId, bool IsAltered);

/// <summary>The one transaction that writes a window.</summary>
/// <param name="connection">The file.</param>
/// <param name="known">What is known of its tables by name; empty for a connection just opened.</param>
/// <param name="commit">The window.</param>
/// <param name="now">Noted with it.</param>
/// <param name="cancellationToken">Cancels between batches.</param>
internal sealed class DuckDbCommit(DuckDBConnection connection, Dictionary<string, KnownTable> known, WindowCommit commit, DateTimeOffset now, CancellationToken cancellationToken)
{
    private readonly string _table = DuckDbDialect.Quote(commit.Table);
    private readonly string _states = DuckDbDialect.Quote(DuckDbDialect.PartitionsTable(commit.Table));

    // A commit is made again within minutes, and a run that broke off goes on within days.
    private static readonly TimeSpan WindowsStay = TimeSpan.FromDays(60);

    private bool _isAltered;

    public void Run()
    {
        using var transaction = connection.BeginTransaction();
        if (!IsWritten())
        {
            var written = Write();
            transaction.Commit();
            known[commit.Table] = new KnownTable(written, commit.RunId, _isAltered);
        }
    }

    private bool IsWritten() => (known.Count > 0 || DuckDbTables.Exists(connection, DuckDbDialect.WindowsTable))
        && connection.Scalar($"SELECT count(*) FROM {DuckDbDialect.WindowsTable} WHERE window_id = $1", commit.WindowId) is > 0L;

    private TableSchema Write()
    {
        var before = Known();
        if (before is null)
        {
            DuckDbTables.CreateOwn(connection, commit.Table);
            if (!DuckDbTables.Exists(connection, commit.Table))
            {
                connection.Execute($"DELETE FROM {_states}");
            }
        }

        _isAltered = before?.IsAltered ?? (commit.Update == UpdateMethod.Partition && DuckDbTables.ReadDifference(connection, commit.Table) != 0);
        var schema = before?.Schema ?? DuckDbEvolution.Evolve(connection, commit.Table, commit.Schema, commit.Description);
        CommitRules.Require(commit, schema);

        DuckDbTables.WriteReplaced(connection, [.. commit.Partitions, .. commit.Remove.Select(Gone)]);
        var replacesRows = ReplacesRows();
        DuckDbKept.Keep(connection, commit, schema, replacesRows, isFirst: before is null);
        WriteRows(schema, replacesRows);
        WriteStates(schema);
        connection.Execute($"DROP TABLE temp.main.{DuckDbDialect.ReplacedTable}");
        if (before is null)
        {
            DuckDbKept.ForgetWindows(connection, commit.Table, now - WindowsStay);
        }

        connection.Execute(
            $"INSERT INTO {DuckDbDialect.WindowsTable} VALUES ($1, $2, CAST($3 AS TIMESTAMP WITH TIME ZONE))",
            commit.WindowId,
            commit.Table,
            DuckDbDialect.InstantLiteral(now));
        foreach (var earlier in commit.EarlierWindows)
        {
            connection.Execute($"INSERT OR IGNORE INTO {DuckDbDialect.WindowsTable} VALUES ($1, $2, CAST($3 AS TIMESTAMP WITH TIME ZONE))", earlier, commit.Table, DuckDbDialect.InstantLiteral(now));
        }

        cancellationToken.ThrowIfCancellationRequested();
        return schema;
    }

    /// <summary>The table where it is known to have all the commit needs; null when that has to be looked up.</summary>
    private KnownTable? Known() => known.GetValueOrDefault(commit.Table) is { } table
        && table.RunId == commit.RunId
        && SchemaUnion.Of(table.Schema, commit.Schema).Columns.SequenceEqual(table.Schema.Columns)
            ? table
            : null;

    private static PartitionRecord Gone(PartitionKey key) => new(key, PartitionState.Final, 0, DateTimeOffset.UnixEpoch, "");

    // States and rows change together, unless somebody else changes the rows. So where no state has rows there are none to look for: the first time a table is filled each commit would look through all before it.
    private bool ReplacesRows() => commit.Update != UpdateMethod.Partition
        || _isAltered
        || connection.Scalar($"SELECT count(*) FROM {_states} AS t, temp.main.{DuckDbDialect.ReplacedTable} AS k WHERE {DuckDbDialect.StateIsOf} AND t.rows > 0") is > 0L;

    private void WriteRows(TableSchema schema, bool replacesRows)
    {
        switch (commit.Update)
        {
            case UpdateMethod.Partition:
                if (replacesRows)
                {
                    connection.Execute(DuckDbDialect.DeleteReplaced(commit.Table, schema));
                }

                Append(commit.Table, schema);
                break;
            case UpdateMethod.Replace:
                connection.Execute($"DELETE FROM {_table}");
                Append(commit.Table, schema);
                break;
            case UpdateMethod.Append:
                DeleteRemoved(schema);
                Append(commit.Table, schema);
                break;
            default:
                DeleteRemoved(schema);
                Merge(schema);
                break;
        }
    }

    private void DeleteRemoved(TableSchema schema)
    {
        if (commit.Remove.Count > 0)
        {
            connection.Execute($"{DuckDbDialect.DeleteReplaced(commit.Table, schema)} AND k.run_id = ''");
        }
    }

    private void WriteStates(TableSchema schema)
    {
        const string Replaced = $"temp.main.{DuckDbDialect.ReplacedTable}";
        if (commit.Update == UpdateMethod.Append)
        {
            connection.Execute($"UPDATE {Replaced} AS k SET rows = k.rows + t.rows FROM {_states} AS t WHERE {DuckDbDialect.StateIsOf} AND k.run_id <> ''");
        }

        connection.Execute(commit.Update == UpdateMethod.Replace ? $"DELETE FROM {_states}" : DuckDbDialect.DeleteReplacedStates(commit.Table));
        connection.Execute($"INSERT INTO {_states} SELECT * FROM {Replaced} WHERE run_id <> ''");
        if (commit.Update == UpdateMethod.Merge)
        {
            // A key without the period takes rows away from other partitions too.
            connection.Execute($"UPDATE {_states} AS k SET rows = (SELECT count(*) FROM {_table} AS t WHERE {DuckDbDialect.RowIsOf(schema)})");
        }
    }

    private void Merge(TableSchema schema)
    {
        const string Merged = $"temp.main.{DuckDbDialect.MergedTable}";
        connection.Execute(DuckDbDialect.CreateTable(DuckDbDialect.MergedTable, schema).Replace("CREATE TABLE", "CREATE TEMP TABLE", StringComparison.Ordinal));
        Append(DuckDbDialect.MergedTable, schema, "temp");
        var key = string.Join(", ", commit.Key.Select(DuckDbDialect.Quote));
        foreach (var column in commit.Key.Where(c => connection.Scalar($"SELECT count(*) FROM {Merged} WHERE {DuckDbDialect.Quote(c)} IS NULL") is > 0L))
        {
            throw CommitRules.KeyIsNull(commit, column);
        }

        if (connection.Scalar($"SELECT concat_ws(', ', {string.Join(", ", commit.Key.Select(c => $"CAST({DuckDbDialect.Quote(c)} AS VARCHAR)"))}) FROM {Merged} GROUP BY {key} HAVING count(*) > 1 LIMIT 1") is string twice)
        {
            throw CommitRules.KeyRepeats(commit, twice);
        }

        connection.Execute($"DELETE FROM {_table} AS t USING {Merged} AS m WHERE {string.Join(" AND ", commit.Key.Select(c => $"t.{DuckDbDialect.Quote(c)} = m.{DuckDbDialect.Quote(c)}"))}");
        connection.Execute($"INSERT INTO {_table} SELECT * FROM {Merged}");
        connection.Execute($"DROP TABLE {Merged}");
    }

    private void Append(string table, TableSchema schema, string? catalog = null)
    {
        using var writer = new DuckDbWriter(connection, table, schema.Columns, catalog);
        foreach (var batch in commit.Rows.ReadBatches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Write(batch);
        }

        writer.Complete();
        CommitRules.RequireAll(commit, writer.Count);
    }
}
