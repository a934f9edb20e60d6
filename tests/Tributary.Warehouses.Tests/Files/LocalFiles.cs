using Tributary.Destinations;
using Tributary.Testing;
using Tributary.Warehouses.Files;

namespace Tributary.Warehouses.Tests.Files;

/// <summary>A destination in a folder of its own.</summary>
internal sealed class LocalFiles : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LocalFiles(string format, string? compression = null, string name = "files")
    {
        Place = Directory.CreateDirectory(_folder.File(name)).FullName;
        Format = new FilesFormat(format, compression ?? FilesFormat.DefaultCompression(format));
        Destination = Open(new LocalStore(Place, TimeProvider.System));
    }

    /// <summary>Where the files lie.</summary>
    public string Place { get; }

    public FilesFormat Format { get; }

    public IDestination Destination { get; }

    /// <summary>Another program's destination over the same files, or one whose store does not do what it should.</summary>
    public FilesDestination Open(IFileStore store) => new(store, Format, new DestinationPlace("files", _folder.File("staging"), TimeProvider.System));

    public void Dispose() => _folder.Dispose();
}
