using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>Stored rows, as answers and as batches.</summary>
internal static class SqlReading
{
    // Conditions of one statement; beyond it a statement would be too long for some engines.
    private const int MostPartitions = 200;

    /// <summary>The rows of some partitions; the session is the result's.</summary>
    public static QueryResult Rows(ISqlEngine engine, SqlSession session, string table, TableSchema schema, IReadOnlyList<PartitionKey> partitions, CancellationToken cancellationToken)
    {
        var dialect = engine.Dialect;
        QueryColumn[] columns = [.. schema.Columns.Select(c => new QueryColumn(c.Name, dialect.TypeName(c.Type)))];
        var readers = partitions.Chunk(MostPartitions).Select(c => $"{Select(dialect, table, schema)} WHERE {string.Join(" OR ", c.Select(k => $"({IsOf(dialect, schema, k)})"))}").ToList();
        return new QueryResult(columns, ReadAsync(engine, session, readers, schema, cancellationToken), session.DisposeAsync);
    }

    /// <summary>All rows of a table, in batches; none at the end.</summary>
    public static async IAsyncEnumerable<RowBatch> BatchesAsync(SqlSession session, SqlDialect dialect, string table, TableSchema schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = session.Command(Select(dialect, table, schema));
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            // The batch is the caller's, who may have emptied it when the next is asked for: it does not tell whether it was the last.
            yield return Batch(reader, schema, RowBatch.MaxRows);
        }
    }

    /// <summary>The row a reader stands at and those behind it, up to a number.</summary>
    public static RowBatch Batch(DbDataReader reader, TableSchema schema, int most)
    {
        var batch = new RowBatch();
        foreach (var column in schema.Columns)
        {
            batch.Add(column);
        }

        do
        {
            for (var i = 0; i < schema.Columns.Count; i++)
            {
                SqlRows.Set(batch.Buffer(i), batch.Rows, reader, i);
            }

            batch.Rows++;
        }
        while (batch.Rows < most && reader.Read());

        return batch;
    }

    public static string Select(SqlDialect dialect, string table, TableSchema schema) =>
        $"SELECT {string.Join(", ", schema.Columns.Select(c => dialect.Column(c.Name)))} FROM {dialect.Table(table)}";

    private static async IAsyncEnumerable<object?[]> ReadAsync(ISqlEngine engine, SqlSession session, List<string> statements, TableSchema schema, CancellationToken started, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(started, cancellationToken);
        foreach (var statement in statements)
        {
            await using var command = session.Command(statement);
            await using var reader = await SqlGuard.RunAsync(engine, () => command.ExecuteReaderAsync(stop.Token));
            while (await SqlGuard.RunAsync(engine, () => reader.ReadAsync(stop.Token)))
            {
                yield return [.. schema.Columns.Select((c, i) => SqlRows.Read(reader, i, c.Type))];
            }
        }
    }

    private static string IsOf(SqlDialect dialect, TableSchema schema, PartitionKey key)
    {
        List<string> same = [string.Create(CultureInfo.InvariantCulture, $"{dialect.Quote("site_id")} = {key.SiteId}")];
        if (schema.Find("period") is not null)
        {
            same.Add($"{dialect.Quote("period")} = '{SqlStates.PeriodText(key.Period)}'");
            same.Add($"{dialect.Quote("period_start")} = {dialect.Date(key.Start)}");
            same.Add($"{dialect.Quote("period_end")} = {dialect.Date(key.End)}");
        }

        if (schema.Find("segment") is not null)
        {
            same.Add($"COALESCE({dialect.Quote("segment")}, '') = {dialect.Text(key.Segment)}");
        }

        return string.Join(" AND ", same);
    }
}
