using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>Whether what a person typed is one statement that reads. In doubt it is refused: the transaction it runs in cannot write either, but a second statement could end that.</summary>
internal static class SqlStatement
{
    private static readonly string[] ReadingWords = ["SELECT", "WITH", "VALUES", "TABLE", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "("];

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

            position = Skip(sql, position, syntax);
        }

        if (start < 0)
        {
            throw Refused("It is empty.");
        }

        if (!ReadingWords.Any(w => sql.AsSpan(start).StartsWith(w, StringComparison.OrdinalIgnoreCase)))
        {
            throw Refused("A query only reads: it starts with SELECT, WITH, VALUES, TABLE, SHOW, DESCRIBE or EXPLAIN.");
        }
    }

    public static TributaryException Refused(string sentence, Exception? cause = null) => new("query.sql", Fault.Setup, $"The query cannot be run. {sentence}", cause);

    /// <summary>The place behind what begins at a place: a text, a quoted name, a comment or one character.</summary>
    private static int Skip(string sql, int from, SqlSyntax syntax) => sql[from] switch
    {
        '\'' or '"' => SkipQuoted(sql, from, sql[from], syntax),
        '`' => SkipQuoted(sql, from, '`', SqlSyntax.Standard),
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
            // MySQL takes two dashes for two minus signs unless a blank follows.
            return syntax != SqlSyntax.MySql || rest.Length == 2 || char.IsWhiteSpace(rest[2]);
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
                return i + 1;
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

    private static int SkipLine(string sql, int from) => sql.AsSpan(from).IndexOfAny('\n', '\r') is var end and >= 0 ? from + end + 1 : sql.Length;
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
