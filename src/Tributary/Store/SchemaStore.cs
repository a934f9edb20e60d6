using Tributary.Model;

namespace Tributary.Store;

/// <summary>What the runs of a DataSet so far say of its columns.</summary>
/// <param name="Steady">Columns that had values in every run; empty while there were too few runs to say.</param>
/// <param name="AreNew">Whether no run brought rows since the DataSet was made, or changed in what it brings.</param>
/// <param name="ShapedAt">When a person last changed what its rows or columns are, UTC; null when nobody did.</param>
internal sealed record ColumnsKnown(IReadOnlySet<string> Steady, bool AreNew, DateTimeOffset? ShapedAt);

/// <summary>How the columns of each table came to be, and which of them every run brings.</summary>
internal sealed class SchemaStore(StoreDatabase store, TimeProvider clock)
{
    // Fewer runs do not tell what is always there from what is there by chance.
    private const int FewestRuns = 3;

    /// <summary>Adds a version of a table's columns.</summary>
    public Task AddAsync(string dataSetId, string runId, IReadOnlyList<SchemaChange> changes, IReadOnlyList<ColumnDefinition> columns, CancellationToken cancellationToken) => store.ExecuteAsync(
        "INSERT INTO schema_changes (dataset_id, run_id, at, changes, columns) VALUES (@dataset, @run, @at, @changes, @columns)",
        [("dataset", dataSetId), ("run", runId), ("at", clock.GetUtcNow().ToMicroseconds()), ("changes", StoreJson.Write(changes)), ("columns", StoreJson.Write(columns))],
        cancellationToken);

    /// <summary>The versions of a table's columns, oldest first.</summary>
    public Task<List<SchemaVersion>> ReadAsync(string dataSetId, CancellationToken cancellationToken) => store.ReadAsync(
        "SELECT run_id, at, changes, columns FROM schema_changes WHERE dataset_id = @dataset ORDER BY at, rowid",
        [("dataset", dataSetId)],
        r => new SchemaVersion(r.GetString(0), r.Instant(1)!.Value, StoreJson.Read<List<SchemaChange>>(r.GetString(2)), StoreJson.Read<List<ColumnDefinition>>(r.GetString(3))),
        cancellationToken);

    /// <summary>What the runs so far say of the columns.</summary>
    public async Task<ColumnsKnown> ReadKnownAsync(string dataSetId, CancellationToken cancellationToken)
    {
        var counted = await store.ReadAsync("SELECT name, runs FROM column_runs WHERE dataset_id = @dataset", [("dataset", dataSetId)], r => (Name: r.GetString(0), Runs: r.GetInt64(1)), cancellationToken);
        var runs = counted.FirstOrDefault(c => c.Name.Length == 0).Runs;
        var shaped = await store.ReadAsync("SELECT shaped_at FROM datasets WHERE id = @dataset", [("dataset", dataSetId)], r => r.Instant(0), cancellationToken);
        return new ColumnsKnown(
            counted.Where(c => c.Name.Length > 0 && c.Runs == runs && runs >= FewestRuns).Select(c => c.Name).ToHashSet(StringComparer.OrdinalIgnoreCase),
            runs == 0,
            shaped.FirstOrDefault());
    }

    /// <summary>Forgets which columns runs brought, because a person changed what they bring.</summary>
    public Task ForgetAsync(string dataSetId, CancellationToken cancellationToken) => store.TogetherAsync(
        async (connection, transaction) =>
        {
            await connection.Command("DELETE FROM column_runs WHERE dataset_id = @dataset", [("dataset", dataSetId)], transaction).ExecuteNonQueryAsync(cancellationToken);
            await connection.Command("UPDATE datasets SET shaped_at = @now WHERE id = @dataset", [("dataset", dataSetId), ("now", clock.GetUtcNow().ToMicroseconds())], transaction).ExecuteNonQueryAsync(cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Counts a run that brought rows, and the columns that had values in it.</summary>
    public Task CountAsync(string dataSetId, IEnumerable<string> columns, CancellationToken cancellationToken) => store.TogetherAsync(
        async (connection, transaction) =>
        {
            foreach (var name in columns.Prepend(""))
            {
                await connection.Command(
                    "INSERT INTO column_runs (dataset_id, name, runs) VALUES (@dataset, @name, 1) ON CONFLICT (dataset_id, name) DO UPDATE SET runs = column_runs.runs + 1",
                    [("dataset", dataSetId), ("name", name.ToLowerInvariant())],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
            }

            return true;
        },
        cancellationToken);
}
