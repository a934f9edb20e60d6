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

    // Written into the file's header when its records have been carried over to another store: who had it open must not go on with it.
    private const long MovedAway = 1;

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
        try
        {
            var version = await VersionAsync(connection, cancellationToken);
            return version > StoreSchema.Version ? throw Newer(version) : new StoreTransaction(transaction, null);
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    public override async Task MigrateAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var (version, isMoved) = await HeaderAsync(connection, cancellationToken);
        if (version > StoreSchema.Version)
        {
            throw Newer(version);
        }

        if (version == StoreSchema.Version && !isMoved)
        {
            return;
        }

        await Command(connection, "PRAGMA journal_mode = WAL").ExecuteNonQueryAsync(cancellationToken);
        await using var transaction = ((SqliteConnection)connection).BeginTransaction(deferred: false);

        // Another process, of a newer program even, may have migrated while this one waited for the lock.
        (version, _) = await HeaderAsync(connection, cancellationToken);
        if (version > StoreSchema.Version)
        {
            throw Newer(version);
        }

        for (; version < StoreSchema.Version; version++)
        {
            await Command(connection, StoreSchema.Steps[version]).ExecuteNonQueryAsync(cancellationToken);
        }

        // Whoever opens a file that was moved away has put it back in its place.
        await Command(connection, $"PRAGMA user_version = {StoreSchema.Version}; PRAGMA application_id = 0").ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public override async Task<int> VersionAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var (version, isMoved) = await HeaderAsync(connection, cancellationToken);
        return isMoved
            ? throw new TributaryException("workspace.store_moved", Fault.Workspace, $"The workspace's records were moved to another store while this program was at work; it must not go on with the old ones: {Place}. Nothing was changed. Start it again.")
            : version;
    }

    public override Task LetGoAsync(DbConnection connection, CancellationToken cancellationToken) =>
        Command(connection, $"PRAGMA application_id = {MovedAway}").ExecuteNonQueryAsync(cancellationToken);

    private static async Task<(int Version, bool IsMoved)> HeaderAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "SELECT user_version, application_id FROM pragma_user_version, pragma_application_id");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt32(0), reader.GetInt64(1) == MovedAway);
    }

    /// <summary>Writes a copy as of one moment, while others read and write.</summary>
    public static async Task CopyAsync(DbConnection connection, string path, CancellationToken cancellationToken)
    {
        await using var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString());
        await copy.OpenAsync(cancellationToken);
        await Task.Run(() => ((SqliteConnection)connection).BackupDatabase(copy), cancellationToken);
        await Command(copy, $"{string.Join(' ', StoreCopy.OfTheLiving.Select(t => $"DELETE FROM {t};"))} PRAGMA wal_checkpoint(TRUNCATE)").ExecuteNonQueryAsync(cancellationToken);
    }

    public override Task<bool> IsCommittedAsync(DbConnection connection, string id, CancellationToken cancellationToken) => Task.FromResult(false);

    public override bool Owns(DbException error) => error is SqliteException;

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
