using Tributary.Destinations;
using Tributary.Testing;
using Tributary.Warehouses.Files;

namespace Tributary.Warehouses.Tests.Files;

/// <summary>A destination under a prefix of its own in the bucket of the server that <c>eng/services.sh</c> started.</summary>
internal sealed class BucketFiles : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BucketFiles(string format)
    {
        var server = ServerAddress.Options("TRIBUTARY_TEST_S3");
        Options = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["location"] = $"s3://{server["database"]}/{Guid.NewGuid():N}",
            ["format"] = format,
            ["endpoint"] = $"http://{server["host"]}:{server["port"]}",
            ["access_key"] = server["user"],
            ["secret_key"] = server["password"],
        };
        var parsed = FilesKind.Parse(Options);
        Format = parsed.Format;
        Store = new S3Store(parsed.Bucket!, TimeProvider.System);
        Destination = Open(Store);
    }

    public Dictionary<string, string> Options { get; }

    public FilesFormat Format { get; }

    public S3Store Store { get; }

    public IDestination Destination { get; }

    public string Folder => _folder.Path;

    public FilesDestination Open(IFileStore store) => new(store, Format, new DestinationPlace("files", _folder.File("staging"), TimeProvider.System));

    public async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadRowsAsync(string table, CancellationToken cancellationToken)
    {
        var schema = await Destination.ReadSchemaAsync(table, cancellationToken);
        Assert.NotNull(schema);
        var files = (await Store.ListAsync(FilesLayout.Rows(table), cancellationToken)).Where(f => f.EndsWith(Format.Extension, StringComparison.Ordinal)).ToList();
        using var folder = new TemporaryFolder();
        return FileRows.Read(Format, schema, [.. await Store.FetchAsync(files, folder.Path, cancellationToken)]);
    }

    public void Dispose()
    {
        Store.Dispose();
        _folder.Dispose();
    }
}
