using DuckDB.NET.Data;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Testing;
using Tributary.Warehouses.Files;

namespace Tributary.Warehouses.Tests.Files;

public sealed class FilesLayoutTests
{
    private static readonly DateOnly May1 = new(2026, 5, 1);
    private static readonly ColumnDefinition[] Columns =
    [
        new("site_id", ColumnType.Integer, ColumnRole.Key), new("period", ColumnType.Text, ColumnRole.Key), new("period_start", ColumnType.Date, ColumnRole.Key), new("period_end", ColumnType.Date, ColumnRole.Key),
        new("segment", ColumnType.Text, ColumnRole.Key), new("label", ColumnType.Text, ColumnRole.Dimension), new("nb_visits", ColumnType.Integer, ColumnRole.Metric),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_lie_where_the_page_about_them_says()
    {
        using var files = new LocalFiles(FilesFormat.Parquet);
        await FillAsync(files.Destination);

        Assert.Equal(
            [
                "pages/_common_metadata",
                "pages/for_site=1/for_period=day/for_date=2026-05-01/data-segment-663d0806bf13cb82.parquet",
                "pages/for_site=1/for_period=day/for_date=2026-05-01/data.parquet",
                "pages/for_site=1/for_period=range/for_date=2026-05-01/data-to-2026-05-09.parquet",
                "pages/for_site=1/for_period=week/for_date=2026-05-04/data.parquet",
                "pages/for_site=2/for_period=day/for_date=2026-05-01/data.parquet",
                "pages__partitions/for_site=1/data.parquet",
                "pages__partitions/for_site=2/data.parquet",
            ],
            Directory.EnumerateFiles(files.Place, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(files.Place, f).Replace('\\', '/')).Where(f => !f.StartsWith(FilesLayout.Own, StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("SELECT * EXCLUDE (for_site, for_period, for_date) FROM read_parquet('{place}/pages/**/*.parquet', union_by_name = true)")]
    [InlineData("SELECT * FROM read_parquet('{place}/pages/**/*.parquet', union_by_name = true, hive_partitioning = false)")]
    public async Task A_pattern_reads_the_whole_table_with_its_own_columns_whether_the_folders_are_read_as_columns_or_not(string sql)
    {
        using var files = new LocalFiles(FilesFormat.Parquet);
        await FillAsync(files.Destination);
        using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync(Stop);

        var query = sql.Replace("{place}", files.Place, StringComparison.Ordinal);
        Assert.Equal(
            ["site_id BIGINT", "period VARCHAR", "period_start DATE", "period_end DATE", "segment VARCHAR", "label VARCHAR", "nb_visits BIGINT"],
            connection.Rows($"DESCRIBE {query}", r => $"{r.GetString(0)} {r.GetString(1)}"));
        Assert.Equal(
            ["all 1", "firefox 2", "other site 5", "range 4", "week 3"],
            connection.Rows($"SELECT label, nb_visits FROM ({query}) ORDER BY label", r => $"{r.GetString(0)} {r.GetInt64(1)}"));
    }

    [Fact]
    public async Task The_folders_can_be_used_to_open_fewer_files()
    {
        using var files = new LocalFiles(FilesFormat.Parquet);
        await FillAsync(files.Destination);
        using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync(Stop);

        var labels = connection.Rows($"SELECT label FROM read_parquet('{files.Place}/pages/**/*.parquet', union_by_name = true) WHERE for_site = 1 AND for_period = 'day' AND for_date = DATE '2026-05-01' ORDER BY 1", r => r.GetString(0));
        Assert.Equal(["all", "firefox"], labels);
    }

    [Fact]
    public async Task The_states_can_be_read_by_a_pattern_too()
    {
        using var files = new LocalFiles(FilesFormat.Csv);
        await FillAsync(files.Destination);
        using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync(Stop);

        Assert.Equal(5, connection.Scalar($"SELECT count(*)::INTEGER FROM read_csv('{files.Place}/pages__partitions/**/*.csv') WHERE state = 'provisional' AND rows = 1"));
    }

    [Fact]
    public async Task All_columns_stand_in_a_file_of_their_own()
    {
        using var files = new LocalFiles(FilesFormat.Parquet);
        await FillAsync(files.Destination);
        ColumnDefinition[] more = [.. Columns, new("bounce_rate", ColumnType.Double, ColumnRole.Metric)];
        await files.Destination.CommitAsync(Commit("2", more, new TestRows(more).Add(3, "day", May1, May1, "", "new", 1, 0.5), new PartitionKey(3, Period.Day, May1, May1)), Stop);
        using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync(Stop);

        Assert.Equal(more.Select(c => c.Name), connection.Rows($"DESCRIBE SELECT * FROM read_parquet('{files.Place}/pages/_common_metadata')", r => r.GetString(0)));
    }

    [Fact]
    public async Task In_CSV_nothing_is_null_and_quotes_around_nothing_are_an_empty_text()
    {
        using var files = new LocalFiles(FilesFormat.Csv);
        var rows = new TestRows(Columns).Add(1, "day", May1, May1, "", "", null).Add(1, "day", May1, May1, "", null, 1);
        await files.Destination.CommitAsync(Commit("1", Columns, rows, 2, new PartitionKey(1, Period.Day, May1, May1)), Stop);

        var file = Path.Combine(files.Place, "pages", "for_site=1", "for_period=day", "for_date=2026-05-01", "data.csv");
        Assert.Equal(
            ["site_id,period,period_start,period_end,segment,label,nb_visits", "1,day,2026-05-01,2026-05-01,\"\",\"\",", "1,day,2026-05-01,2026-05-01,\"\",,1"],
            await File.ReadAllLinesAsync(file, Stop));
    }

    [Fact]
    public async Task A_table_stays_in_the_format_it_was_begun_in()
    {
        using var files = new LocalFiles(FilesFormat.Csv);
        await FillAsync(files.Destination);
        var other = new FilesDestination(new LocalStore(files.Place, TimeProvider.System), new FilesFormat(FilesFormat.Parquet, "zstd"), new DestinationPlace("files", Path.Combine(files.Place, "staging"), TimeProvider.System));

        await other.CommitAsync(Commit("2", Columns, new TestRows(Columns).Add(1, "day", May1, May1, "", "new", 9), new PartitionKey(1, Period.Day, May1, May1)), Stop);

        Assert.Equal(["firefox", "new", "other site", "range", "week"], (await FileRows.ReadAsync(other, files.Format, files.Place, "pages", Stop)).Select(r => (string)r["label"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_place_whose_name_looks_like_a_pattern_is_taken_by_its_letters()
    {
        using var files = new LocalFiles(FilesFormat.Parquet, name: "a [b] * {c} ? 'd'");
        await FillAsync(files.Destination);

        await FillAsync(files.Destination, "again");

        Assert.Equal(5, (await files.Destination.ReadPartitionsAsync("pages", Stop)).Count);
        Assert.Equal(5, (await FileRows.ReadAsync(files.Destination, files.Format, files.Place, "pages", Stop)).Count);
    }

    [Theory]
    [InlineData(FilesFormat.Parquet, ColumnType.Integer)]
    [InlineData(FilesFormat.Parquet, ColumnType.Double)]
    [InlineData(FilesFormat.Csv, ColumnType.Double)]
    public async Task A_file_that_somebody_removed_is_written_anew_and_is_none_that_undoing_could_bring_back(string format, ColumnType type)
    {
        using var files = new LocalFiles(format);
        await FillAsync(files.Destination);
        ColumnDefinition[] columns = [.. Columns[..^1], Columns[^1] with { Type = type }];
        PartitionKey gone = new(1, Period.Day, May1, May1), goneToo = gone with { SiteId = 2 };
        foreach (var site in new[] { 1, 2 })
        {
            File.Delete(Path.Combine(files.Place, "pages", $"for_site={site}", "for_period=day", "for_date=2026-05-01", "data" + files.Format.Extension));
        }

        var failure = await Assert.ThrowsAsync<TributaryException>(() => files.Destination.ReadBatchesAsync("pages", Stop).CountAsync(Stop).AsTask());
        Assert.Equal(("destination.missing_file", false), (failure.Code, failure.IsTransient));

        object visits = type == ColumnType.Double ? 6.5 : 6;
        await files.Destination.CommitAsync(Commit("full/1", columns, new TestRows(columns).Add(1, "day", May1, May1, "", "anew", visits), gone) with { RunId = "full", KeepRuns = 2 }, Stop);
        await files.Destination.CommitAsync(Commit("full/2", columns, new TestRows(columns).Add(2, "day", May1, May1, "", "anew too", visits), goneToo) with { RunId = "full", KeepRuns = 2 }, Stop);

        Assert.Equal(["anew", "anew too", "firefox", "range", "week"], (await FileRows.ReadAsync(files.Destination, files.Format, files.Place, "pages", Stop)).Select(r => (string)r["label"]!).Order(StringComparer.Ordinal));
        Assert.Equal(5, (await files.Destination.ReadBatchesAsync("pages", Stop).ToListAsync(Stop)).Sum(b => b.Rows));
        await files.Destination.RevertAsync("pages", "1", DateTimeOffset.MaxValue, Stop);
        Assert.Equal(3, (await files.Destination.ReadBatchesAsync("pages", Stop).ToListAsync(Stop)).Sum(b => b.Rows));
        Assert.DoesNotContain(await files.Destination.ReadPartitionsAsync("pages", Stop), p => p.Key == gone || p.Key == goneToo);
    }

    private static Task FillAsync(IDestination destination, string window = "1")
    {
        PartitionKey day = new(1, Period.Day, May1, May1);
        var rows = new TestRows(Columns)
            .Add(1, "day", May1, May1, "", "all", 1)
            .Add(1, "day", May1, May1, "browserCode==FF", "firefox", 2)
            .Add(1, "week", new DateOnly(2026, 5, 4), new DateOnly(2026, 5, 10), "", "week", 3)
            .Add(1, "range", May1, new DateOnly(2026, 5, 9), "", "range", 4)
            .Add(2, "day", May1, May1, "", "other site", 5);
        return destination.CommitAsync(
            Commit(
                window,
                Columns,
                rows,
                day,
                day with { Segment = "browserCode==FF" },
                new PartitionKey(1, Period.Week, new DateOnly(2026, 5, 4), new DateOnly(2026, 5, 10)),
                new PartitionKey(1, Period.Range, May1, new DateOnly(2026, 5, 9)),
                day with { SiteId = 2 }),
            Stop);
    }

    private static WindowCommit Commit(string window, ColumnDefinition[] columns, TestRows rows, params PartitionKey[] keys) => Commit(window, columns, rows, 1, keys);

    private static WindowCommit Commit(string window, ColumnDefinition[] columns, TestRows rows, int each, params PartitionKey[] keys) => new()
    {
        Table = "pages",
        WindowId = window,
        Schema = new TableSchema(columns),
        Partitions = [.. keys.Select(k => new PartitionRecord(k, PartitionState.Provisional, each, DateTimeOffset.UnixEpoch, "r"))],
        Rows = rows,
    };
}
