using System.Text.Json;
using Tributary.Destinations;
using Tributary.Testing;

namespace Tributary.Warehouses.Tests.MySql;

public sealed class MySqlKillTests : KillCompliance, IAsyncLifetime
{
    private readonly MySqlFixture _fixture = new();

    protected override IDestination Destination => _fixture.Destination;

    protected override string Asked => $"{_fixture.Kind.Name} {JsonSerializer.Serialize(_fixture.Options)}";

    protected override string Assembly => "Tributary.Warehouses.Tests";

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
