using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Tributary.Destinations;

namespace Tributary.Warehouses.Files;

/// <summary>A bucket of an S3-compatible storage that shows an object to all as soon as it is written, as Amazon's and those like it do.</summary>
internal sealed class S3Store : IFileStore
{
    // Above it parts are sent, one failure of which costs one part.
    private const long PartBytes = 32 << 20;

    // The most that one request removes.
    private const int MostDeleted = 1_000;

    private readonly S3Options _options;
    private readonly TimeProvider _clock;
    private readonly AmazonS3Client _client;

    public S3Store(S3Options options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle,
            // Storages other than Amazon's refuse checksums they do not know, or store them as content.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 4,
            Timeout = TimeSpan.FromMinutes(5),
        };
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = options.Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        _client = options.AccessKey is { } key ? new AmazonS3Client(new BasicAWSCredentials(key, options.SecretKey), config) : new AmazonS3Client(config);
    }

    public string Describe(string path) => $"s3://{_options.Name}/{_options.Prefix}{path}";

    public string? OnDisk(string path) => null;

    public Task<string?> ReadTextAsync(string path, CancellationToken cancellationToken) => GuardAsync(path, async () =>
    {
        try
        {
            using var answer = await _client.GetObjectAsync(new GetObjectRequest { BucketName = _options.Name, Key = Key(path) }, cancellationToken);
            using var reader = new StreamReader(answer.ResponseStream, Encoding.UTF8);
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (AmazonS3Exception e) when (S3Errors.IsMissingKey(e))
        {
            return null;
        }
    });

    public Task WriteTextAsync(string path, string text, CancellationToken cancellationToken) => GuardAsync(path, () => _client.PutObjectAsync(
        new PutObjectRequest { BucketName = _options.Name, Key = Key(path), ContentBody = text, ContentType = "application/json", UseChunkEncoding = false },
        cancellationToken));

    public Task BringAsync(string file, string path, CancellationToken cancellationToken) => GuardAsync(path, async () =>
    {
        if (new FileInfo(file).Length > PartBytes)
        {
            await BringInPartsAsync(file, path, cancellationToken);
        }
        else
        {
            await _client.PutObjectAsync(new PutObjectRequest { BucketName = _options.Name, Key = Key(path), FilePath = file, UseChunkEncoding = false }, cancellationToken);
        }

        return true;
    });

    // The waiting object stays until the whole change is made: whoever repeats it needs it again.
    public Task MoveAsync(string from, string to, CancellationToken cancellationToken) => CopyAsync(from, to, cancellationToken);

    public Task CopyAsync(string from, string to, CancellationToken cancellationToken) => GuardAsync(from, () => _client.CopyObjectAsync(
        new CopyObjectRequest { SourceBucket = _options.Name, SourceKey = Key(from), DestinationBucket = _options.Name, DestinationKey = Key(to) },
        cancellationToken));

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => GuardAsync(path, () => _client.DeleteObjectAsync(_options.Name, Key(path), cancellationToken));

    public async Task ClearAsync(string folder, CancellationToken cancellationToken)
    {
        foreach (var some in (await ListAsync(folder, cancellationToken)).Chunk(MostDeleted))
        {
            await GuardAsync(folder, () => _client.DeleteObjectsAsync(
                new DeleteObjectsRequest { BucketName = _options.Name, Objects = [.. some.Select(p => new KeyVersion { Key = Key(p) })], Quiet = true },
                cancellationToken));
        }
    }

    public Task<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken) => GuardAsync<IReadOnlyList<string>>(folder, async () =>
    {
        var paths = new List<string>();
        var request = new ListObjectsV2Request { BucketName = _options.Name, Prefix = Key(folder) };
        do
        {
            var answer = await _client.ListObjectsV2Async(request, cancellationToken);
            paths.AddRange((answer.S3Objects ?? []).Select(o => o.Key[_options.Prefix.Length..]));
            request.ContinuationToken = answer.IsTruncated == true ? answer.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
        return paths;
    });

    public async Task<IReadOnlyList<string>> FetchAsync(IReadOnlyList<string> paths, string folder, CancellationToken cancellationToken)
    {
        var into = Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName;
        var files = new string[paths.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, paths.Count), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (i, stop) =>
        {
            // The end of the name tells the engine how a file is compressed.
            var name = paths[i][(paths[i].LastIndexOf('/') + 1)..];
            files[i] = Path.Combine(into, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{i}-{name}"));
            await GuardAsync(paths[i], async () =>
            {
                using var answer = await _client.GetObjectAsync(new GetObjectRequest { BucketName = _options.Name, Key = Key(paths[i]) }, stop);
                await using var output = new FileStream(files[i], FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
                await answer.ResponseStream.CopyToAsync(output, stop);
                return true;
            });
        });
        return files;
    }

    public Task<IFileLock> LockAsync(string path, bool alone, CancellationToken cancellationToken) => S3Lock.TakeAsync(this, path, _clock, cancellationToken);

    public async IAsyncEnumerable<DestinationStep> CheckAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Model.TributaryException? failure = null;
        try
        {
            await GuardAsync("", () => _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _options.Name, Prefix = _options.Prefix, MaxKeys = 1 }, cancellationToken));
        }
        catch (Model.TributaryException e)
        {
            failure = e;
        }

        if (failure is null || failure.Code != "destination.unreachable")
        {
            yield return new DestinationStep("reach", true, $"{Host} answers.");
        }

        if (failure is not null)
        {
            yield return new DestinationStep(failure.Code switch { "destination.unreachable" => "reach", "destination.sign_in" => "sign in", _ => "bucket" }, false, failure.Message);
            yield break;
        }

        yield return new DestinationStep("bucket", true, $"The bucket '{_options.Name}' is there and its objects can be listed.");
        yield return await FilesProbe.TryAsync(this, cancellationToken);
    }

    public void Dispose() => _client.Dispose();

    private string Host => _options.Endpoint?.Authority ?? "Amazon S3";

    private string Key(string path) => _options.Prefix + path;

    private async Task BringInPartsAsync(string file, string path, CancellationToken cancellationToken)
    {
        var begun = await _client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = _options.Name, Key = Key(path) }, cancellationToken);
        try
        {
            var parts = new List<PartETag>();
            var length = new FileInfo(file).Length;
            for (long from = 0; from < length; from += PartBytes)
            {
                var part = await _client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = _options.Name,
                        Key = Key(path),
                        UploadId = begun.UploadId,
                        PartNumber = parts.Count + 1,
                        FilePath = file,
                        FilePosition = from,
                        PartSize = Math.Min(PartBytes, length - from),
                        UseChunkEncoding = false,
                    },
                    cancellationToken);
                parts.Add(new PartETag(parts.Count + 1, part.ETag));
            }

            await _client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = _options.Name, Key = Key(path), UploadId = begun.UploadId, PartETags = parts }, cancellationToken);
        }
        catch
        {
            // Parts that are left are paid for and seen by nobody.
            await _client.AbortMultipartUploadAsync(_options.Name, Key(path), begun.UploadId, CancellationToken.None);
            throw;
        }
    }

    private async Task<T> GuardAsync<T>(string path, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or WebException or IOException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw S3Errors.Explain(e, Describe(path), Host, _options.Name);
        }
    }
}
