using System.Globalization;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.SqlServer;

/// <summary>SQL Server's spelling, in one schema.</summary>
internal sealed class SqlServerDialect(string schema) : SqlDialect
{
    private const int MaxNameCharacters = 128;

    private static readonly (ColumnType Type, string Name, string Catalog)[] Types =
    [
        (ColumnType.Integer, "bigint", "bigint"),
        (ColumnType.Double, "float", "float"),
        (ColumnType.Money, "decimal(20,4)", "decimal"),
        (ColumnType.Boolean, "bit", "bit"),
        (ColumnType.Date, "date", "date"),
        (ColumnType.Instant, "datetimeoffset(6)", "datetimeoffset"),
    ];

    public override string KeyText => "nvarchar(255) COLLATE Latin1_General_100_BIN2";

    public override int MaxColumns => 1_024;

    public override SqlSyntax Syntax => SqlSyntax.SqlServer;

    public override string Fit(string name) => SqlNames.Fit(name, MaxNameCharacters, SqlNames.Characters, n => !n.Contains('\0', StringComparison.Ordinal));

    public override string Quote(string name) => $"[{name.Replace("]", "]]", StringComparison.Ordinal)}]";

    public override string Table(string name) => $"{Quote(schema)}.{Column(name)}";

    public override string TypeName(ColumnType type) =>
        type is ColumnType.Text or ColumnType.Json ? "nvarchar(max) COLLATE Latin1_General_100_BIN2" : Types.Single(t => t.Type == type).Name;

    public override ColumnType? TypeOf(string name) =>
        name == "nvarchar" ? ColumnType.Text : Types.Where(t => t.Catalog == name).Select(t => (ColumnType?)t.Type).FirstOrDefault();

    public override string Text(string value) =>
        $"N'{value.Replace("'", "''", StringComparison.Ordinal).Replace("\0", "' + NCHAR(0) + N'", StringComparison.Ordinal)}'";

    public override string Instant(DateTimeOffset value) => $"CAST('{value.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture)}' AS datetimeoffset(6))";

    public override string Flag(bool value) => value ? "1" : "0";

    public override string Date(DateOnly value) => $"CAST('{value:yyyy-MM-dd}' AS date)";

    public override string? Convert(string column, ColumnType from, ColumnType to) => (from, to) switch
    {
        (ColumnType.Double, ColumnType.Text) => null,
        (ColumnType.Boolean, ColumnType.Text) => $"CASE {column} WHEN 1 THEN N'true' WHEN 0 THEN N'false' END",
        (ColumnType.Instant, ColumnType.Text) => $"CONVERT(nvarchar(10), CAST(SWITCHOFFSET({column}, '+00:00') AS date), 23) + N'T' + CAST(CAST(SWITCHOFFSET({column}, '+00:00') AS time(6)) AS nvarchar(15)) + N'Z'",
        (ColumnType.Date, ColumnType.Text) => $"CONVERT(nvarchar(10), {column}, 23)",
        (_, ColumnType.Text) => $"CAST({column} AS nvarchar(max))",
        _ => $"CAST({column} AS {TypeName(to)})",
    };

    // Blanks at the end do not count in comparisons, whatever the collation; a character behind them makes them count.
    public override string Comparable(string column, ColumnType type) => type is ColumnType.Text or ColumnType.Json ? $"({column} + N'.')" : column;

    public override string DeleteJoined(string table, string other, string condition) => $"DELETE t FROM {table} AS t JOIN {other} AS k ON {condition}";

    public override string CreateTemporary(string name, IEnumerable<string> columns, IReadOnlyList<ColumnDefinition> key) => $"CREATE TABLE {Temporary(name)} ({string.Join(", ", columns)})";

    public override string Temporary(string name) => Quote("#" + name);

    public override string CreateIndex(string table, IEnumerable<string> columns) => $"CREATE INDEX by_partition ON {Table(table)} ({string.Join(", ", columns)})";

    public override string AddColumn(string table, ColumnDefinition column, string? after) => $"ALTER TABLE {Table(table)} ADD {Clause(column)}";

    public override string? Widen(string table, ColumnDefinition column, ColumnType from) => null;

    public override IEnumerable<string> TakePlace(string table, ColumnDefinition column, string other) =>
    [
        $"ALTER TABLE {Table(table)} DROP COLUMN {Column(column.Name)}",
        $"EXEC sp_rename {Text($"{Table(table)}.{Column(other)}")}, {Text(Fit(column.Name))}, N'COLUMN'",
    ];

    public override string ReadColumns(string table) =>
        $"SELECT COLUMN_NAME, DATA_TYPE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = {Text(schema)} AND TABLE_NAME = {Text(Fit(table))} ORDER BY ORDINAL_POSITION";

    public override string Clause(ColumnDefinition column) => $"{base.Clause(column)} NULL";
}
