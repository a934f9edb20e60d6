using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>
/// Brings tables to the columns a commit needs. A table is never written anew: views over it and rights on it stay. So a new column may stand last in
/// the engine; the order of a table is the one noted.
/// </summary>
internal sealed class SqlEvolution(SqlSession session, SqlDialect dialect, string place, CancellationToken cancellationToken)
{
    /// <summary>The columns of a DataSet's table then: those it had and those wanted.</summary>
    /// <param name="existing">Those noted; null when there is no such table.</param>
    public async Task<TableSchema> EvolveAsync(string table, TableSchema? existing, TableSchema wanted, string description)
    {
        var schema = SchemaUnion.Of(existing ?? TableSchema.Empty, wanted);
        await ShapeAsync(table, schema, existing is null, description);
        if (description.Length > 0 && dialect.Comment(table, description) is { } comment)
        {
            // Only where it differs: writing it makes an automatic vacuum of the table give up.
            if (existing is null || dialect.ReadComment(table) is not { } read || await session.ScalarAsync(read, cancellationToken) as string != description)
            {
                await session.ExecuteAsync(comment, cancellationToken);
            }
        }

        foreach (var column in schema.Columns.Where(c => c.Description != (existing?.Find(c.Name)?.Description ?? "")))
        {
            if (dialect.Comment(table, column) is { } meaning)
            {
                await session.ExecuteAsync(meaning, cancellationToken);
            }
        }

        return schema;
    }

    /// <summary>Gives a table of what was replaced the columns it needs.</summary>
    public async Task FollowAsync(string table, TableSchema wanted)
    {
        var isNew = (await SqlNotes.ReadColumnsAsync(session, dialect, table, cancellationToken)).Count == 0;
        await ShapeAsync(table, wanted, isNew, "");
    }

    private async Task ShapeAsync(string table, TableSchema schema, bool isNew, string description)
    {
        if (schema.Columns.Count > dialect.MaxColumns)
        {
            throw new TributaryException("destination.too_many_columns", Fault.Setup, $"The table '{table}' needs {schema.Columns.Count} columns, and {place} holds at most {dialect.MaxColumns} in one. Nothing was changed. Read fewer goals or fields, or choose another destination for this DataSet.");
        }

        if (isNew)
        {
            await session.ExecuteAsync(dialect.CreateTable(table, schema, description), cancellationToken);
            return;
        }

        var physical = await SqlNotes.ReadColumnsAsync(session, dialect, table, cancellationToken);
        string? after = null;
        foreach (var column in schema.Columns)
        {
            if (!physical.TryGetValue(dialect.Fit(column.Name), out var type))
            {
                await session.ExecuteAsync(dialect.AddColumn(table, column, after), cancellationToken);
            }
            else if (type is { } was && dialect.TypeName(was) != dialect.TypeName(column.Type))
            {
                await WidenAsync(table, column, was);
            }

            after = column.Name;
        }
    }

    private async Task WidenAsync(string table, ColumnDefinition column, ColumnType from)
    {
        if (dialect.Widen(table, column, from) is { } inPlace)
        {
            await session.ExecuteAsync(inPlace, cancellationToken);
            return;
        }

        var wide = column with { Name = "_tributary_wide" };
        string old = dialect.Column(column.Name), anew = dialect.Column(wide.Name);
        if ((await SqlNotes.ReadColumnsAsync(session, dialect, table, cancellationToken)).ContainsKey(dialect.Fit(wide.Name)))
        {
            // Somebody was stopped at this very place.
            await session.ExecuteAsync($"ALTER TABLE {dialect.Table(table)} DROP COLUMN {anew}", cancellationToken);
        }

        await session.ExecuteAsync(dialect.AddColumn(table, wide, column.Name), cancellationToken);
        if (dialect.Convert(old, from, column.Type) is { } converted)
        {
            await session.ExecuteAsync($"UPDATE {dialect.Table(table)} SET {anew} = {converted}", cancellationToken);
        }
        else
        {
            await SpellAsync(table, old, anew);
        }

        foreach (var statement in dialect.TakePlace(table, column, wide.Name))
        {
            await session.ExecuteAsync(statement, cancellationToken);
        }
    }

    /// <summary>Numbers that the engine would spell in another way are spelled here, each different one once.</summary>
    private async Task SpellAsync(string table, string old, string anew)
    {
        var values = await session.RowsAsync($"SELECT DISTINCT {old} FROM {dialect.Table(table)} WHERE {old} IS NOT NULL", r => r.GetDouble(0), cancellationToken);
        foreach (var chunk in values.Chunk(dialect.StatementRows))
        {
            var cases = string.Join(' ', chunk.Select(v => $"WHEN {Exact(v)} THEN {dialect.Text(ColumnText.Format(v))}"));
            await session.ExecuteAsync($"UPDATE {dialect.Table(table)} SET {anew} = CASE {old} {cases} END WHERE {old} IN ({string.Join(", ", chunk.Select(Exact))})", cancellationToken);
        }
    }

    private static string Exact(double value) => value.ToString("E16", CultureInfo.InvariantCulture);
}
