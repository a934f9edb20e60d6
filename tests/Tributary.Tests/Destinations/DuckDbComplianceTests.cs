using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Testing;

namespace Tributary.Tests.Destinations;

public sealed class DuckDbComplianceTests : DestinationCompliance, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DuckDbDestination _destination;

    public DuckDbComplianceTests() => _destination = new DuckDbDestination(_folder.File("datasets.duckdb"), _folder.File("staging"), TimeProvider.System);

    protected override IDestination Destination => _destination;

    public void Dispose() => _folder.Dispose();

    protected override async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadRowsAsync(string table)
    {
        await using var result = await _destination.QueryAsync($"SELECT * FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", Stop);
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        await foreach (var row in result.Rows)
        {
            rows.Add(result.Columns.Zip(row).ToDictionary(c => c.First.Name, c => c.Second, StringComparer.Ordinal));
        }

        return rows;
    }
}
