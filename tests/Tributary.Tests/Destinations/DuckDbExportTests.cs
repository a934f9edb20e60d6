using System.Text;
using DuckDB.NET.Data;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Tests.Destinations;

public sealed class DuckDbExportTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Csv_has_a_header_and_instants_with_Z()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        Assert.Equal(
            "site_id,label,nb_visits,revenue,details,_read_at\n" +
            "1,\"/page, \"\"1\"\" ä\",1,0.2500,\"{\"\"i\"\":1}\",2026-05-03T04:05:06.000007Z\n" +
            "1,\"/page, \"\"2\"\" ä\",2,0.5000,\"{\"\"i\"\":2}\",2026-05-03T04:05:06.000007Z\n",
            await ExportAsync(duckDb, ExportFormat.Csv, null));
    }

    [Fact]
    public async Task Json_is_an_array_of_objects()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        using var json = System.Text.Json.JsonDocument.Parse(await ExportAsync(duckDb, ExportFormat.Json, "nb_visits > 1"));

        var row = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal("2026-05-03T04:05:06.000007Z", row.GetProperty("_read_at").GetString());
        Assert.Equal(2, row.GetProperty("details").GetProperty("i").GetInt32());
        Assert.Equal(0.5m, row.GetProperty("revenue").GetDecimal());
    }

    [Fact]
    public async Task Nothing_selected_is_an_empty_array_or_a_header()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        using var json = System.Text.Json.JsonDocument.Parse(await ExportAsync(duckDb, ExportFormat.Json, "false"));
        Assert.Equal(0, json.RootElement.GetArrayLength());
        Assert.Equal("site_id,label,nb_visits,revenue,details,_read_at\n", await ExportAsync(duckDb, ExportFormat.Csv, "false"));
    }

    [Fact]
    public async Task Parquet_keeps_types_and_is_compressed()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();
        var file = duckDb.Folder.File("pages.parquet");

        await duckDb.Destination.ExportAsync("pages", ExportFormat.Parquet, file, ExportOptions.Default, Stop);

        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        Assert.Equal("0.5000 2026-05-03 04:05:06.000007", Scalar($"SELECT max(revenue) || ' ' || max(_read_at AT TIME ZONE 'UTC') FROM '{file}'"));
        Assert.Equal("ZSTD", Scalar($"SELECT min(compression) FROM parquet_metadata('{file}')"));

        object? Scalar(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteScalar();
        }
    }

    [Theory]
    [InlineData("nb_visits >")]
    [InlineData("nope = 1")]
    [InlineData("true); DROP TABLE pages; --")]
    [InlineData("true) UNION ALL SELECT 1, 'x', 1, 1, '1', now() FROM (SELECT true")]
    [InlineData("true) LIMIT (1")]
    [InlineData("true) GROUP BY ALL HAVING (true")]
    [InlineData("label IN (SELECT content FROM read_text('/etc/hostname'))")]
    [InlineData("")]
    public async Task A_condition_is_a_condition_and_nothing_more(string where)
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        var failure = await Assert.ThrowsAsync<TributaryException>(() => ExportAsync(duckDb, ExportFormat.Csv, where));

        Assert.Equal(("query.sql", Fault.Setup), (failure.Code, failure.Fault));
    }

    [Theory]
    [InlineData("nb_visits = 1 -- only one")]
    [InlineData("nb_visits = 1 OR (label = 'x' AND site_id IN (2, 3))")]
    [InlineData("nb_visits < (SELECT max(nb_visits) FROM pages)")]
    public async Task Conditions_can_be_rich(string where)
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        Assert.Equal(2, (await ExportAsync(duckDb, ExportFormat.Csv, where)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_failed_export_leaves_the_file_that_was_there()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();
        var file = duckDb.Folder.File("pages.csv");
        await File.WriteAllTextAsync(file, "old", Stop);
        await File.WriteAllTextAsync(file + ".part", "somebody's", Stop);

        await Assert.ThrowsAsync<TributaryException>(() => duckDb.Destination.ExportAsync("pages", ExportFormat.Csv, file, new ExportOptions { Where = "nope" }, Stop));
        Assert.Equal("old", await File.ReadAllTextAsync(file, Stop));

        await duckDb.Destination.ExportAsync("pages", ExportFormat.Csv, file, ExportOptions.Default, Stop);
        Assert.StartsWith("site_id,", await File.ReadAllTextAsync(file, Stop), StringComparison.Ordinal);
        Assert.Equal("somebody's", await File.ReadAllTextAsync(file + ".part", Stop));
        Assert.Empty(Directory.EnumerateFileSystemEntries(duckDb.Staging));
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_said_to_be_so()
    {
        using var duckDb = new DuckDbFixture();

        var failure = await Assert.ThrowsAsync<TributaryException>(() => ExportAsync(duckDb, ExportFormat.Csv, null));

        Assert.Equal(("destination.no_table", Fault.Setup), (failure.Code, failure.Fault));
    }

    private static async Task<string> ExportAsync(DuckDbFixture duckDb, ExportFormat format, string? where)
    {
        using var output = new MemoryStream();
        await duckDb.Destination.ExportAsync("pages", format, output, new ExportOptions { Where = where }, Stop);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
