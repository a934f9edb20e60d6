using MySqlConnector;
using Tributary.Destinations;
using Tributary.Warehouses.MySql;

namespace Tributary.Warehouses.Tests.MySql;

/// <summary>A database of one test, gone afterwards.</summary>
public sealed class MySqlFixture : IDatabaseFixture
{
    public const string Variable = "TRIBUTARY_TEST_MARIADB";

    private readonly Dictionary<string, string> _server = ServerAddress.Options(Variable);

    public MySqlFixture()
    {
        Options = new Dictionary<string, string>(_server, StringComparer.Ordinal) { ["database"] = "t_" + Guid.NewGuid().ToString("N") };
        using var connection = Connect(_server["database"]);
        connection.Open();
        using var command = new MySqlCommand($"CREATE DATABASE {Options["database"]}", connection);
        command.ExecuteNonQuery();
        Destination = Open(Options);
    }

    public IDestinationKind Kind { get; } = new MySqlKind();

    public Dictionary<string, string> Options { get; }

    public ISqlDestination Destination { get; }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ISqlDestination Open(Dictionary<string, string> options) => (ISqlDestination)Kind.Open(options, ServerAddress.Place);

    public async Task CutAsync()
    {
        await using var connection = Connect(_server["database"]);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new MySqlCommand($"SELECT GROUP_CONCAT(id) FROM information_schema.processlist WHERE db = '{Options["database"]}'", connection);
        foreach (var id in ((string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!).Split(','))
        {
            await using var kill = new MySqlCommand($"KILL {id}", connection);
            await kill.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A user who may change something a few times an hour.</summary>
    public async Task<IDestination> OpenFullAsync()
    {
        var user = Options["database"][..30];
        await ExecuteAsync($"CREATE USER {user}@'127.0.0.1' IDENTIFIED BY '{Options["password"]}' WITH MAX_UPDATES_PER_HOUR 5; GRANT ALL ON {Options["database"]}.* TO {user}@'127.0.0.1'");
        return Open(new Dictionary<string, string>(Options, StringComparer.Ordinal) { ["user"] = user });
    }

    public MySqlConnection Connect(string? database = null) => new(new MySqlConnectionStringBuilder
    {
        Server = _server["host"],
        Port = uint.Parse(_server["port"], System.Globalization.CultureInfo.InvariantCulture),
        Database = database ?? Options["database"],
        UserID = _server["user"],
        Password = _server["password"],
        AllowUserVariables = true,
    }.ConnectionString);

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = Connect();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = Connect();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new MySqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await using var connection = Connect(_server["database"]);
        await connection.OpenAsync(CancellationToken.None);
        await using var command = new MySqlCommand($"DROP DATABASE IF EXISTS {Options["database"]}; DROP USER IF EXISTS {Options["database"][..30]}@'127.0.0.1'", connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
