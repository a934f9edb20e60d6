using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>
/// The columns of tables, their order and meaning, as <c>_tributary_columns</c> notes them; a table without notes is not there for us.
/// A row without a column's name claims a table that is about to be created or removed.
/// </summary>
internal static class SqlNotes
{
    private const int Claim = -1;

    /// <summary>The statement that creates the table of notes, but for its first words.</summary>
    public static string Create(SqlDialect dialect) =>
        $"{dialect.Table(SqlNames.Columns)} (table_name {dialect.KeyText} NOT NULL, column_name {dialect.KeyText} NOT NULL, position INTEGER NOT NULL, type {dialect.KeyText} NOT NULL, role {dialect.KeyText} NOT NULL, additivity {dialect.KeyText} NOT NULL, nullable {dialect.TypeName(ColumnType.Boolean)} NOT NULL, description {dialect.TypeName(ColumnType.Text)} NOT NULL)";

    /// <summary>Whether our own tables are there.</summary>
    public static async Task<bool> ExistAsync(SqlSession session, SqlDialect dialect, CancellationToken cancellationToken) =>
        (await ReadColumnsAsync(session, dialect, SqlNames.Columns, cancellationToken)).Count > 0;

    /// <summary>The columns a table has in the engine, by the engine's names.</summary>
    public static async Task<Dictionary<string, ColumnType?>> ReadColumnsAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken) =>
        (await session.RowsAsync(dialect.ReadColumns(table), r => (Name: r.GetString(0), Type: dialect.TypeOf(r.GetString(1))), cancellationToken)).ToDictionary(c => c.Name, c => c.Type, StringComparer.Ordinal);

    /// <summary>The columns as noted, each with the type the engine has; null when there is no such table. Our own tables must be there.</summary>
    public static async Task<TableSchema?> ReadSchemaAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken)
    {
        var noted = await session.RowsAsync(
            $"SELECT column_name, type, role, additivity, nullable, description FROM {dialect.Table(SqlNames.Columns)} WHERE table_name = {dialect.Text(table)} AND position > {Claim} ORDER BY position",
            r => new ColumnDefinition(r.GetString(0), Enum.Parse<ColumnType>(r.GetString(1)), Enum.Parse<ColumnRole>(r.GetString(2)))
            {
                Additivity = Enum.Parse<Additivity>(r.GetString(3)),
                Nullable = r.GetBoolean(4),
                Description = r.GetString(5),
            },
            cancellationToken);
        if (noted.Count == 0)
        {
            return null;
        }

        // What somebody dropped is not there any more, whatever the notes say.
        var physical = await ReadColumnsAsync(session, dialect, table, cancellationToken);
        List<ColumnDefinition> columns = [.. noted.Where(c => physical.ContainsKey(dialect.Fit(c.Name))).Select(c => c with { Type = Reconcile(c.Type, physical[dialect.Fit(c.Name)]) })];
        return columns.Count == 0 ? null : new TableSchema(columns);
    }

    public static async Task WriteAsync(SqlSession session, SqlDialect dialect, string table, TableSchema schema, CancellationToken cancellationToken)
    {
        await DeleteAsync(session, dialect, table, cancellationToken);
        var rows = schema.Columns.Select((c, i) =>
            $"({dialect.Text(table)}, {dialect.Text(c.Name)}, {SqlDialect.Number(i)}, '{c.Type}', '{c.Role}', '{c.Additivity}', {dialect.Flag(c.Nullable)}, {dialect.Text(c.Description)})");
        await SqlRows.InsertAsync(session, dialect, $"{dialect.Table(SqlNames.Columns)} (table_name, column_name, position, type, role, additivity, nullable, description)", rows, cancellationToken);
    }

    public static Task DeleteAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken) =>
        session.ExecuteAsync($"DELETE FROM {dialect.Table(SqlNames.Columns)} WHERE table_name = {dialect.Text(table)}", cancellationToken);

    public static async Task<bool> IsClaimedAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken) =>
        (await session.RowsAsync($"SELECT table_name FROM {dialect.Table(SqlNames.Columns)} WHERE table_name = {dialect.Text(table)} AND position = {Claim}", r => r.GetString(0), cancellationToken)).Count > 0;

    /// <summary>Whether there are notes of a table, whatever became of it.</summary>
    public static async Task<bool> IsNotedAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken) =>
        (await session.RowsAsync($"SELECT table_name FROM {dialect.Table(SqlNames.Columns)} WHERE table_name = {dialect.Text(table)}", r => r.GetString(0), cancellationToken)).Count > 0;

    public static Task ClaimAsync(SqlSession session, SqlDialect dialect, string table, CancellationToken cancellationToken) =>
        session.ExecuteAsync($"INSERT INTO {dialect.Table(SqlNames.Columns)} (table_name, column_name, position, type, role, additivity, nullable, description) VALUES ({dialect.Text(table)}, '', {Claim}, '', '', '', {dialect.Flag(false)}, '')", cancellationToken);

    /// <summary>The tables with rows of DataSets, and how many columns each has.</summary>
    public static Task<List<(string Table, int Columns)>> ReadTablesAsync(SqlSession session, SqlDialect dialect, CancellationToken cancellationToken) =>
        session.RowsAsync(
            $"SELECT table_name, COUNT(*) FROM {dialect.Table(SqlNames.Columns)} WHERE position > {Claim} GROUP BY table_name ORDER BY table_name",
            r => (r.GetString(0), Convert.ToInt32(r.GetValue(1), System.Globalization.CultureInfo.InvariantCulture)),
            cancellationToken);

    // Engines without a type of their own for JSON keep it as text.
    private static ColumnType Reconcile(ColumnType noted, ColumnType? physical) => (noted, physical) switch
    {
        (ColumnType.Json, ColumnType.Text) or (_, null) => noted,
        _ => physical.Value,
    };
}
