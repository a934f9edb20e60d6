using Tributary.Destinations;
using Tributary.Model;
using Tributary.Testing;
using Tributary.Warehouses.Files;

namespace Tributary.Warehouses.Tests.Files;

public sealed class FilesKindTests
{
    [Theory]
    [InlineData("location", "relative/folder", null, null)]
    [InlineData("location", "s3://UPPER/x", null, null)]
    [InlineData("endpoint", "/srv/data", "endpoint", "https://minio.example.com")]
    [InlineData("endpoint", "s3://bucket/x", "endpoint", "minio.example.com")]
    [InlineData("endpoint", "s3://bucket/x", "endpoint", "https://minio.example.com/path")]
    [InlineData("secret_key", "s3://bucket/x", "access_key", "key")]
    [InlineData("access_key", "s3://bucket/x", "secret_key", "secret")]
    public void Options_that_do_not_hold_together_are_refused_at_their_own_name(string field, string location, string? option, string? value)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["location"] = location };
        if (option is not null)
        {
            options[option] = value!;
        }

        Assert.Equal(field, Assert.Throws<InputException>(() => FilesKind.Parse(options)).Problems.Single().Field);
    }

    [Fact]
    public void Snappy_is_for_Parquet_only() => Assert.Equal(
        "compression",
        Assert.Throws<InputException>(() => FilesKind.Parse(new Dictionary<string, string>(StringComparer.Ordinal) { ["location"] = "/srv", ["format"] = "csv", ["compression"] = "snappy" })).Problems.Single().Field);

    [Fact]
    public void A_bucket_has_a_prefix_that_ends_in_a_slash_or_none()
    {
        static S3Options Of(string location) => FilesKind.Parse(new Dictionary<string, string>(StringComparer.Ordinal) { ["location"] = location }).Bucket!;

        Assert.Equal(("my-bucket", "a/b/"), (Of("s3://my-bucket/a/b/").Name, Of("s3://my-bucket/a/b").Prefix));
        Assert.Equal("", Of("s3://my-bucket").Prefix);
        Assert.False(Of("s3://my-bucket").PathStyle);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_not_made_since_a_disk_may_only_not_be_mounted()
    {
        using var folder = new TemporaryFolder();
        var place = folder.File("missing");
        var destination = new FilesKind().Open(new Dictionary<string, string>(StringComparer.Ordinal) { ["location"] = place }, new DestinationPlace("files", folder.File("staging"), TimeProvider.System));

        var steps = await destination.CheckAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Contains("is not there on the machine that runs Tributary", Assert.Single(steps).Sentence, StringComparison.Ordinal);
        Assert.Equal("destination.missing_folder", (await Assert.ThrowsAsync<TributaryException>(() => destination.DropAsync("pages", TestContext.Current.CancellationToken))).Code);
        Assert.False(Directory.Exists(place));
    }

    [Fact]
    public async Task A_table_of_a_newer_version_is_left_alone()
    {
        var stop = TestContext.Current.CancellationToken;
        using var files = new LocalFiles(FilesFormat.Parquet);
        using var store = new LocalStore(files.Place, TimeProvider.System);
        await store.WriteTextAsync(FilesLayout.Note("pages"), "{\"version\": 9, \"table\": \"pages\", \"format\": \"parquet\", \"compression\": \"zstd\", \"columns\": []}", stop);

        Assert.Equal("destination.newer_version", (await Assert.ThrowsAsync<TributaryException>(() => files.Destination.ReadSchemaAsync("pages", stop))).Code);
    }

    [Theory]
    [InlineData("IO Error: Could not write file \"/srv/x.parquet\": No space left on device", "destination.disk_full")]
    [InlineData("Access to the path '/srv/x' is denied.", "destination.denied")]
    [InlineData("IO Error: Cannot open file \"/srv/x.parquet\": Permission denied", "destination.denied")]
    [InlineData("IO Error: Cannot open file \"/srv/x.parquet\": No such file or directory", "destination.missing_file")]
    [InlineData("IO Error: No files found that match the pattern \"/srv/x.parquet\"", "destination.missing_file")]
    [InlineData("Invalid Input Error: No magic bytes found at end of file '/srv/x.parquet'", "destination.file_damaged")]
    [InlineData("Something else", "destination.io")]
    public void A_failure_of_the_disk_is_told_by_what_to_do(string said, string code)
    {
        var error = FilesErrors.Explain(new IOException(said), "/srv/pages");

        Assert.Equal(code, error.Code);
        Assert.Contains("/srv/", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_known_by_its_number_in_any_language() => Assert.Equal("destination.disk_full", FilesErrors.Explain(new IOException("Kein Platz", 28), "/srv").Code);
}
