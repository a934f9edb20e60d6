using Tributary.Destinations;
using Tributary.Testing;

namespace Tributary.Warehouses.Tests.PostgreSql;

public sealed class PostgreSqlUpdateTests : UpdateCompliance, IAsyncDisposable
{
    private readonly PostgreSqlFixture _fixture = new();

    protected override IDestination Destination => _fixture.Destination;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
