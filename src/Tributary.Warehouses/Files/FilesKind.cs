using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Files;

/// <summary>Files in a folder or in an S3-compatible storage.</summary>
public sealed class FilesKind : IDestinationKind
{
    private const string S3 = "s3://";

    private static readonly string[] ForStorages = ["endpoint", "access_key", "secret_key"];

    /// <inheritdoc/>
    public string Name => "files";

    /// <inheritdoc/>
    public string Title => "Files";

    /// <inheritdoc/>
    public string Description => "Parquet, CSV or JSON lines, one file a site and period, in a folder or an S3-compatible storage.";

    /// <inheritdoc/>
    public IReadOnlyList<DestinationOption> Options { get; } =
    [
        new("location", "A folder on the machine that runs Tributary, or s3://bucket/prefix.") { Title = "Place", Required = true, Example = "/srv/matomo or s3://my-bucket/matomo" },
        new("format", "What the files are; a table keeps the format it was begun in.") { Title = "Format", Type = DestinationOptionType.Choice, Choices = FilesFormat.Names, Default = FilesFormat.Parquet },
        new("compression", "How files are compressed: zstd for Parquet and none for the others where nothing is said; snappy is for Parquet only.") { Title = "Compression", Type = DestinationOptionType.Choice, Choices = FilesFormat.Compressions },
        new("endpoint", "The address of an S3-compatible storage that is not Amazon's.") { Title = "Storage address", LeadsThere = true, Example = "https://minio.example.com:9000" },
        new("region", "The region of the bucket.") { Title = "Region", Default = "us-east-1" },
        new("access_key", "The access key of the storage; where none is said, what the machine has is taken: environment, profile or role.") { Title = "Access key" },
        new("secret_key", "The secret that belongs to the access key.") { Title = "Secret key", Secret = true },
        new("path_style", "Whether the bucket stands in the path of an address instead of its host name, as most storages other than Amazon's want it: true where an address is said.") { Title = "Bucket in the path", Type = DestinationOptionType.Flag },
    ];

    /// <inheritdoc/>
    public IDestination Open(IReadOnlyDictionary<string, string> options, DestinationPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        var parsed = Parse(options);
        IFileStore store = parsed.Bucket is { } bucket ? new S3Store(bucket, place.Clock) : new LocalStore(parsed.Folder!, place.Clock);
        return new FilesDestination(store, parsed.Format, place);
    }

    internal static FilesOptions Parse(IReadOnlyDictionary<string, string> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var name = options.GetValueOrDefault("format", FilesFormat.Parquet);
        var compression = options.GetValueOrDefault("compression", FilesFormat.DefaultCompression(name));
        if (!FilesFormat.CanHave(name, compression))
        {
            throw new InputException("compression", $"{name} cannot be compressed with {compression}. Choose zstd, gzip or none.");
        }

        var format = new FilesFormat(name, compression);
        var location = options["location"];
        if (location.StartsWith(S3, StringComparison.OrdinalIgnoreCase))
        {
            return new FilesOptions(format, null, Bucket(location[S3.Length..], options));
        }

        foreach (var option in ForStorages.Where(options.ContainsKey))
        {
            throw new InputException(option, "This is for a storage, and the place is a folder. Leave it out, or write the place as s3://bucket/prefix.");
        }

        return Path.IsPathFullyQualified(location)
            ? new FilesOptions(format, location, null)
            : throw new InputException("location", $"'{location}' is neither the whole path of a folder (/srv/matomo) nor s3://bucket/prefix.");
    }

    private static S3Options Bucket(string path, IReadOnlyDictionary<string, string> options)
    {
        var parts = path.Split('/', 2);
        if (parts[0].Length is < 3 or > 63 || !parts[0].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
        {
            throw new InputException("location", $"'{parts[0]}' is not the name of a bucket: 3 to 63 small letters, digits, dots and hyphens.");
        }

        var prefix = parts.Length == 2 ? parts[1].Trim('/') : "";
        string? address = options.GetValueOrDefault("endpoint"), key = options.GetValueOrDefault("access_key"), secret = options.GetValueOrDefault("secret_key");
        if (key is null != secret is null)
        {
            throw new InputException(key is null ? "access_key" : "secret_key", "The access key and its secret belong together: give both, or neither to take what the machine has.");
        }

        Uri? endpoint = null;
        if (address is not null && !(Uri.TryCreate(address, UriKind.Absolute, out endpoint) && endpoint.Scheme is "http" or "https" && endpoint.PathAndQuery == "/" && endpoint.UserInfo.Length == 0))
        {
            throw new InputException("endpoint", "This is not the address of a storage, such as https://minio.example.com:9000: scheme, host and port only.");
        }

        return new S3Options(parts[0], prefix.Length == 0 ? "" : prefix + "/")
        {
            Endpoint = endpoint,
            Region = options.GetValueOrDefault("region", "us-east-1"),
            AccessKey = key,
            SecretKey = secret,
            PathStyle = options.TryGetValue("path_style", out var style) ? style == "true" : endpoint is not null,
        };
    }
}
