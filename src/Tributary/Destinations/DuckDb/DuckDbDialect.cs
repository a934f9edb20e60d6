using Tributary.Model;

namespace Tributary.Destinations.DuckDb;

/// <summary>DuckDB's spelling of names, types and statements.</summary>
internal static class DuckDbDialect
{
    /// <summary>The file's name in a connection that writes.</summary>
    public const string Database = "datasets";

    public const string WindowsTable = "_tributary_windows";
    public const string ColumnsTable = "_tributary_columns";
    public const string TextFunction = "_tributary_text";

    /// <summary>Partitions of the commit under way, in the connection's temporary schema.</summary>
    public const string ReplacedTable = "_tributary_replaced";

    /// <summary>Rows of the commit under way, in the connection's temporary schema.</summary>
    public const string MergedTable = "_tributary_merged";

    /// <summary>In the tables of what was replaced: the run that did it.</summary>
    public const string ReplacedBy = "_replaced_by";

    private static readonly (ColumnType Type, string Name)[] Types =
    [
        (ColumnType.Text, "VARCHAR"),
        (ColumnType.Integer, "BIGINT"),
        (ColumnType.Double, "DOUBLE"),
        (ColumnType.Money, "DECIMAL(20,4)"),
        (ColumnType.Boolean, "BOOLEAN"),
        (ColumnType.Date, "DATE"),
        (ColumnType.Instant, "TIMESTAMP WITH TIME ZONE"),
        (ColumnType.Json, "JSON"),
    ];

    public static string PartitionsTable(string table) => table + "__partitions";

    /// <summary>Rows that runs have replaced, for as long as these can be undone.</summary>
    public static string KeptTable(string table) => "_tributary_kept_" + table;

    /// <summary>States that runs have replaced; a partition that was not there before has no state in it.</summary>
    public static string KeptPartitionsTable(string table) => PartitionsTable(KeptTable(table));

    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    public static string TypeName(ColumnType type) => Types.Single(t => t.Type == type).Name;

    /// <summary>The type of a column that may have been made by somebody else; what we have no type for is read as text.</summary>
    public static ColumnType TypeOf(string name) => name switch
    {
        "TINYINT" or "SMALLINT" or "INTEGER" or "UTINYINT" or "USMALLINT" or "UINTEGER" => ColumnType.Integer,
        "FLOAT" => ColumnType.Double,
        _ => Types.FirstOrDefault(t => t.Name == name).Type,
    };

    public static string CreateTable(string table, TableSchema schema) =>
        $"CREATE TABLE {Quote(table)} ({string.Join(", ", schema.Columns.Select(ColumnClause))})";

    public static string AddColumn(string table, ColumnDefinition column) => $"ALTER TABLE {Quote(table)} ADD COLUMN {ColumnClause(column)}";

    /// <summary>Copies <paramref name="from"/> into the wider <paramref name="to"/>; a column the old table lacks is null.</summary>
    public static string CopyInto(string newTable, TableSchema to, string oldTable, TableSchema from) =>
        $"INSERT INTO {Quote(newTable)} SELECT {string.Join(", ", to.Columns.Select(c => from.Find(c.Name) is { } old ? Converted(old, c.Type) : "NULL"))} FROM {Quote(oldTable)}";

    public static string CommentOnColumn(string table, ColumnDefinition column) =>
        $"COMMENT ON COLUMN {Quote(table)}.{Quote(column.Name)} IS {(column.Description.Length > 0 ? Comment(column.Description) : "NULL")}";

    // To the engine a statement ends at a NUL, which the name of a goal or a site may hold.
    private static string Comment(string text) => Literal(text.Replace('\0', '\uFFFD'));

    public static string CommentOnTable(string table, string? comment) =>
        $"COMMENT ON TABLE {Quote(table)} IS {(string.IsNullOrEmpty(comment) ? "NULL" : Comment(comment))}";

    /// <summary>An instant as text ends in Z; DuckDB's own cast writes an offset.</summary>
    public static string InstantText(string quotedName) => $"strftime({quotedName} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')";

    /// <summary>An instant as the engine reads it, to be cast.</summary>
    public static string InstantLiteral(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.ffffff'+00'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether a row <c>t</c> belongs to a partition <c>k</c>, by the key columns the table has.</summary>
    public static string RowIsOf(TableSchema schema)
    {
        List<string> same = ["t.site_id = k.site_id"];
        if (schema.Find("period") is not null)
        {
            same.AddRange(["t.period = k.period", "t.period_start = k.period_start", "t.period_end = k.period_end"]);
        }

        if (schema.Find("segment") is not null)
        {
            same.Add("coalesce(t.segment, '') = k.segment");
        }

        return string.Join(" AND ", same);
    }

    /// <summary>Whether a state <c>t</c> is of the partition of a state <c>k</c>.</summary>
    public const string StateIsOf =
        "t.site_id = k.site_id AND t.period = k.period AND t.period_start IS NOT DISTINCT FROM k.period_start AND t.period_end IS NOT DISTINCT FROM k.period_end AND t.segment = k.segment";

    /// <summary>The rows of some partitions; a list without dates has none to compare.</summary>
    public static string SelectPartitions(string table, TableSchema schema, IEnumerable<PartitionKey> partitions)
    {
        var keys = partitions.Select(p => string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"({p.SiteId}, {Literal(p.Period.ToString().ToLowerInvariant())}, DATE {Literal($"{p.Start:yyyy-MM-dd}")}, DATE {Literal($"{p.End:yyyy-MM-dd}")}, {Literal(p.Segment)})"));
        return $"SELECT t.* FROM {Quote(table)} AS t, (VALUES {string.Join(", ", keys)}) AS k(site_id, period, period_start, period_end, segment) WHERE {RowIsOf(schema)}";
    }

    /// <summary>Deletes the rows of every replaced partition.</summary>
    public static string DeleteReplaced(string table, TableSchema schema) =>
        $"DELETE FROM {Quote(table)} AS t USING temp.main.{ReplacedTable} AS k WHERE {RowIsOf(schema)}";

    public static string DeleteReplacedStates(string table) =>
        $"DELETE FROM {Quote(PartitionsTable(table))} AS t USING temp.main.{ReplacedTable} AS k WHERE {StateIsOf}";

    private static string ColumnClause(ColumnDefinition column) => $"{Quote(column.Name)} {TypeName(column.Type)}";

    /// <summary>A stored value in a wider type. Text is spelled by the one function that spells staged values too, so that a value reads the same whichever way it came.</summary>
    public static string Converted(ColumnDefinition from, ColumnType to)
    {
        var name = Quote(from.Name);
        return (from.Type, to) switch
        {
            _ when from.Type == to => name,
            (ColumnType.Double, ColumnType.Text) => $"{TextFunction}({name})",
            (ColumnType.Instant, ColumnType.Text) => InstantText(name),
            _ => $"CAST({name} AS {TypeName(to)})",
        };
    }
}
