using Tributary.Destinations;
using Tributary.Testing;
using Tributary.Warehouses.Files;

namespace Tributary.Warehouses.Tests.Files;

public abstract class FilesCompliance(string format, string? compression = null) : DestinationCompliance, IDisposable
{
    private readonly LocalFiles _files = new(format, compression);

    protected override IDestination Destination => _files.Destination;

    public void Dispose()
    {
        _files.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadRowsAsync(string table) =>
        FileRows.ReadAsync(_files.Destination, _files.Format, _files.Place, table, Stop);
}

public sealed class ParquetComplianceTests() : FilesCompliance(FilesFormat.Parquet);

public sealed class CsvComplianceTests() : FilesCompliance(FilesFormat.Csv);

public sealed class JsonLinesComplianceTests() : FilesCompliance(FilesFormat.JsonLines, "gzip");

public abstract class FilesUpdates(string format) : UpdateCompliance, IDisposable
{
    private readonly LocalFiles _files = new(format);

    protected override IDestination Destination => _files.Destination;

    public void Dispose()
    {
        _files.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class ParquetUpdateTests() : FilesUpdates(FilesFormat.Parquet);

public sealed class CsvUpdateTests() : FilesUpdates(FilesFormat.Csv);

public sealed class JsonLinesUpdateTests() : FilesUpdates(FilesFormat.JsonLines);
