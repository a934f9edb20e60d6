using Tributary.Destinations;
using Tributary.Testing;

namespace Tributary.Warehouses.Tests.MySql;

public sealed class MySqlComplianceTests : DestinationCompliance, IAsyncDisposable
{
    private readonly MySqlFixture _fixture = new();

    protected override IDestination Destination => _fixture.Destination;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    protected override Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadRowsAsync(string table) => ServerAddress.ReadRowsAsync(Destination, table, Stop);
}
