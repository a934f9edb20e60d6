using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Data.SqlClient;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.SqlServer;

/// <summary>One schema of a SQL Server database.</summary>
internal sealed class SqlServerEngine(ServerOptions server, string schema) : ISqlEngine
{
    private const int OldestVersion = 13;

    private readonly string _connection = new SqlConnectionStringBuilder
    {
        DataSource = string.Create(CultureInfo.InvariantCulture, $"tcp:{server.Host},{server.Port}"),
        InitialCatalog = server.Database,
        UserID = server.User,
        Password = server.Password,
        Encrypt = server.Tls == ServerTls.Prefer ? SqlConnectionEncryptOption.Optional : SqlConnectionEncryptOption.Mandatory,
        TrustServerCertificate = server.Tls == ServerTls.Require,
        ApplicationName = "tributary",
        ConnectTimeout = 15,
    }.ConnectionString;

    public SqlDialect Dialect { get; } = new SqlServerDialect(schema);

    public DestinationCapabilities Capabilities { get; } = new()
    {
        MaxIdentifierBytes = 128,
        Queries = false,
        Reverts = true,
        Shared = true,
        Changes = ["Numbers that are not finite (NaN, infinity) become null: SQL Server's float has no place for them."],
    };

    public string Place => $"SQL Server at {server}, schema {schema}";

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqlConnection(_connection);
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

    public Task LockAsync(SqlSession session, string name, CancellationToken cancellationToken) =>
        session.ExecuteAsync(Lock(name), cancellationToken);

    /// <summary>The lock ends with the transaction.</summary>
    public Task UnlockAsync(SqlSession session, string name) => Task.CompletedTask;

    public IEnumerable<string> CreateOwn() =>
    [
        $"IF SCHEMA_ID({Dialect.Text(schema)}) IS NULL EXEC({Dialect.Text($"CREATE SCHEMA {Dialect.Quote(schema)}")})",
        $"IF OBJECT_ID({Dialect.Text(Dialect.Table(SqlNames.Windows))}) IS NULL CREATE TABLE {SqlWindows.Create(Dialect)}",
        $"IF OBJECT_ID({Dialect.Text(Dialect.Table(SqlNames.Columns))}) IS NULL CREATE TABLE {SqlNotes.Create(Dialect)}",
    ];

    public async Task<long> WriteAsync(SqlSession session, string table, IReadOnlyList<ColumnDefinition> columns, WindowCommit commit, CancellationToken cancellationToken)
    {
        await using var rows = new SqlServerRows(columns, commit, cancellationToken);
        using var copy = new SqlBulkCopy((SqlConnection)session.Connection, SqlBulkCopyOptions.Default, (SqlTransaction?)session.Transaction)
        {
            DestinationTableName = table,
            EnableStreaming = true,
            BulkCopyTimeout = 0,
        };
        for (var i = 0; i < columns.Count; i++)
        {
            copy.ColumnMappings.Add(i, Dialect.Fit(columns[i].Name));
        }

        await copy.WriteToServerAsync(rows, cancellationToken);
        return rows.Rows;
    }

    public TributaryException? Explain(Exception error) => SqlServerErrors.Explain(error, Place, server);

    public string Says(Exception error) => error.Message;

    public bool IsTimeLimit(Exception error) => SqlServerErrors.IsTimeLimit(error);

    /// <summary>SQL Server has no transaction that only reads: this one is never committed, and so changes nothing either.</summary>
    public async Task BeginReadingAsync(SqlSession session, string? table, CancellationToken cancellationToken)
    {
        var snapshots = await session.ScalarAsync("SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()", cancellationToken);
        await session.BeginAsync(Convert.ToInt32(snapshots ?? 0, CultureInfo.InvariantCulture) == 1 ? IsolationLevel.Snapshot : IsolationLevel.ReadCommitted, cancellationToken);
    }

    public Task BeginQueryAsync(SqlSession session, TimeSpan? limit, CancellationToken cancellationToken) => BeginReadingAsync(session, null, cancellationToken);

    public async Task ReachAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
    }

    public async IAsyncEnumerable<DestinationStep> LookAsync(SqlSession session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var version = session.Connection.ServerVersion;
        yield return int.Parse(version.Split('.')[0], CultureInfo.InvariantCulture) < OldestVersion
            ? new DestinationStep("version", false, $"It is SQL Server {version}; version 13 (2016) is the oldest that will do.")
            : new DestinationStep("version", true, $"It is SQL Server {version}.");

        var found = (await session.RowsAsync(
            $"SELECT CASE WHEN SCHEMA_ID({Dialect.Text(schema)}) IS NULL THEN 0 ELSE 1 END, COALESCE(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'CREATE TABLE'), 0), COALESCE(HAS_PERMS_BY_NAME({Dialect.Text(schema)}, 'SCHEMA', 'ALTER'), 0), (SELECT CAST(is_read_committed_snapshot_on AS int) FROM sys.databases WHERE database_id = DB_ID())",
            r => (IsThere: r.GetInt32(0) == 1, MayCreate: r.GetInt32(1) == 1, MayAlter: r.GetInt32(2) == 1, SeesSnapshots: r.GetInt32(3) == 1),
            cancellationToken))[0];
        yield return found switch
        {
            { IsThere: true, MayCreate: true, MayAlter: true } => new DestinationStep("schema", true, $"The schema '{schema}' is there, and tables may be created in it."),
            { IsThere: false, MayCreate: true } => new DestinationStep("schema", true, $"There is no schema '{schema}' yet; the first commit creates it."),
            _ => new DestinationStep("schema", false, $"The user '{server.User}' may not create tables in the schema '{schema}'. Run there: GRANT CREATE TABLE TO {Dialect.Quote(server.User)}; GRANT ALTER, SELECT, INSERT, UPDATE, DELETE ON SCHEMA::{Dialect.Quote(schema)} TO {Dialect.Quote(server.User)}"),
        };
        yield return new DestinationStep("readers", true, found.SeesSnapshots ? "Readers do not wait for commits." : "READ_COMMITTED_SNAPSHOT is off: readers wait while a window is committed. Set it on for the database.") { IsWarning = !found.SeesSnapshots };
    }

    /// <summary>A negative answer is a failure: -1 when it took too long, another where the wait was broken off.</summary>
    public string Lock(string name) => string.Create(
        CultureInfo.InvariantCulture,
        $"DECLARE @got int; EXEC @got = sp_getapplock @Resource = {Dialect.Text(Shorten($"tributary {schema} {name}"))}, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = {SqlBusy.Patience.TotalMilliseconds}; IF @got = -1 THROW 51222, N'The lock of the table was not had in time.', 1; IF @got < 0 THROW 51205, N'The lock of the table was not had.', 1");

    private static string Shorten(string name) => SqlNames.Fit(name, 255, SqlNames.Characters, _ => true);
}
