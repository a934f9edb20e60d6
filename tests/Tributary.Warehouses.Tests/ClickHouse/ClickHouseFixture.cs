using Tributary.Destinations;
using Tributary.Warehouses.ClickHouse;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.Tests.ClickHouse;

/// <summary>A database of one test, gone afterwards.</summary>
public sealed class ClickHouseFixture : IAsyncLifetime
{
    public const string Variable = "TRIBUTARY_TEST_CLICKHOUSE";

    private readonly ClickHouseServer _server;

    public ClickHouseFixture()
    {
        var server = ServerAddress.Options(Variable);
        _server = new ClickHouseServer(ServerOptions.Read(server, 0));
        Options = new Dictionary<string, string>(server, StringComparer.Ordinal) { ["database"] = "t_" + Guid.NewGuid().ToString("N") };
        Destination = (ISqlDestination)new ClickHouseKind().Open(Options, ServerAddress.Place);
    }

    public Dictionary<string, string> Options { get; }

    public ISqlDestination Destination { get; }

    public async ValueTask InitializeAsync() => await ExecuteAsync($"CREATE DATABASE {Options["database"]} ENGINE = Atomic");

    public Task ExecuteAsync(string sql) => _server.ExecuteAsync(sql, TestContext.Current.CancellationToken);

    public Task<long> CountAsync(string sql) => _server.CountAsync(sql, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await _server.ExecuteAsync($"DROP DATABASE IF EXISTS {Options["database"]} SYNC", CancellationToken.None);
}
