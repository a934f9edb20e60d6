using System.Text;
using DuckDB.NET.Data;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>What the file says of its own tables: columns with their meaning, and the states of partitions.</summary>
internal static class DuckDbTables
{
    private static readonly ColumnDefinition[] ColumnsColumns =
    [
        new("table_name", ColumnType.Text, ColumnRole.Key),
        new("column_name", ColumnType.Text, ColumnRole.Key),
        new("position", ColumnType.Integer, ColumnRole.Metadata),
        new("type", ColumnType.Text, ColumnRole.Metadata),
        new("role", ColumnType.Text, ColumnRole.Metadata),
        new("additivity", ColumnType.Text, ColumnRole.Metadata),
        new("nullable", ColumnType.Boolean, ColumnRole.Metadata),
        new("description", ColumnType.Text, ColumnRole.Metadata),
    ];

    private const string IsEmpty = "is_empty";

    /// <summary>The columns of the states of partitions, wherever they are written.</summary>
    public static readonly ColumnDefinition[] PartitionColumns =
    [
        new("site_id", ColumnType.Integer, ColumnRole.Key),
        new("period", ColumnType.Text, ColumnRole.Key),
        new("period_start", ColumnType.Date, ColumnRole.Key),
        new("period_end", ColumnType.Date, ColumnRole.Key),
        new("segment", ColumnType.Text, ColumnRole.Key),
        new("state", ColumnType.Text, ColumnRole.Metadata),
        new("rows", ColumnType.Integer, ColumnRole.Metadata),
        new("others_share", ColumnType.Double, ColumnRole.Metadata),
        new("truncated", ColumnType.Text, ColumnRole.Metadata),
        new("run_id", ColumnType.Text, ColumnRole.Run),
        new("read_at", ColumnType.Instant, ColumnRole.Run),
        new(IsEmpty, ColumnType.Boolean, ColumnRole.Metadata),
    ];

    public static bool Exists(DuckDBConnection connection, string table) => ColumnsOf(connection, table).Count > 0;

    /// <summary>Whether states of partitions are kept for a table that is there: those of a table that somebody dropped tell of nothing.</summary>
    public static bool HasStates(DuckDBConnection connection, string table) => Exists(connection, DuckDbDialect.PartitionsTable(table)) && Exists(connection, table);

    /// <summary>How many rows more a table has than its states say; 0 where it was never written. The engine knows the number of its rows without looking at them.</summary>
    public static long ReadDifference(DuckDBConnection connection, string table)
    {
        var rows = Exists(connection, table) ? (long)connection.Scalar($"SELECT count(*) FROM {DuckDbDialect.Quote(table)}")! : 0;
        var stated = Exists(connection, DuckDbDialect.PartitionsTable(table)) ? Convert.ToInt64(connection.Scalar($"SELECT CAST(coalesce(sum(rows), 0) AS BIGINT) FROM {DuckDbDialect.Quote(DuckDbDialect.PartitionsTable(table))}"), System.Globalization.CultureInfo.InvariantCulture) : 0;
        return rows - stated;
    }

    public static string? ReadComment(DuckDBConnection connection, string table) =>
        connection.Scalar("SELECT comment FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'main' AND lower(table_name) = lower($1)", table) as string;

    public static void CreateOwn(DuckDBConnection connection, string table)
    {
        connection.Execute($"CREATE TABLE IF NOT EXISTS {DuckDbDialect.WindowsTable} (window_id VARCHAR PRIMARY KEY, table_name VARCHAR, committed_at TIMESTAMP WITH TIME ZONE)");
        CreateIfMissing(connection, DuckDbDialect.ColumnsTable, ColumnsColumns);
        CreateIfMissing(connection, DuckDbDialect.PartitionsTable(table), PartitionColumns);
        if (!Has(connection, DuckDbDialect.PartitionsTable(table), IsEmpty))
        {
            connection.Execute($"ALTER TABLE {DuckDbDialect.Quote(DuckDbDialect.PartitionsTable(table))} ADD COLUMN {IsEmpty} BOOLEAN DEFAULT false");
        }
    }

    // Files of the first version have no such column.
    private static bool Has(DuckDBConnection connection, string table, string column) => ColumnsOf(connection, table).Exists(c => c.Name == column);

    /// <summary>
    /// The columns of a table as the engine has them; none when there is no such table. By its name alone: duckdb_columns() and duckdb_tables() first write down
    /// every column of every table, 90 ms and 40 ms with a thousand DataSets (1.5.6), and this takes half of one. An error of the catalog does not end a transaction.
    /// </summary>
    private static List<(string Name, string Type)> ColumnsOf(DuckDBConnection connection, string table)
    {
        var name = $"{DuckDbDialect.Quote((string)connection.Scalar("SELECT current_database()")!)}.main.{DuckDbDialect.Quote(table)}";
        try
        {
            return connection.Rows($"DESCRIBE {name}", r => (r.GetString(0), r.GetString(1)));
        }
        catch (DuckDBException e) when (DuckDbErrors.IsNoTable(e))
        {
            return [];
        }
    }

    /// <summary>The columns as the engine has them, with the meaning noted beside. Null when there is no such table.</summary>
    public static TableSchema? ReadSchema(DuckDBConnection connection, string table)
    {
        var physical = ColumnsOf(connection, table).ConvertAll(c => (c.Name, Type: DuckDbDialect.TypeOf(c.Type)));
        if (physical.Count == 0)
        {
            return null;
        }

        var noted = ReadNotes(connection, table);
        return new TableSchema([.. physical.Select(p => noted.TryGetValue(p.Name, out var note) ? note with { Type = p.Type } : new ColumnDefinition(p.Name, p.Type, ColumnRole.Metadata))]);
    }

    public static void WriteNotes(DuckDBConnection connection, string table, TableSchema schema)
    {
        DeleteNotes(connection, table);
        var rows = new Rows(ColumnsColumns);
        for (var i = 0; i < schema.Columns.Count; i++)
        {
            var column = schema.Columns[i];
            rows.Add(table, column.Name, (long)i, column.Type.ToString(), column.Role.ToString(), column.Additivity.ToString(), column.Nullable ? 1L : 0L, column.Description);
        }

        rows.WriteTo(connection, DuckDbDialect.ColumnsTable);
    }

    public static void DeleteNotes(DuckDBConnection connection, string table) =>
        connection.Execute($"DELETE FROM {DuckDbDialect.ColumnsTable} WHERE lower(table_name) = lower($1)", table);

    /// <summary>Removes a table and all that is kept of it; the ids of its windows too, so that it can be filled anew.</summary>
    public static void Drop(DuckDBConnection connection, string table)
    {
        using var transaction = connection.BeginTransaction();
        connection.Execute($"DROP TABLE IF EXISTS {DuckDbDialect.Quote(table)}");
        connection.Execute($"DROP TABLE IF EXISTS {DuckDbDialect.Quote(DuckDbDialect.PartitionsTable(table))}");
        DuckDbKept.Drop(connection, table);
        if (Exists(connection, DuckDbDialect.ColumnsTable))
        {
            DeleteNotes(connection, table);
            connection.Execute($"DELETE FROM {DuckDbDialect.WindowsTable} WHERE lower(table_name) = lower($1)", table);
        }

        transaction.Commit();
    }

    public static IReadOnlyList<PartitionRecord> ReadPartitions(DuckDBConnection connection, string table) =>
        connection.Rows(
            $"SELECT site_id, period, period_start, period_end, segment, state, rows, others_share, truncated, run_id, epoch_us(read_at), {(Has(connection, DuckDbDialect.PartitionsTable(table), IsEmpty) ? IsEmpty : "false")} FROM {DuckDbDialect.Quote(DuckDbDialect.PartitionsTable(table))} ORDER BY site_id, period, period_start, period_end, segment",
            r => new PartitionRecord(
                new PartitionKey(checked((int)r.GetInt64(0)), Enum.Parse<Period>(r.GetString(1), ignoreCase: true), Day(r, 2), Day(r, 3), r.GetString(4)),
                Enum.Parse<PartitionState>(r.GetString(5), ignoreCase: true),
                r.GetInt64(6),
                ColumnText.Instant(r.GetInt64(10)),
                r.GetString(9))
            {
                OthersShare = r.IsDBNull(7) ? null : r.GetDouble(7),
                Truncated = r.IsDBNull(8) ? null : r.GetString(8),
                IsEmpty = !r.IsDBNull(11) && r.GetBoolean(11),
            });

    /// <summary>Puts the new states where deletes can join them, and the file cannot see them.</summary>
    public static void WriteReplaced(DuckDBConnection connection, IReadOnlyList<PartitionRecord> partitions)
    {
        connection.Execute(DuckDbDialect.CreateTable(DuckDbDialect.ReplacedTable, new TableSchema(PartitionColumns)).Replace("CREATE TABLE", "CREATE TEMP TABLE", StringComparison.Ordinal));
        var rows = new Rows(PartitionColumns);
        foreach (var p in partitions)
        {
            rows.Add(
                (long)p.Key.SiteId,
                PeriodText(p.Key.Period),
                DayNumber(p.Key.Start),
                DayNumber(p.Key.End),
                p.Key.Segment,
                p.State == PartitionState.Final ? "final" : "provisional",
                p.Rows,
                p.OthersShare,
                p.Truncated,
                p.RunId,
                (p.ReadAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
                p.IsEmpty ? 1L : 0L);
        }

        rows.WriteTo(connection, DuckDbDialect.ReplacedTable, "temp");
    }

    /// <summary>Changes the state of stored partitions that are as they were read.</summary>
    public static void Revise(DuckDBConnection connection, string table, IReadOnlyList<PartitionRecord> partitions)
    {
        using var transaction = connection.BeginTransaction();
        var states = DuckDbDialect.Quote(DuckDbDialect.PartitionsTable(table));
        WriteReplaced(connection, partitions);
        connection.Execute($"UPDATE {states} AS t SET state = k.state FROM temp.main.{DuckDbDialect.ReplacedTable} AS k WHERE {DuckDbDialect.StateIsOf} AND t.run_id = k.run_id AND t.read_at = k.read_at");
        connection.Execute($"DROP TABLE temp.main.{DuckDbDialect.ReplacedTable}");
        transaction.Commit();
    }

    private static string PeriodText(Period period) => period.ToString().ToLowerInvariant();

    private static long? DayNumber(DateOnly day) => day == DateOnly.MinValue ? null : day.DayNumber - ColumnText.UnixEpochDay;

    private static DateOnly Day(DuckDBDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? DateOnly.MinValue : reader.GetFieldValue<DateOnly>(ordinal);

    private static void CreateIfMissing(DuckDBConnection connection, string table, ColumnDefinition[] columns)
    {
        if (!Exists(connection, table))
        {
            connection.Execute(DuckDbDialect.CreateTable(table, new TableSchema(columns)));
        }
    }

    private static Dictionary<string, ColumnDefinition> ReadNotes(DuckDBConnection connection, string table) => Exists(connection, DuckDbDialect.ColumnsTable)
        ? connection.Rows(
            $"SELECT column_name, type, role, additivity, nullable, description FROM {DuckDbDialect.ColumnsTable} WHERE lower(table_name) = lower($1)",
            r => new ColumnDefinition(r.GetString(0), Enum.Parse<ColumnType>(r.GetString(1)), Enum.Parse<ColumnRole>(r.GetString(2)))
            {
                Additivity = Enum.Parse<Additivity>(r.GetString(3)),
                Nullable = r.GetBoolean(4),
                Description = r.GetString(5),
            },
            table).ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase)
        : [];

    /// <summary>Rows of our own tables on their way through the writer.</summary>
    private sealed class Rows(ColumnDefinition[] columns)
    {
        private readonly List<RowBatch> _batches = [];

        public void Add(params object?[] values)
        {
            if (_batches.Count == 0 || _batches[^1].Rows == RowBatch.MaxRows)
            {
                _batches.Add(NewBatch());
            }

            var batch = _batches[^1];
            for (var i = 0; i < values.Length; i++)
            {
                Set(batch.Buffer(i), batch.Rows, values[i]);
            }

            batch.Rows++;
        }

        public void WriteTo(DuckDBConnection connection, string table, string? catalog = null)
        {
            using var writer = new DuckDbWriter(connection, table, columns, catalog);
            _batches.ForEach(writer.Write);
            writer.Complete();
        }

        private static void Set(ColumnBuffer buffer, int row, object? value)
        {
            switch (value)
            {
                case string text:
                    buffer.SetUtf8(row, Encoding.UTF8.GetBytes(text));
                    break;
                case long number:
                    buffer.SetInteger(row, number);
                    break;
                case double number:
                    buffer.SetDouble(row, number);
                    break;
                default:
                    break;
            }
        }

        private RowBatch NewBatch()
        {
            var batch = new RowBatch();
            foreach (var column in columns)
            {
                batch.Add(column);
            }

            return batch;
        }
    }
}
