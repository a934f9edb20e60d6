using System.Buffers.Binary;
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.PostgreSql;

/// <summary>One schema of a PostgreSQL database.</summary>
internal sealed class PostgreSqlEngine(ServerOptions server, string schema) : ISqlEngine
{
    // The oldest that the PostgreSQL project still repaired in 2025.
    private const int OldestVersion = 13;

    private readonly string _connection = new NpgsqlConnectionStringBuilder
    {
        Host = server.Host,
        Port = server.Port,
        Database = server.Database,
        Username = server.User,
        Password = server.Password.Length > 0 ? server.Password : null,
        SslMode = server.Tls switch { ServerTls.Prefer => SslMode.Prefer, ServerTls.Require => SslMode.Require, _ => SslMode.VerifyFull },
        RootCertificate = server.CaFile,
        ApplicationName = "tributary",
        IncludeErrorDetail = false,
        KeepAlive = 30,
        Timeout = 15,
        WriteBufferSize = 64 << 10,
    }.ConnectionString;

    public SqlDialect Dialect { get; } = new PostgreSqlDialect(schema);

    public DestinationCapabilities Capabilities { get; } = new()
    {
        MaxIdentifierBytes = 63,
        Queries = false,
        Reverts = true,
        Shared = true,
        Changes = ["The character U+0000 in a text becomes U+FFFD: PostgreSQL's text has no place for it."],
    };

    public string Place => $"PostgreSQL at {server}, schema {schema}";

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(_connection);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public Task LockAsync(SqlSession session, string name, CancellationToken cancellationToken)
    {
        // A number for a name: two tables that share one wait for each other needlessly, and no more.
        var number = BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"tributary\n{schema}\n{name}")));
        return session.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = '{SqlBusy.Patience.TotalSeconds}s'; SELECT pg_advisory_xact_lock({number})"), cancellationToken);
    }

    /// <summary>The lock ends with the transaction.</summary>
    public Task UnlockAsync(SqlSession session, string name) => Task.CompletedTask;

    public IEnumerable<string> CreateOwn() =>
    [
        // IF NOT EXISTS asks for the right to create even where it is there.
        $"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = {Dialect.Text(schema)}) THEN CREATE SCHEMA {Dialect.Quote(schema)}; END IF; END $$",
        $"CREATE TABLE IF NOT EXISTS {SqlWindows.Create(Dialect)}",
        $"CREATE TABLE IF NOT EXISTS {SqlNotes.Create(Dialect)}",
    ];

    public Task<long> WriteAsync(SqlSession session, string table, IReadOnlyList<ColumnDefinition> columns, WindowCommit commit, CancellationToken cancellationToken) =>
        new PostgreSqlCopy(table, columns).WriteAsync((NpgsqlConnection)session.Connection, Dialect, commit, cancellationToken);

    public TributaryException? Explain(Exception error) => PostgreSqlErrors.Explain(error, Place, server);

    public string Says(Exception error) => PostgreSqlErrors.Says(error);

    public bool IsTimeLimit(Exception error) => PostgreSqlErrors.IsTimeLimit(error);

    public async Task BeginReadingAsync(SqlSession session, string? table, CancellationToken cancellationToken)
    {
        await session.BeginAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await session.ExecuteAsync("SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = 0", cancellationToken);
        if (table is null)
        {
            return;
        }

        // Widening a column writes a table anew, and a snapshot from before that sees no row of it: the snapshot, which the first SELECT takes, has to wait for the table.
        try
        {
            await session.ExecuteAsync($"SAVEPOINT before_lock; LOCK TABLE {Dialect.Table(table)} IN ACCESS SHARE MODE", cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            await session.ExecuteAsync("ROLLBACK TO SAVEPOINT before_lock", cancellationToken);
        }
    }

    /// <summary>Each statement has a snapshot of its own, taken when it has the locks of its tables: not one from before a widening it waited for.</summary>
    public async Task BeginQueryAsync(SqlSession session, TimeSpan? limit, CancellationToken cancellationToken)
    {
        await session.BeginAsync(IsolationLevel.ReadCommitted, cancellationToken);

        // Once something was read the transaction cannot be made to write any more.
        await session.ExecuteAsync("SET TRANSACTION READ ONLY", cancellationToken);
        await session.ExecuteAsync($"SET LOCAL search_path TO {Dialect.Quote(schema)}, public", cancellationToken);
        await session.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"SET LOCAL statement_timeout = {(limit is { } time ? Math.Max(1, (long)time.TotalMilliseconds) : 0)}"), cancellationToken);
    }

    public async Task ReachAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
    }

    public async IAsyncEnumerable<DestinationStep> LookAsync(SqlSession session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)session.Connection;
        var isOld = connection.PostgreSqlVersion.Major < OldestVersion;
        yield return new DestinationStep("version", true, $"It is PostgreSQL {connection.PostgreSqlVersion}{(isOld ? $"; versions before {OldestVersion} are not tried any more. Bring it up to date" : "")}.") { IsWarning = isOld };

        var rights = (await session.RowsAsync(
            $"SELECT has_database_privilege(current_database(), 'CREATE'), n.oid IS NOT NULL, COALESCE(has_schema_privilege(n.oid, 'CREATE'), false), COALESCE(has_schema_privilege(n.oid, 'USAGE'), false), has_database_privilege(current_database(), 'TEMPORARY'), pg_is_in_recovery() FROM (SELECT 1) AS one LEFT JOIN pg_namespace AS n ON n.nspname = {Dialect.Text(schema)}",
            r => (MayMakeSchema: r.GetBoolean(0), IsThere: r.GetBoolean(1), MayCreate: r.GetBoolean(2), MayUse: r.GetBoolean(3), MayTemporary: r.GetBoolean(4), IsStandby: r.GetBoolean(5)),
            cancellationToken))[0];
        yield return rights switch
        {
            { IsStandby: true } => new DestinationStep("schema", false, $"{Place} is a standby that cannot be written to. Name the primary server."),
            { MayTemporary: false } => new DestinationStep("schema", false, $"The user '{server.User}' may not create temporary tables. Run there: GRANT TEMPORARY ON DATABASE {Dialect.Quote(server.Database)} TO {Dialect.Quote(server.User)}"),
            { IsThere: false, MayMakeSchema: false } => new DestinationStep("schema", false, $"There is no schema '{schema}', and the user '{server.User}' may not create one. Run there: CREATE SCHEMA {Dialect.Quote(schema)} AUTHORIZATION {Dialect.Quote(server.User)}"),
            { IsThere: false } => new DestinationStep("schema", true, $"There is no schema '{schema}' yet; the first commit creates it."),
            { MayUse: false } or { MayCreate: false } => new DestinationStep("schema", false, $"The user '{server.User}' may not create tables in the schema '{schema}'. Run there: GRANT USAGE, CREATE ON SCHEMA {Dialect.Quote(schema)} TO {Dialect.Quote(server.User)}"),
            _ => new DestinationStep("schema", true, $"The schema '{schema}' is there, and tables may be created in it."),
        };
    }
}
