using Microsoft.Data.Sqlite;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>DataSets.</summary>
public sealed class DataSetStore
{
    private const string Columns = "id, name, definition, table_name, created_at, updated_at";

    private readonly StoreDatabase _database;

    internal DataSetStore(StoreDatabase database) => _database = database;

    /// <summary>Adds a DataSet.</summary>
    public Task AddAsync(DataSetRecord dataSet, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        return NamedAsync(
            dataSet,
            c => c.Execute($"INSERT INTO datasets ({Columns}, name_key, table_key) VALUES ($id, $name, $definition, $table, $created, $updated, $key, $tableKey)", Values(dataSet)),
            cancellationToken);
    }

    /// <summary>Writes all of a DataSet.</summary>
    /// <returns>Whether there is such a DataSet.</returns>
    public Task<bool> UpdateAsync(DataSetRecord dataSet, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        return NamedAsync(
            dataSet,
            c => c.Execute(
                "UPDATE datasets SET name = $name, name_key = $key, definition = $definition, table_name = $table, table_key = $tableKey, created_at = $created, updated_at = $updated WHERE id = $id",
                Values(dataSet)) > 0,
            cancellationToken);
    }

    /// <summary>All DataSets by name.</summary>
    public Task<IReadOnlyList<DataSetRecord>> ListAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<DataSetRecord>>(c => c.Rows($"SELECT {Columns} FROM datasets ORDER BY name_key", Read), cancellationToken);

    /// <summary>The DataSet of that id.</summary>
    public Task<DataSetRecord?> GetAsync(string id, CancellationToken cancellationToken) =>
        _database.ReadAsync(c => c.Rows($"SELECT {Columns} FROM datasets WHERE id = $id", Read, ("$id", id)).FirstOrDefault(), cancellationToken);

    /// <summary>The DataSet of that name, ignoring case.</summary>
    public Task<DataSetRecord?> FindAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _database.ReadAsync(c => c.Rows($"SELECT {Columns} FROM datasets WHERE name_key = $key", Read, ("$key", StoreStatements.Key(name))).FirstOrDefault(), cancellationToken);
    }

    /// <summary>Removes a DataSet with its runs and partition states; the table stays.</summary>
    /// <returns>Whether there was such a DataSet.</returns>
    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) =>
        _database.WriteAsync(c => c.Execute("DELETE FROM datasets WHERE id = $id", ("$id", id)) > 0, cancellationToken);

    private async Task<T> NamedAsync<T>(DataSetRecord dataSet, Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        try
        {
            return await _database.WriteAsync(write, cancellationToken);
        }
        catch (SqliteException e) when (StoreErrors.IsTaken(e, "datasets.name_key"))
        {
            throw new TributaryException("dataset.name_taken", Fault.Setup, $"There is a DataSet named '{dataSet.Name}' already. Choose another name; upper and lower case do not count.", e);
        }
        catch (SqliteException e) when (StoreErrors.IsTaken(e, "datasets.table_key"))
        {
            throw new TributaryException("dataset.table_taken", Fault.Setup, $"The table '{dataSet.TableName}' belongs to another DataSet. Choose another table name.", e);
        }
    }

    private static (string, object?)[] Values(DataSetRecord d) =>
    [
        ("$id", d.Id),
        ("$name", d.Name),
        ("$key", StoreStatements.Key(d.Name)),
        ("$definition", d.Definition),
        ("$table", d.TableName),
        ("$tableKey", StoreStatements.Key(d.TableName)),
        ("$created", StoreStatements.Micros(d.CreatedAt)),
        ("$updated", StoreStatements.Micros(d.UpdatedAt)),
    ];

    private static DataSetRecord Read(SqliteDataReader r) => new(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.Instant(4), r.Instant(5));
}
