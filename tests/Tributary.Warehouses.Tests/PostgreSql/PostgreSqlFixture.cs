using Npgsql;
using Tributary.Destinations;
using Tributary.Warehouses.PostgreSql;

namespace Tributary.Warehouses.Tests.PostgreSql;

/// <summary>A schema of one test, gone afterwards.</summary>
public sealed class PostgreSqlFixture : IDatabaseFixture
{
    public const string Variable = "TRIBUTARY_TEST_POSTGRES";

    public PostgreSqlFixture()
    {
        Options = ServerAddress.Options(Variable);
        Options["schema"] = Schema;
        Destination = Open(Options);
    }

    public IDestinationKind Kind { get; } = new PostgreSqlKind();

    public string Schema { get; } = "t_" + Guid.NewGuid().ToString("N");

    public Dictionary<string, string> Options { get; }

    public ISqlDestination Destination { get; }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ISqlDestination Open(Dictionary<string, string> options) => (ISqlDestination)Kind.Open(options, ServerAddress.Place);

    public Task CutAsync() => ExecuteAsync($"SELECT pg_terminate_backend(l.pid) FROM (SELECT DISTINCT pid, relation FROM pg_locks WHERE pid <> pg_backend_pid()) AS l JOIN pg_class AS c ON c.oid = l.relation JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = '{Schema}'");

    /// <summary>A user who may sort no more than a megabyte outside of memory: a merge sorts its keys.</summary>
    public async Task<IDestination> OpenFullAsync()
    {
        await ExecuteAsync($"CREATE ROLE {Schema} SUPERUSER LOGIN PASSWORD '{Options["password"]}'; ALTER ROLE {Schema} SET temp_file_limit = '1MB'; ALTER ROLE {Schema} SET work_mem = '64kB'; ALTER ROLE {Schema} SET hash_mem_multiplier = 1");
        return Open(new Dictionary<string, string>(Options, StringComparer.Ordinal) { ["user"] = Schema });
    }

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
        await using var command = new NpgsqlCommand($"CREATE SCHEMA IF NOT EXISTS {Schema}; {sql}", connection);
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
        await using var command = new NpgsqlCommand($"SET client_min_messages = warning; DROP SCHEMA IF EXISTS \"{Schema}\" CASCADE; DROP ROLE IF EXISTS {Schema}", connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
