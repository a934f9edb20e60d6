using Tributary.Model;

namespace Tributary.Store;

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

    /// <summary>The columns that had values in every run so far; empty while there were too few runs to say.</summary>
    public async Task<IReadOnlySet<string>> ReadSteadyAsync(string dataSetId, CancellationToken cancellationToken) => (await store.ReadAsync(
        "SELECT c.name FROM column_runs c JOIN column_runs t ON t.dataset_id = c.dataset_id AND t.name = '' WHERE c.dataset_id = @dataset AND c.name <> '' AND c.runs = t.runs AND t.runs >= @fewest",
        [("dataset", dataSetId), ("fewest", FewestRuns)],
        r => r.GetString(0),
        cancellationToken)).ToHashSet(StringComparer.OrdinalIgnoreCase);

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
