using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Microsoft.Extensions.Time.Testing;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Testing;
using Tributary.Warehouses.Files;

namespace Tributary.Warehouses.Tests.Files;

public sealed class BucketTests : IDisposable
{
    private readonly BucketFiles _files = new(FilesFormat.Parquet);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("secret_key", "wrong-secret-3f1c", "sign in", "does not accept the access key")]
    [InlineData("access_key", "nobody", "sign in", "does not accept the access key")]
    [InlineData("location", "s3://no-such-bucket/x", "bucket", "There is no bucket 'no-such-bucket'")]
    [InlineData("endpoint", "http://127.0.0.1:9", "reach", "cannot be reached")]
    public async Task What_is_wrong_is_told_at_the_step_it_shows_up(string option, string value, string step, string sentence)
    {
        _files.Options[option] = value;
        var last = (await StepsAsync(new FilesKind().Open(_files.Options, ServerAddress.Place)))[^1];

        Assert.Equal((step, false), (last.Name, last.IsFine));
        Assert.Contains(sentence, last.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(_files.Options["secret_key"], last.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_that_works_is_reached_signed_in_to_and_written()
    {
        Assert.Equal([("reach", true), ("bucket", true), ("write", true)], (await StepsAsync(_files.Destination)).Select(s => (s.Name, s.IsFine)));
        Assert.Empty(await _files.Store.ListAsync("", Stop));
    }

    [Fact]
    public async Task A_file_that_somebody_removed_is_written_anew()
    {
        ColumnDefinition[] columns =
        [
            new("site_id", ColumnType.Integer, ColumnRole.Key), new("period", ColumnType.Text, ColumnRole.Key), new("period_start", ColumnType.Date, ColumnRole.Key), new("period_end", ColumnType.Date, ColumnRole.Key),
            new("nb_visits", ColumnType.Integer, ColumnRole.Metric),
        ];
        var day = new PartitionKey(1, Period.Day, new DateOnly(2026, 5, 1), new DateOnly(2026, 5, 1));
        var commit = new WindowCommit
        {
            Table = "pages",
            WindowId = "r1/1",
            RunId = "r1",
            KeepRuns = 2,
            Schema = new TableSchema(columns),
            Partitions = [new PartitionRecord(day, PartitionState.Final, 1, DateTimeOffset.UnixEpoch, "r1")],
            Rows = new TestRows(columns).Add(1, "day", day.Start, day.End, 7),
        };
        await _files.Destination.CommitAsync(commit, Stop);
        await _files.Store.DeleteAsync(FilesLayout.Rows("pages", day, _files.Format.Extension), Stop);

        await _files.Destination.CommitAsync(commit with { WindowId = "r2/1", RunId = "r2" }, Stop);

        Assert.Single(await _files.ReadRowsAsync("pages", Stop));
    }

    [Fact]
    public async Task A_file_of_several_parts_arrives_byte_by_byte()
    {
        var path = Path.Combine(_files.Folder, "large");
        await File.WriteAllBytesAsync(path, RandomNumberGenerator.GetBytes(70 << 20), Stop);

        await _files.Store.BringAsync(path, "large", Stop);

        var back = Assert.Single(await _files.Store.FetchAsync(["large"], _files.Folder, Stop));
        await using FileStream sent = File.OpenRead(path), received = File.OpenRead(back);
        Assert.Equal(await SHA256.HashDataAsync(sent, Stop), await SHA256.HashDataAsync(received, Stop));
    }

    [Fact]
    public async Task A_lock_keeps_others_out_until_it_is_given_back()
    {
        var most = 0;
        var inside = 0;
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async i =>
        {
            // By other names for the same folder, so that only the storage keeps them apart.
            await using var held = await S3Lock.TakeAsync(new Renamed(_files.Store, i), "locks/pages", TimeProvider.System, Stop);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await held.RequireAsync(Stop);
            Interlocked.Decrement(ref inside);
        }));

        Assert.Equal(1, most);
        Assert.Empty(await _files.Store.ListAsync("locks/", Stop));
    }

    [Fact]
    public async Task A_lock_of_a_dead_program_is_taken_away_after_a_minute_and_one_that_stood_still_notices()
    {
        var clock = new FakeTimeProvider();
        var standing = await S3Lock.TakeAsync(new Renamed(_files.Store, 1), "locks/pages", TimeProvider.System, Stop);
        var next = S3Lock.TakeAsync(new Renamed(_files.Store, 2), "locks/pages", clock, Stop);
        while (!next.IsCompleted)
        {
            // A second for every answer of the storage, so that a minute is enough of them.
            clock.Advance(TimeSpan.FromSeconds(1));
            await _files.Store.ListAsync("locks/", Stop);
        }

        await using var held = await next;
        await held.RequireAsync(Stop);
        Assert.Equal("destination.conflict", (await Assert.ThrowsAsync<TributaryException>(() => standing.RequireAsync(Stop))).Code);
        await standing.DisposeAsync();
        await held.RequireAsync(Stop);
    }

    [Fact]
    public async Task A_renewal_under_way_leaves_no_lock_behind_that_was_given_back()
    {
        var clock = new FakeTimeProvider();
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously), go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var isTaken = false;
        var store = new Renamed(_files.Store, 1, async () =>
        {
            if (isTaken)
            {
                begun.SetResult();
                await go.Task;
            }
        });
        var held = await S3Lock.TakeAsync(store, "locks/pages", clock, Stop);
        isTaken = true;
        clock.Advance(TimeSpan.FromSeconds(10));
        await begun.Task.WaitAsync(Stop);

        var givenBack = held.DisposeAsync().AsTask();

        // What is enough for the name to be removed, if that did not wait.
        for (var i = 0; i < 5; i++)
        {
            Assert.Single(await _files.Store.ListAsync("locks/", Stop));
        }

        go.SetResult();
        await givenBack;
        Assert.Empty(await _files.Store.ListAsync("locks/", Stop));
    }

    [Theory]
    [InlineData("InvalidAccessKeyId", HttpStatusCode.Forbidden, "destination.sign_in", Fault.Setup, false)]
    [InlineData("SignatureDoesNotMatch", HttpStatusCode.Forbidden, "destination.sign_in", Fault.Setup, false)]
    [InlineData("RequestTimeTooSkewed", HttpStatusCode.Forbidden, "destination.clock", Fault.Setup, false)]
    [InlineData("AccessDenied", HttpStatusCode.Forbidden, "destination.denied", Fault.Setup, false)]
    [InlineData("NoSuchBucket", HttpStatusCode.NotFound, "destination.no_bucket", Fault.Setup, false)]
    [InlineData("NoSuchKey", HttpStatusCode.NotFound, "destination.missing_file", Fault.Destination, false)]
    [InlineData("XMinioStorageFull", HttpStatusCode.InsufficientStorage, "destination.disk_full", Fault.Destination, false)]
    [InlineData("SlowDown", HttpStatusCode.ServiceUnavailable, "destination.unreachable", Fault.Destination, true)]
    [InlineData("SomethingNew", HttpStatusCode.BadRequest, "destination.engine", Fault.Destination, false)]
    public void A_refusal_is_told_by_whose_side_it_is_on(string code, HttpStatusCode status, string expected, Fault fault, bool isTransient)
    {
        var error = S3Errors.Explain(new AmazonS3Exception("It said so.") { ErrorCode = code, StatusCode = status }, "s3://b/p", "storage.example.com", "b");

        Assert.Equal((expected, fault, isTransient), (error.Code, error.Fault, error.IsTransient));
        Assert.Contains("It said so.", error.Message, StringComparison.Ordinal);
    }

    private static async Task<List<DestinationStep>> StepsAsync(IDestination destination)
    {
        var steps = new List<DestinationStep>();
        await foreach (var step in destination.CheckAsync(Stop))
        {
            steps.Add(step);
        }

        return steps;
    }

    /// <summary>Another program's view of a place.</summary>
    private sealed class Renamed(IFileStore inner, int program, Func<Task>? writing = null) : IFileStore
    {
        public string Describe(string path) => $"{program}: {inner.Describe(path)}";

        public string? OnDisk(string path) => inner.OnDisk(path);

        public Task<string?> ReadTextAsync(string path, CancellationToken cancellationToken) => inner.ReadTextAsync(path, cancellationToken);

        public async Task WriteTextAsync(string path, string text, CancellationToken cancellationToken)
        {
            await (writing?.Invoke() ?? Task.CompletedTask);
            await inner.WriteTextAsync(path, text, cancellationToken);
        }

        public Task BringAsync(string file, string path, CancellationToken cancellationToken) => inner.BringAsync(file, path, cancellationToken);

        public Task MoveAsync(string from, string to, CancellationToken cancellationToken) => inner.MoveAsync(from, to, cancellationToken);

        public Task CopyAsync(string from, string to, CancellationToken cancellationToken) => inner.CopyAsync(from, to, cancellationToken);

        public Task DeleteAsync(string path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);

        public Task ClearAsync(string folder, CancellationToken cancellationToken) => inner.ClearAsync(folder, cancellationToken);

        public Task<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken) => inner.ListAsync(folder, cancellationToken);

        public Task<IReadOnlyList<string>> FetchAsync(IReadOnlyList<string> paths, string folder, CancellationToken cancellationToken) => inner.FetchAsync(paths, folder, cancellationToken);

        public Task<IFileLock> LockAsync(string path, bool alone, CancellationToken cancellationToken) => inner.LockAsync(path, alone, cancellationToken);

        public IAsyncEnumerable<DestinationStep> CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

        public void Dispose() => inner.Dispose();
    }
}
