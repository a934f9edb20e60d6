using MySqlConnector;
using Tributary.Destinations;
using Tributary.Warehouses.MySql;

namespace Tributary.Warehouses.Tests.MySql;

/// <summary>A database of one test, gone afterwards.</summary>
public sealed class MySqlFixture : IAsyncDisposable
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
        Destination = (ISqlDestination)new MySqlKind().Open(Options, ServerAddress.Place);
    }

    public Dictionary<string, string> Options { get; }

    public ISqlDestination Destination { get; }

    public MySqlConnection Connect(string? database = null) => new(new MySqlConnectionStringBuilder
    {
        Server = _server["host"],
        Port = uint.Parse(_server["port"], System.Globalization.CultureInfo.InvariantCulture),
        Database = database ?? Options["database"],
        UserID = _server["user"],
        Password = _server["password"],
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
        await using var command = new MySqlCommand($"DROP DATABASE IF EXISTS {Options["database"]}", connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
