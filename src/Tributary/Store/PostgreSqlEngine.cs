using System.Data.Common;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Npgsql;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>A store in a schema of a PostgreSQL, for one node or many.</summary>
internal sealed class PostgreSqlEngine : StoreEngine
{
    private readonly StoreAddress _address;
    private readonly NpgsqlDataSource _source;
    private readonly bool _ownClock;
    private readonly long _alone;
    private readonly long _form;

    /// <param name="address">Where it is.</param>
    /// <param name="ownClock">Whether the server's clock is the one that counts; else that of whoever asks.</param>
    public PostgreSqlEngine(StoreAddress address, bool ownClock = true)
    {
        _address = address;
        _ownClock = ownClock;
        _source = NpgsqlDataSource.Create(address.ToConnectionString());
        _alone = KeyOf($"tributary/{address.Schema}/alone");
        _form = KeyOf($"tributary/{address.Schema}/form");
    }

    public override string Place => _address.ToString();

    public override bool IsShared => true;

    public override string Host => ProcessIdentity.Machine;

    // Six renewals of a heartbeat's length: long enough for a server that is started anew, short enough for a schedule by the minute.
    public override TimeSpan LockLifetime { get; } = TimeSpan.FromSeconds(20);

    public override string Now => _ownClock ? "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)" : "CAST(@now AS BIGINT)";

    public override async Task<DbConnection> ConnectAsync(CancellationToken cancellationToken) => await _source.OpenConnectionAsync(cancellationToken);

    /// <remarks>
    /// Changes that must be alone take one lock of the server for the length of their transaction, which makes them serial as SQLite's are. Every statement
    /// sees what was committed before it began (read committed), so what is read behind the lock is what the change before it left.
    /// All share a second lock that a migration has for itself: no change is begun by a program of one version and ended in the form of another.
    /// </remarks>
    /// <exception cref="TributaryException">A newer program has migrated the store.</exception>
    public override async Task<StoreTransaction> BeginAsync(DbConnection connection, bool alone, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken);
        try
        {
            await using var begin = connection.Command(
                $"SELECT pg_advisory_xact_lock_shared(@form);{(alone ? " SELECT pg_advisory_xact_lock(@alone);" : "")} SELECT CAST(pg_current_xact_id() AS TEXT), version FROM store_version",
                [("form", _form), .. alone ? [("alone", _alone)] : Array.Empty<(string, object?)>()],
                transaction);
            await using var told = await begin.ExecuteReaderAsync(cancellationToken);
            await told.NextResultAsync(cancellationToken);
            if (alone)
            {
                await told.NextResultAsync(cancellationToken);
            }

            await told.ReadAsync(cancellationToken);
            var version = told.GetInt32(1);
            return version <= StoreSchema.Version ? new StoreTransaction(transaction, told.GetString(0)) : throw Newer(version);
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether the transaction was committed. One that is still under way has lost its client, and ends as soon as the server sees that.</summary>
    public override async Task<bool> IsCommittedAsync(DbConnection connection, string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (await connection.Command("SELECT pg_xact_status(CAST(@id AS xid8))", [("id", id)]).ExecuteScalarAsync(cancellationToken))
            {
                case "committed":
                    return true;
                case "in progress":
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
                    continue;
                default:
                    return false;
            }
        }
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

        // Nobody is in the midst of a change, and of several nodes that start together one migrates.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken);
        await connection.Command("SELECT pg_advisory_xact_lock(@form)", [("form", _form)], transaction).ExecuteNonQueryAsync(cancellationToken);
        if (version == 0)
        {
            await connection.Command(
                $"""
                CREATE SCHEMA IF NOT EXISTS "{_address.Schema}";
                CREATE TABLE IF NOT EXISTS store_version (version BIGINT NOT NULL);
                INSERT INTO store_version (version) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM store_version);
                """,
                [],
                transaction).ExecuteNonQueryAsync(cancellationToken);
        }

        version = await VersionAsync(connection, cancellationToken);
        if (version > StoreSchema.Version)
        {
            throw Newer(version);
        }

        for (; version < StoreSchema.Version; version++)
        {
            await connection.Command(PostgreSqlSchema.Of(StoreSchema.Steps[version]), [], transaction).ExecuteNonQueryAsync(cancellationToken);
        }

        await connection.Command("UPDATE store_version SET version = @version", [("version", StoreSchema.Version)], transaction).ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public override async Task<int> VersionAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return Convert.ToInt32(await connection.Command("SELECT coalesce(max(version), 0) FROM store_version", []).ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return 0;
        }
    }

    public override Task StayAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken) =>
        connection.Command("SET LOCAL idle_in_transaction_session_timeout = 0", [], transaction).ExecuteNonQueryAsync(cancellationToken);

    public override bool Owns(DbException error) => error is NpgsqlException;

    public override TributaryException FailureOf(DbException error) => PostgreSqlErrors.Of(error, Place);

    public override bool MayRepeat(DbException error) => PostgreSqlErrors.IsPassing(error);

    public override void Close() => _source.Clear();

    /// <summary>Gives the store's schema another name, under which nobody looks for it.</summary>
    public async Task<string> SetAsideAsync(string suffix, CancellationToken cancellationToken)
    {
        var name = $"{_address.Schema}_{suffix}";
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await connection.Command($"ALTER SCHEMA \"{_address.Schema}\" RENAME TO \"{name}\"", []).ExecuteNonQueryAsync(cancellationToken);
        return name;
    }

    public override async Task InsertAsync(DbConnection connection, DbTransaction transaction, string table, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        await using var import = await ((NpgsqlConnection)connection).BeginBinaryImportAsync($"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            await import.StartRowAsync(cancellationToken);
            foreach (var value in row)
            {
                await (value switch
                {
                    null => import.WriteNullAsync(cancellationToken),
                    long number => import.WriteAsync(number, cancellationToken),
                    double number => import.WriteAsync(number, cancellationToken),
                    byte[] bytes => import.WriteAsync(bytes, cancellationToken),
                    _ => import.WriteAsync((string)value, cancellationToken),
                });
            }
        }

        await import.CompleteAsync(cancellationToken);
    }

    public override string Json(string document, params string[] path) => $"CAST({document} AS JSON) #>> '{{{string.Join(',', path)}}}'";

    public override string JsonPart(string document, params string[] path) => $"CAST(CAST({document} AS JSON) #> '{{{string.Join(',', path)}}}' AS TEXT)";

    public override string JsonLength(string document, string list) => $"json_array_length(CAST({document} AS JSON) -> '{list}')";

    public override string JsonItems(string document, string list, string alias) => $"json_array_elements(CAST({document} AS JSON) -> '{list}') {alias}(value)";

    public override string By(string index) => "";

    private static long KeyOf(string name) => (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(name));

    public override void Dispose() => _source.Dispose();
}
