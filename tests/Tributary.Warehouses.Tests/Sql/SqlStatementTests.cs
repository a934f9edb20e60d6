using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.Tests.Sql;

public class SqlStatementTests
{
    [Theory]
    [InlineData("SELECT 1")]
    [InlineData(" -- first\n select 1;\n-- last")]
    [InlineData("/* a ; b */ (SELECT ';' AS \"a;b\")")]
    [InlineData("WITH a AS (SELECT 1) SELECT 'it''s; not' FROM a ; ")]
    public void One_statement_that_reads_is_let_through(string sql)
    {
        foreach (var syntax in Enum.GetValues<SqlSyntax>())
        {
            SqlStatement.Require(sql, syntax);
        }
    }

    [Theory]
    [InlineData("SELECT [update], \"commit\", 'delete', insert_time, 1e5, $1.5 FROM t AS [set] -- delete\r\nWHERE a = 1")]
    [InlineData("SELECT 1 AS [a]] ; drop '], ';' AS [b]")]
    [InlineData("WITH a AS (SELECT 1 AS n) SELECT n FROM a ORDER BY n OFFSET 0 ROWS FETCH NEXT 5 ROWS ONLY")]
    public void Names_in_quotes_and_parts_of_words_are_let_through(string sql) => SqlStatement.Require(sql, SqlSyntax.SqlServer);

    [Theory]
    [InlineData("", nameof(SqlSyntax.Standard))]
    [InlineData("-- nothing", nameof(SqlSyntax.Standard))]
    [InlineData("DELETE FROM pages", nameof(SqlSyntax.Standard))]
    [InlineData("SELECT 1; DELETE FROM pages", nameof(SqlSyntax.Standard))]
    [InlineData("SELECT $$'$$; DELETE FROM pages --'", nameof(SqlSyntax.PostgreSql))]
    [InlineData("SELECT $a$'$a$; DELETE FROM pages --'", nameof(SqlSyntax.PostgreSql))]
    [InlineData("SELECT E'\\''; DELETE FROM pages --'", nameof(SqlSyntax.PostgreSql))]
    [InlineData("/* /* */ ' */ SELECT 1; DELETE FROM pages --'", nameof(SqlSyntax.PostgreSql))]
    [InlineData("SELECT 5--1; DELETE FROM pages", nameof(SqlSyntax.MySql))]
    [InlineData("SELECT '\\\\'; DELETE FROM pages -- '", nameof(SqlSyntax.MySql))]
    [InlineData("SELECT 1 # '\n; DELETE FROM pages", nameof(SqlSyntax.MySql))]
    [InlineData("SELECT 1 /*! ; DELETE FROM pages */", nameof(SqlSyntax.MySql))]
    [InlineData("SELECT 1 /*M! ; DELETE FROM pages */", nameof(SqlSyntax.MySql))]
    [InlineData("SELECT 1 AS [']; DELETE FROM pages --']", nameof(SqlSyntax.SqlServer))]
    [InlineData("SELECT 1 AS [a]]']; COMMIT; DROP TABLE dbo.pages; --'", nameof(SqlSyntax.SqlServer))]
    [InlineData("SELECT 1 AS [a]]]]']; COMMIT; DROP TABLE dbo.pages; --'", nameof(SqlSyntax.SqlServer))]
    [InlineData("SELECT 1 AS a DELETE FROM dbo.pages COMMIT", nameof(SqlSyntax.SqlServer))]
    [InlineData("SELECT 1COMMIT", nameof(SqlSyntax.SqlServer))]
    [InlineData("SELECT 0xUPDATE dbo.pages SET [a] = 1", nameof(SqlSyntax.SqlServer))]
    [InlineData("SELECT 1/**/commit/**/", nameof(SqlSyntax.SqlServer))]
    [InlineData("SELECT * INTO dbo.other FROM dbo.pages", nameof(SqlSyntax.SqlServer))]
    [InlineData("WITH a AS (SELECT 1 AS n) DELETE FROM a", nameof(SqlSyntax.SqlServer))]
    [InlineData("SELECT 1 ` COMMIT `", nameof(SqlSyntax.SqlServer))]
    [InlineData("show", nameof(SqlSyntax.SqlServer))]
    [InlineData("select_and_commit", nameof(SqlSyntax.SqlServer))]
    [InlineData("SELECT 1 -- \r ' \n; COMMIT; DELETE FROM pages -- '", nameof(SqlSyntax.MySql))]
    [InlineData("SELECT 1 -- \r ; COMMIT; DELETE FROM pages", nameof(SqlSyntax.PostgreSql))]
    [InlineData("SELECT 1 --\u00A0x FROM (SELECT 1 AS \u00A0x) t; COMMIT; DELETE FROM pages", nameof(SqlSyntax.MySql))]
    [InlineData("SELECT 1 --\u0001 '\n; COMMIT; DELETE FROM pages -- '", nameof(SqlSyntax.MySql))]
    [InlineData("SELECT * FROM pages INTO OUTFILE '/tmp/pages'", nameof(SqlSyntax.MySql))]
    [InlineData("SELECT 1 ` 2; COMMIT; DELETE FROM pages; SELECT 1 ` 2", nameof(SqlSyntax.PostgreSql))]
    public void Anything_else_is_refused(string sql, string syntax) =>
        Assert.Equal("query.sql", Assert.Throws<TributaryException>(() => SqlStatement.Require(sql, Enum.Parse<SqlSyntax>(syntax))).Code);
}
