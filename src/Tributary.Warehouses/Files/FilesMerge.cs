using DuckDB.NET.Data;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;

namespace Tributary.Warehouses.Files;

/// <summary>Rows told apart by a key.</summary>
internal static class FilesMerge
{
    /// <summary>Whether a row <c>t</c> has the key of a row <c>m</c>.</summary>
    public static string SameKey(WindowCommit commit) => string.Join(" AND ", commit.Key.Select(c => $"t.{DuckDbDialect.Quote(c)} = m.{DuckDbDialect.Quote(c)}"));

    /// <summary>Refuses staged rows that the key does not tell apart.</summary>
    public static void Require(DuckDBConnection connection, WindowCommit commit, string staged)
    {
        foreach (var column in commit.Key.Where(c => connection.Scalar($"SELECT count(*) FROM {staged} WHERE {DuckDbDialect.Quote(c)} IS NULL") is > 0L))
        {
            throw CommitRules.KeyIsNull(commit, column);
        }

        var key = string.Join(", ", commit.Key.Select(DuckDbDialect.Quote));
        if (connection.Scalar($"SELECT concat_ws(', ', {string.Join(", ", commit.Key.Select(c => $"CAST({DuckDbDialect.Quote(c)} AS VARCHAR)"))}) FROM {staged} GROUP BY {key} HAVING count(*) > 1 LIMIT 1") is string twice)
        {
            throw CommitRules.KeyRepeats(commit, twice);
        }
    }
}
