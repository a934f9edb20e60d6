using Tributary.Destinations;
using Tributary.Warehouses.ClickHouse;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.Tests.ClickHouse;

/// <summary>A database of one test, gone afterwards.</summary>
public sealed class ClickHouseFixture : IDatabaseFixture
{
    public const string Variable = "TRIBUTARY_TEST_CLICKHOUSE";

    private readonly ClickHouseServer _server;
    private readonly ClickHouseServer _inside;
    private readonly TcpCut _way;

    public ClickHouseFixture()
    {
        var server = ServerAddress.Options(Variable);
        _server = new ClickHouseServer(ServerOptions.Read(server, 0));
        _way = new TcpCut(server["host"], int.Parse(server["port"], System.Globalization.CultureInfo.InvariantCulture));
        Options = new Dictionary<string, string>(server, StringComparer.Ordinal)
        {
            ["database"] = "t_" + Guid.NewGuid().ToString("N"),
            ["port"] = _way.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        _inside = new ClickHouseServer(ServerOptions.Read(Options, 0));
        Destination = Open(Options);
    }

    public IDestinationKind Kind { get; } = new ClickHouseKind();

    public Dictionary<string, string> Options { get; }

    public ISqlDestination Destination { get; }

    public async ValueTask InitializeAsync() => await _server.ExecuteAsync($"CREATE DATABASE {Options["database"]} ENGINE = Atomic", CancellationToken.None);

    public ISqlDestination Open(Dictionary<string, string> options) => (ISqlDestination)Kind.Open(options, ServerAddress.Place);

    public Task CutAsync()
    {
        _way.Cut();
        return Task.CompletedTask;
    }

    /// <summary>A table that wants more of the disk to be free than there is: the engine refuses as with a full one.</summary>
    public async Task<IDestination> OpenFullAsync()
    {
        await ExecuteAsync("ALTER TABLE _tributary_rows_pages MODIFY SETTING min_free_disk_bytes_to_perform_insert = 1000000000000000000");
        return Destination;
    }

    public Task ExecuteAsync(string sql) => _inside.ExecuteAsync(sql, TestContext.Current.CancellationToken);

    /// <summary>A statement by the id of those that write a commit of a table.</summary>
    public Task WriteAsync(string table, string sql) => _inside.ExecuteAsync(sql, new ClickHouseDialect(Options["database"]).Writing(table), TestContext.Current.CancellationToken);

    public Task<long> CountAsync(string sql) => _inside.CountAsync(sql, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _server.ExecuteAsync($"DROP DATABASE IF EXISTS {Options["database"]} SYNC", CancellationToken.None);
        _way.Dispose();
    }
}
