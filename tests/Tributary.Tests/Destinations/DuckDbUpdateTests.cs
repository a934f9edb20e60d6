using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Testing;

namespace Tributary.Tests.Destinations;

public sealed class DuckDbUpdateTests : UpdateCompliance, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DuckDbDestination _destination;

    public DuckDbUpdateTests() => _destination = new DuckDbDestination(_folder.File("datasets.duckdb"), _folder.File("staging"), TimeProvider.System);

    protected override IDestination Destination => _destination;

    public void Dispose() => _folder.Dispose();
}
