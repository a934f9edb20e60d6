using System.Text.RegularExpressions;

namespace Tributary.Store;

/// <summary>From the steps of <see cref="StoreSchema"/>, which are written in SQLite's words, to PostgreSQL's. The same tables and columns, so that one set of statements serves both.</summary>
internal static partial class PostgreSqlSchema
{
    /// <summary>The step in PostgreSQL's words.</summary>
    public static string Of(string step)
    {
        // SQLite numbers the rows of its tables; what is listed in the order it was written is ordered by that number.
        var sql = Table().Replace(step, table => $"{table.Value[..^2]}, rowid BIGINT GENERATED ALWAYS AS IDENTITY);");
        sql = sql.Replace(" WITHOUT ROWID", "", StringComparison.Ordinal).Replace(" COLLATE NOCASE", "", StringComparison.Ordinal);

        // As SQLite compares: by bytes. A collation of the server's would order names otherwise and find other ids between two.
        sql = Text().Replace(sql, "TEXT COLLATE \"C\"");
        sql = Integer().Replace(sql, "BIGINT");
        sql = Real().Replace(sql, "DOUBLE PRECISION");
        return Blob().Replace(sql, "BYTEA");
    }

    [GeneratedRegex(@"\bTEXT\b")]
    private static partial Regex Text();

    [GeneratedRegex(@"\bINTEGER\b")]
    private static partial Regex Integer();

    [GeneratedRegex(@"\bREAL\b")]
    private static partial Regex Real();

    [GeneratedRegex(@"\bBLOB\b")]
    private static partial Regex Blob();

    [GeneratedRegex(@"CREATE TABLE [^;]*\);")]
    private static partial Regex Table();
}
