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
    public void Anything_else_is_refused(string sql, string syntax) =>
        Assert.Equal("query.sql", Assert.Throws<TributaryException>(() => SqlStatement.Require(sql, Enum.Parse<SqlSyntax>(syntax))).Code);
}
