using System.Globalization;
using DuckDB.NET.Data;
using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>Reckons what the values of a column are, in memory that does not grow with the table.</summary>
internal static class DuckDbFacts
{
    // Counting different values of ten million texts takes the engine several times as long as reckoning them, and memory for all of them.
    private const long MostRowsCounted = 1_000_000;
    private const long MostGroupsCounted = 50_000;

    private const int TopValues = 5;

    // The engine's own guess at the most frequent values is right about the first few of many more.
    private const int Candidates = 50;

    private static readonly string[] QuartilePlaces = ["0.25", "0.5", "0.75"];

    public static ColumnFacts Read(DuckDBConnection connection, string table, ColumnDefinition column)
    {
        var (from, name) = (DuckDbDialect.Quote(table), DuckDbDialect.Quote(column.Name));
        var isExact = connection.Scalar($"SELECT count(*) FROM {from}") is <= MostRowsCounted;
        var isNumber = column.Type is ColumnType.Integer or ColumnType.Double or ColumnType.Money;
        List<string> wanted =
        [
            "count(*)",
            $"count(*) - count({name})",
            isExact ? $"count(DISTINCT {name})" : $"approx_count_distinct({name})",
            .. column.Type == ColumnType.Json ? ["NULL", "NULL"] : new[] { $"min({name})", $"max({name})" },
            .. isNumber ? [$"CAST(avg({name}) AS DOUBLE)", .. Quartiles(name)] : Array.Empty<string>(),
        ];
        var row = DuckDbPages.Rows(connection, $"SELECT {string.Join(", ", wanted)} FROM {from}")[0];
        var facts = new ColumnFacts((long)row[0]!, (long)row[1]!, (long)row[2]!, isExact) { Min = row[3], Max = row[4] };
        if (isNumber)
        {
            return facts with { Average = (double?)row[5], Quartiles = row[6] is null ? [] : [.. row[6..].Select(v => (double)v!)] };
        }

        return column.Type is ColumnType.Text or ColumnType.Boolean && facts.Distinct > 0
            ? facts with { Top = Top(connection, from, name, facts.Distinct) }
            : facts;
    }

    private static IEnumerable<string> Quartiles(string name) => QuartilePlaces.Select(q => $"quantile_cont(CAST({name} AS DOUBLE), {q})");

    private static List<(object? Value, long Count)> Top(DuckDBConnection connection, string from, string name, long distinct)
    {
        var some = distinct > MostGroupsCounted
            ? string.Create(CultureInfo.InvariantCulture, $" IN (SELECT unnest(approx_top_k({name}, {Candidates})) FROM {from})")
            : " IS NOT NULL";
        return connection.Rows(
            string.Create(CultureInfo.InvariantCulture, $"SELECT {name}, count(*) AS _count FROM {from} WHERE {name}{some} GROUP BY 1 ORDER BY _count DESC, 1 LIMIT {TopValues}"),
            r => (DuckDbValues.Read(r, 0), r.GetInt64(1)));
    }
}
