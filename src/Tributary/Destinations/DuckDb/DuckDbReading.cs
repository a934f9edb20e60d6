using System.Text.RegularExpressions;

namespace Tributary.Destinations.DuckDb;

/// <summary>What a typed statement may not call: DuckDB has functions that change the engine, which the whole process shares, and heeds neither the read-only file nor the lock on its settings for them.</summary>
internal static partial class DuckDbReading
{
    /// <summary>Refuses a statement that calls one of them, or one that runs a text as a statement and so could.</summary>
    /// <exception cref="Model.TributaryException">It does.</exception>
    public static void Require(string sql)
    {
        // In a comment, and where a backslash or a dollar may open a text of another kind, nothing is taken for text: rather refused once too often.
        var hasPlainTexts = !sql.Contains('\\', StringComparison.Ordinal) && !sql.Contains('$', StringComparison.Ordinal) && !sql.Contains("--", StringComparison.Ordinal) && !sql.Contains("/*", StringComparison.Ordinal);
        var called = Changing().Match(hasPlainTexts ? Quoted().Replace(sql, quoted => quoted.Value[0] == '"' ? quoted.Value : "''") : sql);
        if (called.Success)
        {
            throw DuckDbErrors.Statement($"A query only reads tables, and DuckDB's {called.Groups["name"].Value.ToLowerInvariant()}() does more: leave it out.");
        }
    }

    // All of 1.5.6 that change the engine, read memory by address, or run a text as a statement. Between name and parenthesis may stand blanks, of which DuckDB knows more than ASCII's, and comments.
    [GeneratedRegex(
        """(?<![\p{L}\p{N}_])(?<name>enable_logging|disable_logging|truncate_duckdb_logs|write_log|enable_profiling|disable_profiling|enable_peg_parser|disable_peg_parser|check_peg_parser|checkpoint|force_checkpoint|arrow_scan|arrow_scan_dumb|seq_scan|query|json_execute_serialized_sql)"?[^\x21-\x7E]*(?:\(|/\*|--)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Changing();

    [GeneratedRegex("""'(?:[^']|'')*'|"(?:[^"]|"")*\x22""")]
    private static partial Regex Quoted();
}
