using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>Brings the stored rows to the columns a commit needs. What readers see has its columns chosen by the view, so a widened column is filled beside the old one, which goes later.</summary>
internal sealed class ClickHouseEvolution(ClickHouseServer server, ClickHouseDialect dialect, string table, CancellationToken cancellationToken)
{
    private const int SpelledAtOnce = 2_000;
    private const string AtOnce = "SETTINGS mutations_sync = 2";

    private readonly string _rows = dialect.Rows(table);

    public async Task<(IReadOnlyList<ClickHouseColumn> Columns, bool IsChanged)> EvolveAsync(IReadOnlyList<ClickHouseColumn>? existing, TableSchema wanted)
    {
        var before = existing?.ToDictionary(c => c.Column.Name, StringComparer.Ordinal) ?? [];
        var schema = SchemaUnion.Of(existing is null ? TableSchema.Empty : new TableSchema([.. existing.Select(c => c.Column)]), wanted);
        var there = (await server.RowsAsync($"SELECT name FROM system.columns WHERE database = {ClickHouseDialect.Text(server.Database)} AND table = {ClickHouseDialect.Text(ClickHouseDialect.Fit("_tributary_rows_" + table))}", r => r.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var columns = schema.Columns.Select(c => new ClickHouseColumn(c, NameOf(c, before.GetValueOrDefault(c.Name)))).ToList();
        if (there.Count == 0)
        {
            await CreateAsync(columns);
            return (columns, true);
        }

        foreach (var column in columns)
        {
            var old = before.GetValueOrDefault(column.Column.Name);
            var isNew = old?.Name != column.Name;
            if (isNew && there.Contains(column.Name))
            {
                // Somebody was stopped before what is written now was committed.
                await server.ExecuteAsync($"ALTER TABLE {_rows} DROP COLUMN {ClickHouseDialect.Quote(column.Name)} {AtOnce}", cancellationToken);
            }

            if (isNew)
            {
                await server.ExecuteAsync($"ALTER TABLE {_rows} ADD COLUMN {Clause(column)}", cancellationToken);
            }

            if (isNew && old is not null)
            {
                await FillAsync(old, column);
            }
        }

        return (columns, existing is null || !existing.SequenceEqual(columns));
    }

    private static string NameOf(ColumnDefinition column, ClickHouseColumn? before) =>
        before is not null && ClickHouseDialect.TypeName(before.Column.Type) == ClickHouseDialect.TypeName(column.Type) ? before.Name
        : before is null ? ClickHouseDialect.Fit(column.Name)
        : ClickHouseDialect.Fit($"{column.Name} as {column.Type}");

    private Task CreateAsync(IEnumerable<ClickHouseColumn> columns)
    {
        var order = columns.Select(c => c.Name).Where(n => n is "site_id" or "period_start");
        return server.ExecuteAsync(
            $"CREATE TABLE {_rows} ({string.Join(", ", columns.Select(Clause))}, {ClickHouseDialect.Commit} UInt64, INDEX by_commit {ClickHouseDialect.Commit} TYPE minmax) ENGINE = MergeTree ORDER BY ({string.Join(", ", order)})",
            cancellationToken);
    }

    private static string Clause(ClickHouseColumn column) =>
        $"{ClickHouseDialect.Quote(column.Name)} {ClickHouseDialect.TypeName(column.Column)}{(column.Column.Description.Length > 0 ? $" COMMENT {ClickHouseDialect.Text(column.Column.Description)}" : "")}";

    private async Task FillAsync(ClickHouseColumn old, ClickHouseColumn anew)
    {
        string from = ClickHouseDialect.Quote(old.Name), to = ClickHouseDialect.Quote(anew.Name);
        if (ClickHouseDialect.Convert(from, old.Column.Type, anew.Column.Type) is { } converted)
        {
            await server.ExecuteAsync($"ALTER TABLE {_rows} UPDATE {to} = {converted} WHERE isNotNull({from}) {AtOnce}", cancellationToken);
            return;
        }

        var values = await server.RowsAsync($"SELECT DISTINCT {from} FROM {_rows} WHERE isNotNull({from})", r => r.GetDouble(0), cancellationToken);
        foreach (var chunk in values.Chunk(SpelledAtOnce))
        {
            var numbers = string.Join(", ", chunk.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
            var texts = string.Join(", ", chunk.Select(v => ClickHouseDialect.Text(ColumnText.Format(v))));
            await server.ExecuteAsync($"ALTER TABLE {_rows} UPDATE {to} = transform(assumeNotNull({from}), CAST([{numbers}] AS Array(Float64)), [{texts}], '') WHERE {from} IN (CAST([{numbers}] AS Array(Float64))) {AtOnce}", cancellationToken);
        }
    }
}
