using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>The workspace's own records: <c>tributary.db</c>, SQLite. Connections are short; several processes may use it at once.</summary>
internal sealed class StoreDatabase
{
    // How long a process waits for another that writes. A write takes milliseconds.
    private const int BusySeconds = 30;
    private const int BusyMilliseconds = BusySeconds * 1000;

    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Writers = new(StringComparer.Ordinal);

    private readonly string _path;
    private readonly string _connectionString;

    private StoreDatabase(string path)
    {
        _path = path;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, ForeignKeys = true, DefaultTimeout = BusySeconds }.ToString();
    }

    /// <summary>The file.</summary>
    public string Path => _path;

    /// <summary>Opens the store, creating it or bringing it to this program's version.</summary>
    /// <exception cref="TributaryException">The store is of a newer version, damaged, locked or cannot be written.</exception>
    public static async Task<StoreDatabase> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var store = new StoreDatabase(path);
        await store.MigrateAsync(cancellationToken);
        return store;
    }

    /// <summary>Does something with a connection; its failures are told as the workspace's.</summary>
    public async Task<T> UseAsync<T>(Func<SqliteConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new SqliteConnection(_connectionString);
            await connection.OpenAsync(cancellationToken);

            // SQLite's own wait takes its turn within milliseconds; the driver's, which is all there is without it, looks every 150 ms and goes short under load.
            await connection.Command($"PRAGMA busy_timeout = {BusyMilliseconds}", []).ExecuteNonQueryAsync(cancellationToken);
            return await use(connection);
        }
        catch (SqliteException error)
        {
            throw StoreErrors.Of(error, _path);
        }
    }

    /// <summary>Does something in one transaction.</summary>
    public Task<T> ChangeAsync<T>(Func<SqliteConnection, SqliteTransaction, Task<T>> change, CancellationToken cancellationToken) => WriteAsync(
        async connection =>
        {
            // Immediate: a deferred transaction that turns to writing later fails at once when another writes, whatever the time-out.
            await using var transaction = connection.BeginTransaction(deferred: false);
            var result = await change(connection, transaction);
            await transaction.CommitAsync(cancellationToken);
            return result;
        },
        cancellationToken);

    /// <summary>Runs one statement and returns the rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken) =>
        WriteAsync(connection => connection.Command(sql, parameters).ExecuteNonQueryAsync(cancellationToken), cancellationToken);

    // Those of one process wait here in turn. SQLite's own wait holds a thread of the pool each, wakes by chance, and under load somebody's time runs out.
    private async Task<T> WriteAsync<T>(Func<SqliteConnection, Task<T>> write, CancellationToken cancellationToken)
    {
        var turn = Writers.GetOrAdd(_path, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await UseAsync(write, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Reads all rows of a query.</summary>
    public Task<List<T>> ReadAsync<T>(string sql, (string Name, object? Value)[] parameters, Func<SqliteDataReader, T> read, CancellationToken cancellationToken) =>
        UseAsync(connection => RowsAsync(connection, sql, parameters, read, cancellationToken), cancellationToken);

    /// <summary>Runs one statement that changes rows and returns something of each (<c>RETURNING</c>).</summary>
    public Task<List<T>> ChangeAsync<T>(string sql, (string Name, object? Value)[] parameters, Func<SqliteDataReader, T> read, CancellationToken cancellationToken) =>
        WriteAsync(connection => RowsAsync(connection, sql, parameters, read, cancellationToken), cancellationToken);

    private static async Task<List<T>> RowsAsync<T>(SqliteConnection connection, string sql, (string Name, object? Value)[] parameters, Func<SqliteDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Writes a copy as of one moment, while others read and write. What belongs to living processes is left out: nobody lives in a copy.</summary>
    /// <param name="path">The new file.</param>
    /// <param name="cancellationToken">Cancels between the steps.</param>
    public Task<bool> CopyAsync(string path, CancellationToken cancellationToken) => UseAsync(
        async connection =>
        {
            await using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString());
            await copy.OpenAsync(cancellationToken);
            await Task.Run(() => connection.BackupDatabase(copy), cancellationToken);
            await copy.Command("DELETE FROM run_locks; DELETE FROM workers; PRAGMA wal_checkpoint(TRUNCATE)", []).ExecuteNonQueryAsync(cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Lets the file go, with what SQLite keeps beside it. Nothing else may use the store then.</summary>
    public async Task CloseAsync()
    {
        await ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)", [], CancellationToken.None);
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private Task<bool> MigrateAsync(CancellationToken cancellationToken) => UseAsync(
        async connection =>
        {
            var version = Convert.ToInt32(await connection.Command("PRAGMA user_version", []).ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
            if (version > StoreSchema.Version)
            {
                throw new TributaryException(
                    "workspace.newer_version",
                    Fault.Workspace,
                    $"The workspace was written by a newer Tributary (its records have version {version}, this one knows {StoreSchema.Version}): {_path}. Nothing was changed. Use that newer version, or another workspace.");
            }

            if (version == StoreSchema.Version)
            {
                return true;
            }

            await connection.Command("PRAGMA journal_mode = WAL", []).ExecuteNonQueryAsync(cancellationToken);
            await using var transaction = connection.BeginTransaction(deferred: false);

            // Another process may have migrated while this one waited for the lock.
            version = Convert.ToInt32(await connection.Command("PRAGMA user_version", [], transaction).ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
            for (; version < StoreSchema.Version; version++)
            {
                await connection.Command(StoreSchema.Steps[version], [], transaction).ExecuteNonQueryAsync(cancellationToken);
            }

            await connection.Command($"PRAGMA user_version = {StoreSchema.Version}", [], transaction).ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        },
        cancellationToken);
}
