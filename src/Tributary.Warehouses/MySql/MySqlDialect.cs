using System.Globalization;
using System.Text;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.MySql;

/// <summary>The spelling of MySQL and MariaDB. Creating and altering tables ends a transaction there, so both happen before it.</summary>
internal sealed class MySqlDialect(string database) : SqlDialect
{
    private const int MaxNameCharacters = 64;
    private const int MaxColumnComment = 1_024;
    private const int MaxTableComment = 2_048;

    // An index holds the beginning of a text only.
    private const int IndexedCharacters = 190;

    private static readonly (ColumnType Type, string Name, string Catalog)[] Types =
    [
        (ColumnType.Integer, "BIGINT", "bigint"),
        (ColumnType.Double, "DOUBLE", "double"),
        (ColumnType.Money, "DECIMAL(20,4)", "decimal"),
        (ColumnType.Boolean, "BOOLEAN", "tinyint"),
        (ColumnType.Date, "DATE", "date"),
        (ColumnType.Instant, "DATETIME(6)", "datetime"),
    ];

    /// <summary>Compares text byte by byte, blanks at the end too. MySQL and MariaDB each have one that the other has not.</summary>
    public string Collation { get; set; } = "utf8mb4_nopad_bin";

    public override bool ChangesTablesInTransaction => false;

    public override string KeyText => $"VARCHAR(255) CHARACTER SET utf8mb4 COLLATE {Collation}";

    public override int MaxColumns => 1_017;

    public override SqlSyntax Syntax => SqlSyntax.MySql;

    public override string Fit(string name) => SqlNames.Fit(name, MaxNameCharacters, SqlNames.Characters, n => n[^1] != ' ' && !n.Any(c => c == '\0' || char.IsSurrogate(c)));

    public override string Quote(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    public override string Table(string name) => $"{Quote(database)}.{Column(name)}";

    // Text and JSON are one type: MySQL's own JSON does not keep the spelling.
    public override string TypeName(ColumnType type) =>
        type is ColumnType.Text or ColumnType.Json ? $"LONGTEXT CHARACTER SET utf8mb4 COLLATE {Collation}" : Types.Single(t => t.Type == type).Name;

    public override ColumnType? TypeOf(string name) =>
        name is "longtext" or "varchar" ? ColumnType.Text : Types.Where(t => t.Catalog == name).Select(t => (ColumnType?)t.Type).FirstOrDefault();

    public override string Text(string value)
    {
        var text = new StringBuilder("'", value.Length + 2);
        foreach (var c in value)
        {
            _ = c switch
            {
                '\'' => text.Append("''"),
                '\\' => text.Append("\\\\"),
                '\0' => text.Append("\\0"),
                _ => text.Append(c),
            };
        }

        return text.Append('\'').ToString();
    }

    public override string Instant(DateTimeOffset value) => $"TIMESTAMP '{value.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}'";

    public override string? Convert(string column, ColumnType from, ColumnType to) => (from, to) switch
    {
        (ColumnType.Double, ColumnType.Text) => null,
        (ColumnType.Boolean, ColumnType.Text) => $"CASE {column} WHEN 0 THEN 'false' ELSE IF({column} IS NULL, NULL, 'true') END",
        (ColumnType.Instant, ColumnType.Text) => $"CONCAT(DATE_FORMAT({column}, '%Y-%m-%dT%H:%i:%s.%f'), 'Z')",
        (ColumnType.Date, ColumnType.Text) => $"DATE_FORMAT({column}, '%Y-%m-%d')",
        (_, ColumnType.Text) => $"CAST({column} AS CHAR)",
        (_, ColumnType.Double) => $"{column} + 0E0",
        _ => column,
    };

    public override string DeleteJoined(string table, string other, string condition) => $"DELETE t FROM {table} AS t JOIN {other} AS k ON {condition}";

    public override string CreateTemporary(string name, IEnumerable<string> columns, IReadOnlyList<ColumnDefinition> key)
    {
        // An index made later would end the transaction. It holds as much of the key as fits: 3,072 bytes.
        var indexed = key.Take(3).Select(c => c.Type is ColumnType.Text or ColumnType.Json ? string.Create(CultureInfo.InvariantCulture, $"{Column(c.Name)}({IndexedCharacters})") : Column(c.Name)).ToList();
        return $"CREATE TEMPORARY TABLE {Temporary(name)} ({string.Join(", ", columns)}{(indexed.Count > 0 ? $", INDEX by_key ({string.Join(", ", indexed)})" : "")})";
    }

    public override string Temporary(string name) => Table(name);

    public override string DropTemporary(string name) => $"DROP TEMPORARY TABLE {Temporary(name)}";

    public override string CreateIndex(string table, IEnumerable<string> columns) => $"CREATE INDEX by_partition ON {Table(table)} ({string.Join(", ", columns)})";

    public override string CreateTable(string table, TableSchema schema, string description) =>
        $"{base.CreateTable(table, schema, description)} ENGINE = InnoDB ROW_FORMAT = DYNAMIC COMMENT {Text(Short(description, MaxTableComment))}";

    public override string AddColumn(string table, ColumnDefinition column, string? after) =>
        $"{base.AddColumn(table, column, after)} {(after is null ? "FIRST" : $"AFTER {Column(after)}")}";

    public override string? Widen(string table, ColumnDefinition column, ColumnType from) => null;

    public override IEnumerable<string> TakePlace(string table, ColumnDefinition column, string other) =>
        [$"ALTER TABLE {Table(table)} DROP COLUMN {Column(column.Name)}, CHANGE COLUMN {Column(other)} {Clause(column)}"];

    public override string ReadColumns(string table) =>
        $"SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = {Text(database)} AND table_name = {Text(Fit(table))} ORDER BY ordinal_position";

    public override string Clause(ColumnDefinition column) =>
        column.Description.Length > 0 ? $"{base.Clause(column)} COMMENT {Text(Short(column.Description, MaxColumnComment))}" : base.Clause(column);

    private static string Short(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1)] + "…";
}
