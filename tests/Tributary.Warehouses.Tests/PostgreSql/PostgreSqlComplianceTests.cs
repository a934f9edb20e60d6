using Tributary.Destinations;
using Tributary.Testing;

namespace Tributary.Warehouses.Tests.PostgreSql;

public sealed class PostgreSqlComplianceTests : DestinationCompliance, IAsyncDisposable
{
    private readonly PostgreSqlFixture _fixture = new();

    protected override IDestination Destination => _fixture.Destination;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    protected override string AsKept(string text) => text.Replace('\0', '\uFFFD');

    protected override Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadRowsAsync(string table) => ServerAddress.ReadRowsAsync(Destination, table, Stop);
}
