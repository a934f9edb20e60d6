using Tributary.Destinations;
using Tributary.Testing;

namespace Tributary.Warehouses.Tests.ClickHouse;

public sealed class ClickHouseUpdateTests : UpdateCompliance, IAsyncLifetime
{
    private readonly ClickHouseFixture _fixture = new();

    protected override IDestination Destination => _fixture.Destination;

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
