using Tributary.Destinations;
using Tributary.Testing;
using Tributary.Warehouses.Files;

namespace Tributary.Warehouses.Tests.Files;

public sealed class BucketComplianceTests : DestinationCompliance, IDisposable
{
    private readonly BucketFiles _files = new(FilesFormat.Parquet);

    protected override IDestination Destination => _files.Destination;

    public void Dispose() => _files.Dispose();

    protected override Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadRowsAsync(string table) => _files.ReadRowsAsync(table, Stop);
}

public sealed class BucketUpdateTests : UpdateCompliance, IDisposable
{
    private readonly BucketFiles _files = new(FilesFormat.Csv);

    protected override IDestination Destination => _files.Destination;

    public void Dispose() => _files.Dispose();
}
