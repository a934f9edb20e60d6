using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>A DataSet as it is stored.</summary>
internal sealed record DataSetRecord(string Id, string Table, DataSetDefinition Definition);

/// <summary>The DataSets of a workspace.</summary>
internal sealed class DataSetStore(StoreDatabase store, TimeProvider clock)
{
    /// <summary>The code of a change that was made from what is not stored any more.</summary>
    public const string ChangedMeanwhile = "dataset.changed_meanwhile";

    /// <summary>Adds a DataSet. A table nobody named is derived from the name, and numbered when it is taken.</summary>
    /// <param name="definition">What it is.</param>
    /// <param name="table">The table asked for; null derives one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">The name or the table is taken.</exception>
    public Task<DataSetRecord> AddAsync(DataSetDefinition definition, string? table, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            if (await ExistsAsync(connection, transaction, "name_key = @value", NameKey.Of(definition.Name), cancellationToken))
            {
                throw new InputException("NAME", $"There is a DataSet named '{definition.Name}' already. Choose another name.");
            }

            if (table is not null && await ExistsAsync(connection, transaction, "lower(table_name) = lower(@value)", table, cancellationToken))
            {
                throw new InputException("--table", $"The table '{table}' belongs to another DataSet. Choose another table.");
            }

            var record = new DataSetRecord(Guid.CreateVersion7(clock.GetUtcNow()).ToString(), table ?? await FreeTableAsync(connection, transaction, definition.Name, cancellationToken), definition);
            await connection.Command(
                "INSERT INTO datasets (id, name, name_key, table_name, account_id, definition, created_at, updated_at) VALUES (@id, @name, @key, @table, @account, @definition, @now, @now)",
                [("id", record.Id), ("name", definition.Name), ("key", NameKey.Of(definition.Name)), ("table", record.Table), ("account", definition.AccountId), ("definition", StoreJson.Write(definition)), ("now", clock.GetUtcNow().ToMicroseconds())],
                transaction).ExecuteNonQueryAsync(cancellationToken);
            return record;
        },
        cancellationToken);

    /// <summary>Stores another definition of a DataSet; its table stays, and where it is written: only <see cref="SetDestinationAsync"/> changes that.</summary>
    /// <param name="id">The DataSet.</param>
    /// <param name="seen">The definition that the other was made from.</param>
    /// <param name="definition">The other.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The definition as it is stored now.</returns>
    /// <exception cref="InputException">The name is taken by another, or the DataSet was deleted.</exception>
    /// <exception cref="TributaryException"><c>dataset.changed_meanwhile</c>: what is stored is not what was seen; nothing was written.</exception>
    public Task<DataSetDefinition> UpdateAsync(string id, DataSetDefinition seen, DataSetDefinition definition, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            var stored = await ReadDefinitionAsync(connection, transaction, id, cancellationToken) ?? throw new InputException("NAME", $"There is no DataSet '{seen.Name}' any more: somebody deleted it.");
            RefuseChanged(stored, seen);
            if (await connection.Command("SELECT 1 FROM datasets WHERE name_key = @key AND id <> @id", [("key", NameKey.Of(definition.Name)), ("id", id)], transaction).ExecuteScalarAsync(cancellationToken) is not null)
            {
                throw new InputException("--rename", $"There is a DataSet named '{definition.Name}' already. Choose another name.");
            }

            // Whoever edits may have read it before it was moved.
            var written = definition with { DestinationId = stored.DestinationId };
            await connection.Command(
                "UPDATE datasets SET name = @name, name_key = @key, account_id = @account, definition = @definition, updated_at = @now WHERE id = @id",
                [("id", id), ("name", written.Name), ("key", NameKey.Of(written.Name)), ("account", written.AccountId), ("definition", StoreJson.Write(written)), ("now", clock.GetUtcNow().ToMicroseconds())],
                transaction).ExecuteNonQueryAsync(cancellationToken);
            return written;
        },
        cancellationToken);

    /// <summary>Refuses what was made from another definition than the stored one. Where it is written does not count: that is changed by moving alone.</summary>
    /// <exception cref="TributaryException"><c>dataset.changed_meanwhile</c></exception>
    public static void RefuseChanged(DataSetDefinition stored, DataSetDefinition seen)
    {
        if (StoreJson.Write(stored) != StoreJson.Write(seen with { DestinationId = stored.DestinationId }))
        {
            throw new TributaryException(ChangedMeanwhile, Fault.Setup, $"'{seen.Name}' was changed by somebody else meanwhile. Nothing was saved, so that their change is not lost: load it again, and make yours on top.");
        }
    }

    /// <summary>All DataSets by name.</summary>
    public Task<List<DataSetRecord>> ListAsync(CancellationToken cancellationToken) =>
        store.ReadAsync("SELECT id, table_name, definition FROM datasets ORDER BY name_key", [], Read, cancellationToken);

    /// <summary>The DataSet of that name, ignoring case; null when there is none.</summary>
    public async Task<DataSetRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT id, table_name, definition FROM datasets WHERE name_key = @key", [("key", NameKey.Of(name))], Read, cancellationToken)).FirstOrDefault();

    /// <summary>The DataSet of that id or table; null when there is none.</summary>
    public async Task<DataSetRecord?> FindByIdOrTableAsync(string idOrTable, CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT id, table_name, definition FROM datasets WHERE id = @given OR lower(table_name) = lower(@given)", [("given", idOrTable)], Read, cancellationToken)).FirstOrDefault();

    /// <summary>Puts a DataSet on another account.</summary>
    public Task SetAccountAsync(string id, string accountId, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            // Read inside the transaction: what another process changed of the definition must stay.
            if (await ReadDefinitionAsync(connection, transaction, id, cancellationToken) is { } definition)
            {
                await connection.Command(
                    "UPDATE datasets SET account_id = @account, definition = @definition, updated_at = @now WHERE id = @id",
                    [("account", accountId), ("definition", StoreJson.Write(definition with { AccountId = accountId })), ("now", clock.GetUtcNow().ToMicroseconds()), ("id", id)],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
            }

            return true;
        },
        cancellationToken);

    /// <summary>Has a DataSet written to another destination, for a run that moved it.</summary>
    /// <param name="id">The DataSet.</param>
    /// <param name="destinationId">The other destination; null for the embedded one.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False where that run does not have the DataSet any more; nothing was changed then.</returns>
    public Task<bool> SetDestinationAsync(string id, string? destinationId, string runId, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            if (await connection.Command("SELECT 1 FROM run_locks WHERE dataset_id = @id AND owner = @run", [("id", id), ("run", runId)], transaction).ExecuteScalarAsync(cancellationToken) is null
                || await ReadDefinitionAsync(connection, transaction, id, cancellationToken) is not { } definition)
            {
                return false;
            }

            await connection.Command(
                "UPDATE datasets SET definition = @definition, updated_at = @now WHERE id = @id",
                [("definition", StoreJson.Write(definition with { DestinationId = destinationId })), ("now", clock.GetUtcNow().ToMicroseconds()), ("id", id)],
                transaction).ExecuteNonQueryAsync(cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>The DataSet of that id; null when there is none.</summary>
    public async Task<DataSetRecord?> GetAsync(string id, CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT id, table_name, definition FROM datasets WHERE id = @id", [("id", id)], Read, cancellationToken)).FirstOrDefault();

    /// <summary>The names, as they are compared, and tables that are taken.</summary>
    public Task<List<(string NameKey, string Table)>> ReadTakenAsync(CancellationToken cancellationToken) =>
        store.ReadAsync("SELECT name_key, table_name FROM datasets", [], r => (r.GetString(0), r.GetString(1)), cancellationToken);

    /// <summary>Deletes a DataSet with its runs and partition states.</summary>
    public Task DeleteAsync(string id, CancellationToken cancellationToken) =>
        store.ExecuteAsync("DELETE FROM datasets WHERE id = @id", [("id", id)], cancellationToken);

    private static async Task<DataSetDefinition?> ReadDefinitionAsync(DbConnection connection, DbTransaction transaction, string id, CancellationToken cancellationToken) =>
        await connection.Command("SELECT definition FROM datasets WHERE id = @id", [("id", id)], transaction).ExecuteScalarAsync(cancellationToken) is string definition ? StoreJson.Read<DataSetDefinition>(definition) : null;

    private static async Task<string> FreeTableAsync(DbConnection connection, DbTransaction transaction, string name, CancellationToken cancellationToken)
    {
        foreach (var table in TableNames.CandidatesOf(name))
        {
            if (!await ExistsAsync(connection, transaction, "lower(table_name) = lower(@value)", table, cancellationToken))
            {
                return table;
            }
        }

        throw new InvalidOperationException("The candidates have no end.");
    }

    private static async Task<bool> ExistsAsync(DbConnection connection, DbTransaction transaction, string condition, string value, CancellationToken cancellationToken) =>
        await connection.Command($"SELECT 1 FROM datasets WHERE {condition}", [("value", value)], transaction).ExecuteScalarAsync(cancellationToken) is not null;

    private static DataSetRecord Read(DbDataReader r) => new(r.GetString(0), r.GetString(1), StoreJson.Read<DataSetDefinition>(r.GetString(2)));
}
