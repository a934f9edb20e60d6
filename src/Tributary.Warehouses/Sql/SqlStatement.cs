using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>Whether what a person typed is one statement that reads. In doubt it is refused: the transaction it runs in cannot write either, but a second statement could end that.</summary>
internal static class SqlStatement
{
    private static readonly string[] ReadingWords = ["SELECT", "WITH", "VALUES", "TABLE", "SHOW", "DESCRIBE", "DESC", "EXPLAIN"];

    // T-SQL needs nothing between statements, and takes another word at the start for the name of a procedure to run. All of these are reserved
    // there: as names they are in brackets. OPENQUERY and its like hand text to other servers, where no transaction of ours is.
    private static readonly string[] SqlServerReadingWords = ["SELECT", "WITH"];

    private static readonly HashSet<string> SqlServerOtherWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "ALTER", "BACKUP", "BEGIN", "BULK", "CHECKPOINT", "CLOSE", "COMMIT", "CREATE", "DBCC", "DEALLOCATE", "DECLARE", "DELETE", "DENY", "DROP", "EXEC", "EXECUTE",
        "GOTO", "GRANT", "IF", "INSERT", "INTO", "KILL", "MERGE", "OPEN", "OPENDATASOURCE", "OPENQUERY", "OPENROWSET", "PRINT", "RAISERROR", "RECONFIGURE", "RESTORE", "RETURN",
        "REVERT", "REVOKE", "ROLLBACK", "SAVE", "SET", "SETUSER", "SHUTDOWN", "TRAN", "TRANSACTION", "TRUNCATE", "UPDATE", "UPDATETEXT", "USE", "WAITFOR", "WHILE", "WRITETEXT",
    };

    // A transaction that only reads lets rows be written into a file of the server.
    private static readonly HashSet<string> MySqlOtherWords = new(StringComparer.OrdinalIgnoreCase) { "INTO" };

    private static readonly char[] LineEnds = ['\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029'];

    public static void Require(string sql, SqlSyntax syntax)
    {
        var position = 0;
        var start = -1;
        var isEnded = false;
        while (position < sql.Length)
        {
            var isBlank = char.IsWhiteSpace(sql[position]) || IsComment(sql, position, syntax);
            if (sql[position] == ';')
            {
                isEnded = true;
            }
            else if (!isBlank)
            {
                if (isEnded)
                {
                    throw Refused("It has several statements; give one at a time.");
                }

                start = start < 0 ? position : start;
            }

            var next = Skip(sql, position, syntax);
            if (next == position + 1 && IsOfWord(sql[position]))
            {
                next = position + LengthOfWord(sql, position);
                RefuseOther(sql[position..next], syntax);
            }

            position = next;
        }

        if (start < 0)
        {
            throw Refused("It is empty.");
        }

        var first = sql.AsSpan(start, LengthOfWord(sql, start)).ToString();
        var words = syntax == SqlSyntax.SqlServer ? SqlServerReadingWords : ReadingWords;
        if (sql[start] != '(' && !words.Contains(first, StringComparer.OrdinalIgnoreCase))
        {
            throw Refused($"A query only reads: it starts with {string.Join(", ", words[..^1])} or {words[^1]}.");
        }
    }

    public static TributaryException Refused(string sentence, Exception? cause = null) => new("query.sql", Fault.Setup, $"The query cannot be run. {sentence}", cause);

    private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '@' or '#' or '$';

    private static int LengthOfWord(string sql, int from)
    {
        var end = from;
        while (end < sql.Length && IsOfWord(sql[end]))
        {
            end++;
        }

        return end - from;
    }

    private static void RefuseOther(string word, SqlSyntax syntax)
    {
        var others = syntax switch
        {
            SqlSyntax.SqlServer => SqlServerOtherWords,
            SqlSyntax.MySql => MySqlOtherWords,
            _ => [],
        };

        // A number ends where no digit follows: 1COMMIT is two words.
        var other = char.IsAsciiDigit(word[0]) || word[0] == '$' ? others.FirstOrDefault(o => word.EndsWith(o, StringComparison.OrdinalIgnoreCase)) : others.Contains(word) ? word : null;
        if (other is not null)
        {
            throw Refused($"A query only reads: it cannot have the word {other.ToUpperInvariant()}. If that is a name, quote it.");
        }
    }

    /// <summary>The place behind what begins at a place: a text, a quoted name, a comment or one character.</summary>
    private static int Skip(string sql, int from, SqlSyntax syntax) => sql[from] switch
    {
        '\'' or '"' => SkipQuoted(sql, from, sql[from], syntax),
        '`' when syntax is SqlSyntax.MySql or SqlSyntax.ClickHouse => SkipQuoted(sql, from, '`', SqlSyntax.Standard),
        '[' when syntax == SqlSyntax.SqlServer => SkipQuoted(sql, from, ']', SqlSyntax.Standard),
        '$' when syntax == SqlSyntax.PostgreSql && IsDollarQuote(sql, from) => throw Refused("A text between dollar signs is not allowed here; quote it with apostrophes."),
        '#' when syntax == SqlSyntax.MySql => SkipLine(sql, from),
        '-' when IsComment(sql, from, syntax) => SkipLine(sql, from),
        '/' when IsComment(sql, from, syntax) => SkipBlock(sql, from),
        _ => from + 1,
    };

    private static bool IsComment(string sql, int from, SqlSyntax syntax)
    {
        var rest = sql.AsSpan(from);
        if (rest.StartsWith("--", StringComparison.Ordinal))
        {
            // MySQL takes two dashes for two minus signs unless a blank or a control character of ASCII follows.
            return syntax != SqlSyntax.MySql || rest.Length == 2 || rest[2] is <= ' ' or '\x7f';
        }

        return rest.StartsWith("/*", StringComparison.Ordinal) || (syntax == SqlSyntax.MySql && rest[0] == '#');
    }

    private static int SkipQuoted(string sql, int from, char end, SqlSyntax syntax)
    {
        for (var i = from + 1; i < sql.Length; i++)
        {
            if (sql[i] == '\\' && syntax is SqlSyntax.MySql or SqlSyntax.ClickHouse)
            {
                i++;
            }
            else if (sql[i] == '\\' && syntax == SqlSyntax.PostgreSql && from > 0 && sql[from - 1] is 'E' or 'e')
            {
                throw Refused("A text with backslash escapes (E'…') is not allowed here; write it without.");
            }
            else if (sql[i] == end)
            {
                // An end of the same character as the beginning begins anew by itself where it is doubled; this one does not.
                if (end != ']' || !sql.AsSpan(i + 1).StartsWith("]", StringComparison.Ordinal))
                {
                    return i + 1;
                }

                i++;
            }
        }

        return sql.Length;
    }

    private static int SkipBlock(string sql, int from)
    {
        var end = sql.IndexOf("*/", from + 2, StringComparison.Ordinal);
        var inside = sql.AsSpan(from + 2, (end < 0 ? sql.Length : end) - from - 2);

        // Some engines nest comments, and MySQL runs those that begin with an exclamation mark.
        if (inside.Contains("/*", StringComparison.Ordinal) || inside.StartsWith("!", StringComparison.Ordinal) || inside.StartsWith("M!", StringComparison.Ordinal))
        {
            throw Refused("A comment within a comment, or one that the engine runs, is not allowed.");
        }

        return end < 0 ? sql.Length : end + 2;
    }

    private static bool IsDollarQuote(string sql, int from)
    {
        var end = from + 1;
        while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] == '_'))
        {
            end++;
        }

        return end < sql.Length && sql[end] == '$';
    }

    private static int SkipLine(string sql, int from)
    {
        var end = sql.IndexOfAny(LineEnds, from);
        if (end < 0)
        {
            return sql.Length;
        }

        // Where else than at a line feed a comment ends, engines do not agree.
        end = sql[end] == '\r' && end + 1 < sql.Length && sql[end + 1] == '\n' ? end + 1 : end;
        return sql[end] == '\n' ? end + 1 : throw Refused("A comment up to the end of the line has another end of line in it than a line feed.");
    }
}

/// <summary>How an engine tells texts, names and comments apart.</summary>
internal enum SqlSyntax
{
    /// <summary>As the standard has it.</summary>
    Standard,

    /// <summary>Texts between dollar signs, and E'…'.</summary>
    PostgreSql,

    /// <summary>Backslashes in texts, comments behind #.</summary>
    MySql,

    /// <summary>Backslashes in texts.</summary>
    ClickHouse,

    /// <summary>Names in brackets.</summary>
    SqlServer,
}
