using System.Globalization;
using DuckDB.NET.Data;
using Tributary.Destinations.DuckDb;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>The partitions that rows belong to, by the key columns their table has.</summary>
internal static class FilesPartitions
{
    /// <summary>How many rows each partition has.</summary>
    public static Dictionary<PartitionKey, long> Count(DuckDBConnection connection, string table, TableSchema schema)
    {
        var hasPeriod = schema.Find("period") is not null;
        var period = hasPeriod ? "period, period_start, period_end" : "'none', NULL::DATE, NULL::DATE";
        var segment = schema.Find("segment") is not null ? "coalesce(segment, '')" : "''";
        return connection.Rows(
            $"SELECT site_id, {period}, {segment}, count(*) FROM {table} GROUP BY ALL ORDER BY ALL",
            r => (
                Key: new PartitionKey(
                    checked((int)r.GetInt64(0)),
                    Enum.Parse<Period>(r.GetString(1), ignoreCase: true),
                    hasPeriod ? r.GetFieldValue<DateOnly>(2) : DateOnly.MinValue,
                    hasPeriod ? r.GetFieldValue<DateOnly>(3) : DateOnly.MinValue,
                    r.GetString(4)),
                Rows: r.GetInt64(5))).ToDictionary(p => p.Key, p => p.Rows);
    }

    /// <summary>Whether a row belongs to a partition.</summary>
    public static string IsOf(PartitionKey key, TableSchema schema)
    {
        var condition = string.Create(CultureInfo.InvariantCulture, $"site_id = {key.SiteId}");
        if (schema.Find("period") is not null)
        {
            condition += string.Create(CultureInfo.InvariantCulture, $" AND period_start = DATE '{key.Start:yyyy-MM-dd}' AND period_end = DATE '{key.End:yyyy-MM-dd}' AND period = '{key.Period.ToString().ToLowerInvariant()}'");
        }

        return schema.Find("segment") is null ? condition : $"{condition} AND coalesce(segment, '') = {DuckDbDialect.Literal(key.Segment)}";
    }
}
