using Npgsql;
using Tributary.Destinations;
using Tributary.Warehouses.PostgreSql;

namespace Tributary.Warehouses.Tests.PostgreSql;

/// <summary>A schema of one test, gone afterwards.</summary>
public sealed class PostgreSqlFixture : IAsyncDisposable
{
    public const string Variable = "TRIBUTARY_TEST_POSTGRES";

    public PostgreSqlFixture()
    {
        Options = ServerAddress.Options(Variable);
        Options["schema"] = Schema;
        Destination = (ISqlDestination)new PostgreSqlKind().Open(Options, ServerAddress.Place);
    }

    public string Schema { get; } = "t_" + Guid.NewGuid().ToString("N");

    public Dictionary<string, string> Options { get; }

    public ISqlDestination Destination { get; }

    public NpgsqlConnection Connect() => new(new NpgsqlConnectionStringBuilder
    {
        Host = Options["host"],
        Port = int.Parse(Options["port"], System.Globalization.CultureInfo.InvariantCulture),
        Database = Options["database"],
        Username = Options["user"],
        Password = Options["password"],
        SearchPath = Schema,
    }.ConnectionString);

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = Connect();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = Connect();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await using var connection = Connect();
        await connection.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand($"SET client_min_messages = warning; DROP SCHEMA IF EXISTS \"{Schema}\" CASCADE", connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
