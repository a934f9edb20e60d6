using Tributary.Destinations;
using Tributary.Testing;

namespace Tributary.Warehouses.Tests.MySql;

public sealed class MySqlUpdateTests : UpdateCompliance, IAsyncDisposable
{
    private readonly MySqlFixture _fixture = new();

    protected override IDestination Destination => _fixture.Destination;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
