using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using MySqlConnector;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.MySql;

/// <summary>One database of a MySQL or MariaDB server.</summary>
internal sealed class MySqlEngine(ServerOptions server) : ISqlEngine
{
    // Characters of one INSERT where LOAD DATA LOCAL is off: well below the least max_allowed_packet in use, 4 MB.
    private const int InsertCharacters = 512 << 10;

    private readonly MySqlDialect _dialect = new(server.Database);
    private readonly string _connection = new MySqlConnectionStringBuilder
    {
        Server = server.Host,
        Port = (uint)server.Port,
        Database = server.Database,
        UserID = server.User,
        Password = server.Password,
        SslMode = server.Tls switch { ServerTls.Prefer => MySqlSslMode.Preferred, ServerTls.Require => MySqlSslMode.Required, _ => MySqlSslMode.VerifyFull },
        SslCa = server.CaFile ?? "",
        AllowLoadLocalInfile = true,
        AllowUserVariables = true,
        ApplicationName = "tributary",
        ConnectionTimeout = 15,
        Keepalive = 30,
        DateTimeKind = MySqlDateTimeKind.Utc,
        MaximumPoolSize = 64,
    }.ConnectionString;

    public SqlDialect Dialect => _dialect;

    public DestinationCapabilities Capabilities { get; } = new()
    {
        MaxIdentifierBytes = 64,
        Queries = false,
        Reverts = true,
        Shared = true,
        Changes = ["Numbers that are not finite (NaN, infinity) become null: MySQL's DOUBLE has no place for them."],
    };

    public string Place => $"MySQL at {server}";

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(_connection);
        try
        {
            await connection.OpenAsync(cancellationToken);
            _dialect.Collation = IsMariaDb(connection) ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
            await using var command = connection.CreateCommand();
            command.CommandText = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', SESSION time_zone = '+00:00', SESSION lock_wait_timeout = 600";
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task LockAsync(SqlSession session, string name, CancellationToken cancellationToken)
    {
        // 1 where it is had, 0 when that took too long, null where the wait was broken off from outside.
        var answer = await session.ScalarAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT GET_LOCK('{LockName(server.Database, name)}', {SqlBusy.Patience.TotalSeconds})"), cancellationToken);
        if (answer is not null && Convert.ToInt64(answer, CultureInfo.InvariantCulture) == 0)
        {
            throw SqlBusy.Rule("").Explain(Place, server, "the lock was not had in time.", new TimeoutException());
        }

        if (answer is null)
        {
            throw new TributaryException("destination.conflict", Fault.Destination, $"{Place} did not let a change wait for another of the same table. Nothing was changed; it is tried again.") { IsTransient = true };
        }
    }

    public async Task UnlockAsync(SqlSession session, string name)
    {
        try
        {
            // Closing the session would only put it back into the driver's pool, and the lock with it. What failed is undone before others may go on.
            if (session.Connection.State == ConnectionState.Open)
            {
                await session.RollbackAsync();
                await session.ScalarAsync($"SELECT RELEASE_LOCK('{LockName(server.Database, name)}')", CancellationToken.None);
            }
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or IOException)
        {
            // The session is gone, and the lock with it.
        }
    }

    public IEnumerable<string> CreateOwn() =>
    [
        $"CREATE TABLE IF NOT EXISTS {SqlWindows.Create(_dialect)} ENGINE = InnoDB",
        $"CREATE TABLE IF NOT EXISTS {SqlNotes.Create(_dialect)} ENGINE = InnoDB",
    ];

    public async Task<long> WriteAsync(SqlSession session, string table, IReadOnlyList<ColumnDefinition> columns, WindowCommit commit, CancellationToken cancellationToken)
    {
        var names = columns.Select(c => _dialect.Column(c.Name)).ToList();
        await using var rows = new MySqlRows(columns, commit, cancellationToken);
        if (Convert.ToInt64(await session.ScalarAsync("SELECT @@GLOBAL.local_infile", cancellationToken), CultureInfo.InvariantCulture) == 0)
        {
            while (rows.NextValues(_dialect, InsertCharacters) is { } values)
            {
                await session.ExecuteAsync($"INSERT INTO {table} ({string.Join(", ", names)}) VALUES {values}", cancellationToken);
            }

            return rows.Rows;
        }

        var loader = new MySqlBulkLoader((MySqlConnection)session.Connection)
        {
            TableName = table,
            CharacterSet = "utf8mb4",
            FieldTerminator = "\t",
            LineTerminator = "\n",
            EscapeCharacter = '\\',
            Local = true,
            SourceStream = rows,
            Timeout = 0,
        };
        loader.Columns.AddRange(names);
        try
        {
            await loader.LoadAsync(cancellationToken);
        }
        catch (MySqlException) when (rows.Failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        // LOAD DATA LOCAL takes what does not fit for what comes nearest, and only warns.
        var warnings = await session.RowsAsync("SHOW WARNINGS LIMIT 1", r => r.GetString(2), cancellationToken);
        return warnings.Count == 0 ? rows.Rows : throw new TributaryException("destination.engine", Fault.Destination, $"{Place} would have changed a value on its way into '{commit.Table}'. Nothing was changed. The server says: {warnings[0]}");
    }

    public TributaryException? Explain(Exception error) => MySqlErrors.Explain(error, Place, server);

    public string Says(Exception error) => error.Message;

    public bool IsTimeLimit(Exception error) => MySqlErrors.IsTimeLimit(error);

    public async Task BeginReadingAsync(SqlSession session, string? table, CancellationToken cancellationToken) =>
        session.Use(await ((MySqlConnection)session.Connection).BeginTransactionAsync(IsolationLevel.RepeatableRead, isReadOnly: true, cancellationToken));

    public async Task BeginQueryAsync(SqlSession session, TimeSpan? limit, CancellationToken cancellationToken)
    {
        var connection = (MySqlConnection)session.Connection;
        if (limit is { } time)
        {
            await session.ExecuteAsync(
                IsMariaDb(connection)
                    ? string.Create(CultureInfo.InvariantCulture, $"SET SESSION max_statement_time = {Math.Max(0.001, time.TotalSeconds):0.###}")
                    : string.Create(CultureInfo.InvariantCulture, $"SET SESSION max_execution_time = {Math.Max(1, (long)time.TotalMilliseconds)}"),
                cancellationToken);
        }

        await BeginReadingAsync(session, null, cancellationToken);
    }

    public async Task ReachAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
    }

    public async IAsyncEnumerable<DestinationStep> LookAsync(SqlSession session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = (MySqlConnection)session.Connection;
        var isMariaDb = IsMariaDb(connection);
        var version = VersionOf(connection);
        var isOld = version < (isMariaDb ? new Version(10, 5) : new Version(8, 0, 17));
        yield return isOld
            ? new DestinationStep("version", false, $"It is {(isMariaDb ? "MariaDB" : "MySQL")} {version}; MariaDB 10.5 or MySQL 8.0.17 is the oldest that will do. Bring it up to date.")
            : new DestinationStep("version", true, $"It is {(isMariaDb ? "MariaDB" : "MySQL")} {version}.");

        // Whether tables may be created is only known by doing so: rights come from roles, wildcards and levels.
        await session.ExecuteAsync(_dialect.CreateTemporary("_tributary_check", ["n INT"], []), cancellationToken);
        await session.ExecuteAsync(_dialect.DropTemporary("_tributary_check"), cancellationToken);
        var grants = await session.RowsAsync("SHOW GRANTS", r => r.GetString(0), cancellationToken);
        var mayCreate = grants.Exists(g => g.Contains("ALL PRIVILEGES", StringComparison.OrdinalIgnoreCase) || g.Contains("CREATE,", StringComparison.OrdinalIgnoreCase) || g.StartsWith("GRANT CREATE ON", StringComparison.OrdinalIgnoreCase) || g.Contains(", CREATE ON", StringComparison.OrdinalIgnoreCase));
        yield return mayCreate
            ? new DestinationStep("database", true, $"The database '{server.Database}' is there, and tables may be created in it.")
            : new DestinationStep("database", false, $"The user '{server.User}' may not create tables in '{server.Database}'. Run there: GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, CREATE TEMPORARY TABLES, DROP, ALTER, INDEX ON {_dialect.Quote(server.Database)}.* TO '{server.User}'@'…'");

        var isOff = Convert.ToInt64(await session.ScalarAsync("SELECT @@GLOBAL.local_infile", cancellationToken), CultureInfo.InvariantCulture) == 0;
        yield return new DestinationStep("loading", true, isOff ? "LOAD DATA LOCAL is off on the server (local_infile = 0): rows arrive by INSERT, at about half the speed. Set local_infile = 1 there." : "Rows arrive by LOAD DATA LOCAL.") { IsWarning = isOff };
    }

    private static bool IsMariaDb(MySqlConnection connection) => connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);

    // MariaDB puts "5.5.5-" in front for old clients.
    private static Version VersionOf(MySqlConnection connection)
    {
        var text = connection.ServerVersion;
        text = text.StartsWith("5.5.5-", StringComparison.Ordinal) ? text["5.5.5-".Length..] : text;
        return Version.Parse(string.Concat(text.TakeWhile(c => char.IsDigit(c) || c == '.')).Trim('.'));
    }

    // At most 64 characters.
    internal static string LockName(string database, string name) => "tributary:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{database}\n{name}")))[..32];
}
