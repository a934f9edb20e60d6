using System.Globalization;
using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>An engine's spelling of names, types, values and statements.</summary>
internal abstract class SqlDialect
{
    /// <summary>Where a column's text is short and compared often: names, ids, periods.</summary>
    public abstract string KeyText { get; }

    /// <summary>The most columns a table can have.</summary>
    public abstract int MaxColumns { get; }

    /// <summary>Whether creating and altering tables is part of the transaction; where it is not it happens before, and notes decide what counts.</summary>
    public virtual bool ChangesTablesInTransaction => true;

    /// <summary>Rows written as literals in one statement.</summary>
    public virtual int StatementRows => 500;

    public abstract SqlSyntax Syntax { get; }

    /// <summary>The name of a table or column in the engine, unquoted.</summary>
    public abstract string Fit(string name);

    /// <summary>Quotes a name of the engine.</summary>
    public abstract string Quote(string name);

    public abstract string TypeName(ColumnType type);

    /// <summary>What a column's type in the engine's own catalog stands for; null for one that cannot be ours.</summary>
    public abstract ColumnType? TypeOf(string name);

    public abstract string Text(string value);

    public abstract string Instant(DateTimeOffset value);

    /// <summary>Turns a stored value into a wider type, spelled as <see cref="ColumnText"/> spells it; null where the engine cannot.</summary>
    public abstract string? Convert(string column, ColumnType from, ColumnType to);

    public abstract string DeleteJoined(string table, string other, string condition);

    /// <summary>Creates a temporary table of the session, gone at the end of the transaction or with the session.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="columns">Its columns, as statements spell them.</param>
    /// <param name="key">What it is joined by, where that is slow without an index.</param>
    public abstract string CreateTemporary(string name, IEnumerable<string> columns, IReadOnlyList<ColumnDefinition> key);

    public virtual string DropTemporary(string name) => $"DROP TABLE {Temporary(name)}";

    /// <summary>What goes before everything when a temporary table is named.</summary>
    public virtual string Temporary(string name) => Quote(name);

    /// <summary>The qualified name of a table, whatever its length.</summary>
    public abstract string Table(string name);

    /// <summary>Creates an index by which partitions are found.</summary>
    public abstract string CreateIndex(string table, IEnumerable<string> columns);

    public virtual string CreateTable(string table, TableSchema schema, string description) =>
        $"CREATE TABLE {Table(table)} ({string.Join(", ", schema.Columns.Select(c => Clause(c)))})";

    /// <summary>Removes a table; one that is not there is fine.</summary>
    public virtual string DropTable(string table) => $"DROP TABLE IF EXISTS {Table(table)}";

    /// <param name="after">The name of the column it stands behind, where the engine can put it there without writing the table anew; null for the first.</param>
    public virtual string AddColumn(string table, ColumnDefinition column, string? after) => $"ALTER TABLE {Table(table)} ADD COLUMN {Clause(column)}";

    /// <summary>The statement that gives a column another type, its values converted, in one go; null where a column of the new type has to be filled and take its place.</summary>
    public abstract string? Widen(string table, ColumnDefinition column, ColumnType from);

    /// <summary>The statements that remove a column and give its name to another, already of its type.</summary>
    public virtual IEnumerable<string> TakePlace(string table, ColumnDefinition column, string other) => [];

    /// <summary>What two values are compared by, so that texts are told apart byte by byte.</summary>
    public virtual string Comparable(string column, ColumnType type) => column;

    /// <summary>Says what a column is for; null where the engine has no cheap way.</summary>
    public virtual string? Comment(string table, ColumnDefinition column) => null;

    /// <summary>Says what a table is for; null where the engine has no cheap way.</summary>
    public virtual string? Comment(string table, string description) => null;

    /// <summary>Reads what was said by <see cref="Comment(string, string)"/>; null where nothing is.</summary>
    public virtual string? ReadComment(string table) => null;

    /// <summary>The names and types of a table's columns, in the order of the engine.</summary>
    public abstract string ReadColumns(string table);

    /// <summary>The quoted name of a column, whatever its length.</summary>
    public string Column(string name) => Quote(Fit(name));

    public virtual string Flag(bool value) => value ? "TRUE" : "FALSE";

    public virtual string Date(DateOnly value) => $"DATE '{value:yyyy-MM-dd}'";

    public virtual string Clause(ColumnDefinition column) => $"{Column(column.Name)} {TypeName(column.Type)}";

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "NULL";

    /// <summary>Whether a row <c>t</c> belongs to a partition <c>k</c>, by the key columns the table has.</summary>
    public string RowIsOf(TableSchema schema)
    {
        List<string> same = [Same("site_id")];
        if (schema.Find("period") is not null)
        {
            same.AddRange([Same("period"), Same("period_start"), Same("period_end")]);
        }

        if (schema.Find("segment") is not null)
        {
            same.Add($"COALESCE(t.{Quote("segment")}, '') = k.{Quote("segment")}");
        }

        return string.Join(" AND ", same);
    }

    /// <summary>Whether a state <c>t</c> is of the partition <c>k</c>. Lists without dates have none in a state, and the first day there is in <c>k</c>.</summary>
    public string StateIsOf() => string.Join(" AND ", [Same("site_id"), Same("period"), SameDay("period_start"), SameDay("period_end"), Same("segment")]);

    private string Same(string name) => $"t.{Quote(name)} = k.{Quote(name)}";

    private string SameDay(string name) => $"COALESCE(t.{Quote(name)}, {Date(DateOnly.MinValue)}) = k.{Quote(name)}";
}
