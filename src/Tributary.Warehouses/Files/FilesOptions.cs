namespace Tributary.Warehouses.Files;

/// <summary>Where files are written and what they look like.</summary>
/// <param name="Format">What a file is.</param>
/// <param name="Folder">A folder of this machine; null where the files lie in a bucket.</param>
/// <param name="Bucket">A bucket; null where the files lie in a folder.</param>
internal sealed record FilesOptions(FilesFormat Format, string? Folder, S3Options? Bucket);

/// <summary>A place in an S3-compatible storage, and how to get in.</summary>
/// <param name="Name">The bucket.</param>
/// <param name="Prefix">What all keys begin with: empty, or ending in a slash.</param>
internal sealed record S3Options(string Name, string Prefix)
{
    /// <summary>The address of a storage that is not Amazon's; null for Amazon's.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The region that requests are signed for.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The key's name; null takes what the machine has: environment, profile, role.</summary>
    public string? AccessKey { get; init; }

    /// <summary>The key. Never printed.</summary>
    public string? SecretKey { get; init; }

    /// <summary>Whether the bucket stands in the path of an address rather than in its host name.</summary>
    public bool PathStyle { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"s3://{Name}/{Prefix}";
}
