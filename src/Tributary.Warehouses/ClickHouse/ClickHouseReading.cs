using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>Stored rows as batches.</summary>
internal static class ClickHouseReading
{
    public static string Select(ClickHouseDialect dialect, string table, TableSchema schema) =>
        $"SELECT {string.Join(", ", schema.Columns.Select(ClickHouseDialect.Word))} FROM {dialect.Table(table)}";

    public static async IAsyncEnumerable<RowBatch> BatchesAsync(ClickHouseServer server, string sql, TableSchema schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = await server.ReadAsync(sql, null, cancellationToken);
        while (await server.GuardAsync(() => reader.ReadAsync(cancellationToken)))
        {
            yield return Batch(reader, schema, RowBatch.MaxRows);
        }
    }

    /// <summary>The row a reader stands at and those behind it, up to a number; selected by <see cref="ClickHouseDialect.Word"/>.</summary>
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
                if (!reader.IsDBNull(i))
                {
                    Set(batch.Buffer(i), batch.Rows, reader.GetValue(i));
                }
            }

            batch.Rows++;
        }
        while (batch.Rows < most && reader.Read());

        return batch;
    }

    private static void Set(ColumnBuffer buffer, int row, object value)
    {
        switch (value)
        {
            case string text:
                buffer.SetUtf8(row, Encoding.UTF8.GetBytes(text));
                break;
            case double number:
                buffer.SetDouble(row, number);
                break;
            default:
                buffer.SetInteger(row, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>Whether a row is of one of some partitions.</summary>
    public static string IsOf(TableSchema schema, IEnumerable<PartitionKey> partitions) => string.Join(" OR ", partitions.Select(k =>
    {
        var period = schema.Find("period") is null ? "" : $" AND period = '{SqlStates.PeriodText(k.Period)}' AND period_start = {ClickHouseDialect.Date(k.Start)} AND period_end = {ClickHouseDialect.Date(k.End)}";
        var segment = schema.Find("segment") is null ? "" : $" AND ifNull(segment, '') = {ClickHouseDialect.Text(k.Segment)}";
        return string.Create(CultureInfo.InvariantCulture, $"(site_id = {k.SiteId}{period}{segment})");
    }));
}
