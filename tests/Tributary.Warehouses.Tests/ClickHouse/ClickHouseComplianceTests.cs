using Tributary.Destinations;
using Tributary.Testing;

namespace Tributary.Warehouses.Tests.ClickHouse;

public sealed class ClickHouseComplianceTests : DestinationCompliance, IAsyncLifetime
{
    private readonly ClickHouseFixture _fixture = new();

    protected override IDestination Destination => _fixture.Destination;

    protected override (DateOnly First, DateOnly Last) Days => (new(1900, 1, 1), new(2299, 12, 31));

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    protected override Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadRowsAsync(string table) => ServerAddress.ReadRowsAsync(Destination, table, Stop);
}
