using System.Globalization;
using System.Text;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.PostgreSql;

/// <summary>PostgreSQL's spelling, in one schema.</summary>
internal sealed class PostgreSqlDialect(string schema) : SqlDialect
{
    private const int MaxNameBytes = 63;

    // Columns every table has of its own; a column cannot have their names.
    private static readonly string[] SystemColumns = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"];

    private static readonly (ColumnType Type, string Name, string Catalog)[] Types =
    [
        (ColumnType.Text, "text", "text"),
        (ColumnType.Integer, "bigint", "bigint"),
        (ColumnType.Double, "double precision", "double precision"),
        (ColumnType.Money, "numeric(20,4)", "numeric"),
        (ColumnType.Boolean, "boolean", "boolean"),
        (ColumnType.Date, "date", "date"),
        (ColumnType.Instant, "timestamptz", "timestamp with time zone"),
        (ColumnType.Json, "json", "json"),
    ];

    public override string KeyText => "text";

    public override int MaxColumns => 1_600;

    public override SqlSyntax Syntax => SqlSyntax.PostgreSql;

    public override string Fit(string name) => SqlNames.Fit(name, MaxNameBytes, SqlNames.Bytes, n => !n.Contains('\0', StringComparison.Ordinal) && !SystemColumns.Contains(n));

    public override string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public override string Table(string name) => $"{Quote(schema)}.{Column(name)}";

    public override string TypeName(ColumnType type) => Types.Single(t => t.Type == type).Name;

    public override ColumnType? TypeOf(string name) => Types.Where(t => t.Catalog == name).Select(t => (ColumnType?)t.Type).FirstOrDefault();

    public override string Text(string value) => $"'{Clean(value).Replace("'", "''", StringComparison.Ordinal)}'";

    public override string Instant(DateTimeOffset value) => $"TIMESTAMPTZ '{value.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.ffffff'+00'", CultureInfo.InvariantCulture)}'";

    public override string Convert(string column, ColumnType from, ColumnType to) => (from, to) switch
    {
        (ColumnType.Boolean, ColumnType.Integer) => $"{column}::int::bigint",
        (ColumnType.Boolean, ColumnType.Double) => $"{column}::int::double precision",

        // As .NET writes them: both are the shortest that round-trip, with an exponent from 1E+15 on and below 1E-04.
        (ColumnType.Double, ColumnType.Text) => $"CASE WHEN {column} IN ('NaN', 'Infinity', '-Infinity') THEN {column}::text ELSE upper({column}::text) END",
        (ColumnType.Instant, ColumnType.Text) => $"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
        (ColumnType.Date, ColumnType.Text) => $"to_char({column}, 'YYYY-MM-DD')",
        _ => $"{column}::{TypeName(to)}",
    };

    public override string DeleteJoined(string table, string other, string condition) => $"DELETE FROM {table} AS t USING {other} AS k WHERE {condition}";

    public override string CreateTemporary(string name, IEnumerable<string> columns, IReadOnlyList<ColumnDefinition> key) => $"CREATE TEMPORARY TABLE {Quote(name)} ({string.Join(", ", columns)}) ON COMMIT DROP";

    public override string CreateIndex(string table, IEnumerable<string> columns) => $"CREATE INDEX ON {Table(table)} ({string.Join(", ", columns)})";

    public override string DropTable(string table) => NamingWhatDepends(base.DropTable(table));

    public override string? Widen(string table, ColumnDefinition column, ColumnType from) =>
        NamingWhatDepends($"ALTER TABLE {Table(table)} ALTER COLUMN {Column(column.Name)} TYPE {TypeName(column.Type)} USING {Convert(Column(column.Name), from, column.Type)}");

    public override string Comment(string table, ColumnDefinition column) => $"COMMENT ON COLUMN {Table(table)}.{Column(column.Name)} IS {Text(column.Description)}";

    public override string Comment(string table, string description) => $"COMMENT ON TABLE {Table(table)} IS {Text(description)}";

    public override string ReadComment(string table) => $"SELECT obj_description(to_regclass({Text(Table(table))}), 'pg_class')";

    public override string ReadColumns(string table) =>
        $"SELECT column_name::text, data_type::text FROM information_schema.columns WHERE table_schema = {Text(schema)} AND table_name = {Text(Fit(table))} ORDER BY ordinal_position";

    // The server names what stands in the way in the detail of its error only, and the driver keeps details to itself: those of other errors hold values of rows.
    private string NamingWhatDepends(string statement) =>
        $"DO {Text($"DECLARE what text; BEGIN {statement}; EXCEPTION WHEN dependent_objects_still_exist OR feature_not_supported THEN GET STACKED DIAGNOSTICS what = PG_EXCEPTION_DETAIL; RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = concat_ws('; ', SQLERRM, nullif(replace(what, chr(10), '; '), '')); END")}";

    private static string Clean(string value) => Encoding.UTF8.GetString(TextBytes.Clean(Encoding.UTF8.GetBytes(value), refusesNul: true));
}
