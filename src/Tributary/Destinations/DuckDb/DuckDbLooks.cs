using System.Globalization;
using DuckDB.NET.Data;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>Looks at a table that pages take: the values of a column, and what came before and after a page.</summary>
internal static class DuckDbLooks
{
    // Counting the texts of more rows takes longer than a person waits for choices.
    private const int MostRowsCounted = 2_000_000;

    // Referrers are counted in visits, all other lists in steps from page to page.
    private static readonly string[] Counts = ["referrals", "visits"];

    /// <summary>The values of a column that hold a text, the most frequent first.</summary>
    public static IReadOnlyList<string> Values(DuckDBConnection connection, string table, ColumnDefinition column, string holding, int most)
    {
        var name = DuckDbDialect.Quote(column.Name);
        return connection.Rows(
            string.Create(CultureInfo.InvariantCulture, $"SELECT CAST({name} AS VARCHAR) FROM (SELECT {name} FROM {DuckDbDialect.Quote(table)} WHERE {name} IS NOT NULL LIMIT {MostRowsCounted}) WHERE contains(lower(CAST({name} AS VARCHAR)), lower($1)) GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {most}"),
            r => r.GetString(0),
            holding);
    }

    /// <summary>What came before and after a page, of the periods since a day; of several segments all visits, or else the one with the most rows.</summary>
    /// <returns>Null where the table does not tell directions apart.</returns>
    public static PageTransitions? Transitions(DuckDBConnection connection, string table, TableSchema schema, DateOnly? from, int most)
    {
        var counts = Counts.Where(c => schema.Find(c) is not null).ToList();
        if (schema.Find("direction") is null || schema.Find("label") is null || counts.Count == 0)
        {
            return null;
        }

        var source = DuckDbDialect.Quote(table);
        List<string> conditions = [from is { } first && schema.Find("period_start") is not null ? $"period_start >= DATE '{first.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}'" : "true"];
        if (schema.Find("segment") is not null)
        {
            conditions.Add($"segment IS NOT DISTINCT FROM (SELECT segment FROM {source} GROUP BY 1 ORDER BY segment = '' DESC, count(*) DESC LIMIT 1)");
        }

        var where = string.Join(" AND ", conditions);
        var entries = connection.Rows(
            string.Create(CultureInfo.InvariantCulture, $"""
                SELECT direction, label, others, number, CAST(sum(number) OVER (PARTITION BY direction) AS BIGINT) FROM
                (SELECT direction, label, coalesce(bool_or({(schema.Find("is_others") is null ? "false" : "is_others")}), false) AS others, CAST(sum(coalesce({string.Join(", ", counts)}, 0)) AS BIGINT) AS number FROM {source} WHERE {where} AND direction IS NOT NULL GROUP BY 1, 2)
                QUALIFY row_number() OVER (PARTITION BY direction ORDER BY others, number DESC, label) <= {most}
                ORDER BY direction, others, number DESC, label
                """),
            r => (Direction: r.GetString(0), Label: r.IsDBNull(1) ? null : r.GetString(1), IsOthers: r.GetBoolean(2), Count: r.GetInt64(3), Total: r.GetInt64(4)));

        // The page's own numbers stand on each of its rows: once a site and period is what they are.
        string[] own = ["page_metrics_pageviews", "page_metrics_entries", "page_metrics_exits", "page_metrics_loops"];
        var page = connection.Rows(
            $"SELECT {string.Join(", ", own.Select((c, i) => schema.Find(c) is null ? "NULL" : $"CAST(sum(c{i}) AS BIGINT)"))} FROM (SELECT site_id, period_start, {string.Join(", ", own.Select((c, i) => schema.Find(c) is null ? $"NULL AS c{i}" : $"max({c}) AS c{i}"))} FROM {source} WHERE {where} GROUP BY 1, 2)",
            r => Enumerable.Range(0, own.Length).Select(i => r.IsDBNull(i) ? (long?)null : r.GetInt64(i)).ToArray())[0];
        return new PageTransitions(page[0], page[1], page[2], page[3], [.. entries
            .GroupBy(e => (e.Direction, e.Total))
            .Select(g => new TransitionList(g.Key.Direction, g.Key.Total, [.. g.Select(e => new TransitionEntry(e.Label, e.Count, e.IsOthers))]))]);
    }
}
