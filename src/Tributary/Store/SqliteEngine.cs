using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Tributary.Model;

namespace Tributary.Store;

/// <summary><c>tributary.db</c>: SQLite, one file. Several processes of one machine may use it at once.</summary>
internal sealed class SqliteEngine : StoreEngine
{
    // How long a process waits for another that writes. A write takes milliseconds.
    private const int BusySeconds = 30;
    private const int BusyMilliseconds = BusySeconds * 1000;

    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Writers = new(StringComparer.Ordinal);

    private readonly string _connectionString;

    public SqliteEngine(string path)
    {
        Place = path;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, ForeignKeys = true, DefaultTimeout = BusySeconds }.ToString();
    }

    /// <summary>The file.</summary>
    public override string Place { get; }

    public override bool IsShared => false;

    public override string Host => Environment.MachineName;

    public override TimeSpan LockLifetime { get; } = TimeSpan.FromMinutes(1);

    public override string Now => "@now";

    // Those of one process wait here in turn. SQLite's own wait holds a thread of the pool each, wakes by chance, and under load somebody's time runs out.
    public override SemaphoreSlim Turn => Writers.GetOrAdd(Place, _ => new SemaphoreSlim(1, 1));

    public override async Task<DbConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);

            // SQLite's own wait takes its turn within milliseconds; the driver's, which is all there is without it, looks every 150 ms and goes short under load.
            await Command(connection, $"PRAGMA busy_timeout = {BusyMilliseconds}").ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // Immediate: a deferred transaction that turns to writing later fails at once when another writes, whatever the time-out.
    public override async Task<StoreTransaction> BeginAsync(DbConnection connection, bool alone, CancellationToken cancellationToken)
    {
        var transaction = ((SqliteConnection)connection).BeginTransaction(deferred: false);
        if (await VersionAsync(connection, cancellationToken) is var version && version > StoreSchema.Version)
        {
            await transaction.DisposeAsync();
            throw Newer(version);
        }

        return new StoreTransaction(transaction, null);
    }

    public override async Task MigrateAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(connection, cancellationToken);
        if (version > StoreSchema.Version)
        {
            throw Newer(version);
        }

        if (version == StoreSchema.Version)
        {
            return;
        }

        await Command(connection, "PRAGMA journal_mode = WAL").ExecuteNonQueryAsync(cancellationToken);
        await using var transaction = ((SqliteConnection)connection).BeginTransaction(deferred: false);

        // Another process may have migrated while this one waited for the lock.
        for (version = await VersionAsync(connection, cancellationToken); version < StoreSchema.Version; version++)
        {
            await Command(connection, StoreSchema.Steps[version]).ExecuteNonQueryAsync(cancellationToken);
        }

        await Command(connection, $"PRAGMA user_version = {StoreSchema.Version}").ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public override async Task<int> VersionAsync(DbConnection connection, CancellationToken cancellationToken) =>
        Convert.ToInt32(await Command(connection, "PRAGMA user_version").ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>Writes a copy as of one moment, while others read and write.</summary>
    public static async Task CopyAsync(DbConnection connection, string path, CancellationToken cancellationToken)
    {
        await using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString());
        await copy.OpenAsync(cancellationToken);
        await Task.Run(() => ((SqliteConnection)connection).BackupDatabase(copy), cancellationToken);
        await Command(copy, $"{string.Join(' ', StoreCopy.OfTheLiving.Select(t => $"DELETE FROM {t};"))} PRAGMA wal_checkpoint(TRUNCATE)").ExecuteNonQueryAsync(cancellationToken);
    }

    public override Task<bool> IsCommittedAsync(DbConnection connection, string id, CancellationToken cancellationToken) => Task.FromResult(false);

    public override TributaryException FailureOf(DbException error) => SqliteErrors.Of((SqliteException)error, Place);

    public override bool MayRepeat(DbException error) => false;

    public override void Close()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    public override async Task InsertAsync(DbConnection connection, DbTransaction transaction, string table, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        await using var insert = connection.Command(
            $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(c => "@" + c))})", [.. columns.Select(c => (c, (object?)null))], transaction);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            for (var i = 0; i < columns.Count; i++)
            {
                insert.Set(columns[i], row[i]);
            }

            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public override void Dispose()
    {
        // Connections are pooled by the driver, for all stores of the process.
    }

    public override string Json(string document, params string[] path) => $"CAST({document} ->> '$.{string.Join('.', path)}' AS TEXT)";

    public override string JsonPart(string document, params string[] path) => $"{document} -> '$.{string.Join('.', path)}'";

    public override string JsonLength(string document, string list) => $"json_array_length({document}, '$.{list}')";

    public override string JsonItems(string document, string list, string alias) => $"json_each({document}, '$.{list}') {alias}";

    public override string By(string index) => $" INDEXED BY {index}";

    private static DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
