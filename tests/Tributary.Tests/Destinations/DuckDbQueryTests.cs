using System.Numerics;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Tests.Destinations;

public sealed class DuckDbQueryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Values_have_their_types()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        await using var result = await duckDb.Destination.QueryAsync(
            "SELECT sum(nb_visits) s, sum(revenue) r, max(_read_at) t, 1::TINYINT i, 170141183460469231731687303715884105727::HUGEINT h, DATE '2026-05-01' d, true b, 0.5::DOUBLE f, NULL n, " +
            "[1, NULL] l, {'a': 1} m, 'x'::BLOB x, TIMESTAMPTZ 'infinity' inf, UUID '00000000-0000-0000-0000-000000000001' u FROM pages",
            Stop);
        var row = Assert.Single(await result.Rows.ToListAsync(Stop));

        Assert.Equal(
            ["s HUGEINT", "r DECIMAL", "t TIMESTAMPTZ", "i TINYINT", "h HUGEINT", "d DATE", "b BOOLEAN", "f DOUBLE", "n INTEGER", "l LIST", "m STRUCT", "x BLOB", "inf TIMESTAMPTZ", "u UUID"],
            result.Columns.Select(c => $"{c.Name} {c.Type}"));
        Assert.Equal(
            [3L, 0.75m, new DateTimeOffset(2026, 5, 3, 4, 5, 6, TimeSpan.Zero).AddMicroseconds(7), 1L, BigInteger.Pow(2, 127) - 1, new DateOnly(2026, 5, 1), true, 0.5, null],
            row[..9]);
        Assert.Equal(new object?[] { 1L, null }, Assert.IsType<List<object?>>(row[9]));
        Assert.Equal(1L, Assert.IsType<Dictionary<string, object?>>(row[10])["a"]);
        Assert.Equal("x"u8.ToArray(), row[11]);
        Assert.Equal("infinity", row[12]);
        Assert.Equal(Guid.Parse("00000000-0000-0000-0000-000000000001"), row[13]);
    }

    [Theory]
    [InlineData("INTERVAL 14 MONTH", "1 year 2 months")]
    [InlineData("INTERVAL 1 DAY + INTERVAL 90061 SECOND", "1 day 25:01:01")]
    [InlineData("INTERVAL 0 DAY", "00:00:00")]
    [InlineData("-INTERVAL 1500 MILLISECOND", "-00:00:01.5")]
    public async Task A_span_of_time_is_written_as_the_engine_writes_it(string expression, string text)
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        await using var result = await duckDb.Destination.QueryAsync($"SELECT {expression} AS value, CAST({expression} AS VARCHAR) AS words", Stop);
        var row = Assert.Single(await result.Rows.ToListAsync(Stop));

        Assert.Equal(text, row[0]);
        Assert.Equal(row[1], row[0]);
    }

    [Theory]
    [InlineData("current_time")]
    [InlineData("DATE '10000-01-01'")]
    [InlineData("TIMESTAMP '290000-01-01 00:00:00'")]
    [InlineData("TIME '24:00:00'")]
    [InlineData("12345678901234567890123456789012345678::DECIMAL(38, 0)")]
    [InlineData("MAP {[1, 2]: 'a'}")]
    [InlineData("union_value(a := 1)")]
    public async Task No_value_comes_as_the_name_of_a_type(string expression)
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        object? value;
        try
        {
            await using var result = await duckDb.Destination.QueryAsync($"SELECT {expression} AS value", Stop);
            value = Assert.Single(await result.Rows.ToListAsync(Stop))[0];
        }
        catch (TributaryException error)
        {
            Assert.Equal("query.sql", error.Code);
            Assert.Contains("'value'", error.Message, StringComparison.Ordinal);
            return;
        }

        Assert.DoesNotContain("DuckDB", $"{value}", StringComparison.Ordinal);
        Assert.DoesNotContain("System.", $"{value}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("selec 1")]
    [InlineData("SELECT nope FROM pages")]
    [InlineData("FROM nowhere")]
    [InlineData("SELECT 'a'::INTEGER")]
    [InlineData("SELECT 9223372036854775807 + nb_visits FROM pages")]
    [InlineData("  ")]
    [InlineData("-- nothing")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("DELETE FROM pages")]
    [InlineData("/* a */ -- b\n INSERT INTO pages(site_id) VALUES (1)")]
    [InlineData("DROP TABLE pages")]
    [InlineData("COPY pages TO '/tmp/stolen.csv'")]
    [InlineData("ATTACH '/tmp/other.db'")]
    [InlineData("SET memory_limit = '100GB'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("SELECT * FROM read_text('/etc/hostname')")]
    [InlineData("SELECT * FROM glob('/etc/*')")]
    [InlineData("SELECT * FROM 'https://example.org/a.csv'")]
    [InlineData("EXPLAIN ANALYZE DELETE FROM pages")]
    public async Task A_statement_that_does_more_than_read_or_is_wrong_is_the_users_to_mend(string sql)
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        var failure = await Assert.ThrowsAsync<TributaryException>(() => duckDb.QueryAsync(sql));

        Assert.Equal(("query.sql", Fault.Setup), (failure.Code, failure.Fault));
        Assert.Equal(2, (await duckDb.QueryAsync("FROM pages")).Count);
    }

    [Fact]
    public async Task The_engines_own_words_are_passed_on()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        var failure = await Assert.ThrowsAsync<TributaryException>(() => duckDb.QueryAsync("SELECT nb_visit FROM pages"));

        Assert.StartsWith("The query cannot be run. Referenced column \"nb_visit\" not found", failure.Message, StringComparison.Ordinal);
        Assert.Contains("nb_visits", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FROM enable_logging(storage='file', storage_config={'path':'/nowhere'})")]
    [InlineData("SELECT * FROM system.main.Enable_Logging ('QueryLog')")]
    [InlineData("FROM \"enable_logging\"/* a */('QueryLog')")]
    [InlineData("FROM enable_logging\u00a0('QueryLog')")]
    [InlineData("FROM query('FROM enable_' || 'logging()')")]
    [InlineData("SELECT E'\\'' AS a, '' FROM query('SELECT 1') -- '")]
    [InlineData("SELECT $$'$$ AS a FROM query('SELECT 1') WHERE '1' = '1'")]
    [InlineData("SELECT 1 AS \"'\" FROM query('SELECT 1')")]
    [InlineData("FROM json_execute_serialized_sql(json_serialize_sql('FROM enable_logging()'))")]
    [InlineData("FROM force_checkpoint()")]
    [InlineData("EXPLAIN ANALYZE FROM enable_profiling()")]
    public async Task A_function_that_changes_the_engine_is_refused(string sql)
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        var error = await Assert.ThrowsAsync<TributaryException>(() => duckDb.QueryAsync(sql));

        Assert.Contains("does more: leave it out", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await duckDb.QueryAsync("FROM pages")).Count);
    }

    [Fact]
    public async Task A_PIVOT_without_its_values_is_told_what_it_lacks()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        var error = await Assert.ThrowsAsync<TributaryException>(() => duckDb.QueryAsync("PIVOT pages ON label USING sum(nb_visits)"));

        Assert.Contains("IN ('a', 'b')", error.Message, StringComparison.Ordinal);
        Assert.Single(await duckDb.QueryAsync("PIVOT (SELECT 'x' AS a, 5 AS n) ON a IN ('x') USING sum(n)"));
    }

    [Theory]
    [InlineData("SELECT 'a query (of mine), enable_logging()' AS text, label FROM pages")]
    [InlineData("SELECT 1 AS query, 2 AS \"checkpoint\", 3 AS my_query")]
    [InlineData("DESCRIBE pages")]
    [InlineData("SHOW TABLES")]
    [InlineData("SUMMARIZE pages")]
    [InlineData("EXPLAIN SELECT 1")]
    [InlineData("WITH a AS (SELECT 1) FROM a;")]
    [InlineData("(SELECT 1)")]
    [InlineData("VALUES (1)")]
    [InlineData("/* all */ from pages -- end")]
    public async Task Every_way_to_read_is_open(string sql)
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        Assert.NotEmpty(await duckDb.QueryAsync(sql));
    }

    [Fact]
    public async Task Before_the_first_commit_there_are_no_tables_and_no_file()
    {
        using var duckDb = new DuckDbFixture();

        Assert.Equal(1L, (await duckDb.QueryAsync("SELECT 1"))[0][0]);
        Assert.Equal("query.sql", (await Assert.ThrowsAsync<TributaryException>(() => duckDb.QueryAsync("FROM pages"))).Code);
        Assert.Equal("query.sql", (await Assert.ThrowsAsync<TributaryException>(() => duckDb.QueryAsync("FROM read_text('/etc/hostname')"))).Code);
        Assert.False(File.Exists(duckDb.Path));
    }

    [Fact]
    public async Task A_result_left_early_lets_go_of_the_file()
    {
        using var duckDb = new DuckDbFixture(options: new() { QueueTimeout = TimeSpan.Zero });
        await duckDb.FillAsync(rows: 5_000);

        var result = await duckDb.Destination.QueryAsync("FROM pages", Stop);
        await foreach (var row in result.Rows.WithCancellation(Stop))
        {
            Assert.NotNull(row);
            break;
        }

        await duckDb.FillAsync();
    }

    [Fact]
    public async Task Queries_run_beside_each_other()
    {
        using var duckDb = new DuckDbFixture(options: new() { QueueTimeout = TimeSpan.Zero });
        await duckDb.FillAsync(rows: 5_000);

        await using var first = await duckDb.Destination.QueryAsync("SELECT nb_visits FROM pages ORDER BY 1", Stop);
        await using (var second = await duckDb.Destination.QueryAsync("SELECT count(*) FROM pages", Stop))
        {
            Assert.Equal(5_000L, (await second.Rows.SingleAsync(Stop))[0]);
        }

        Assert.Equal(5_000, await first.Rows.CountAsync(Stop));
    }

    [Fact]
    public async Task A_query_that_takes_longer_than_its_limit_is_stopped_and_says_so()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var destination = new Tributary.Destinations.DuckDb.DuckDbDestination(duckDb.Path, duckDb.Staging, clock);

        async Task<int> RunAsync()
        {
            await using var result = await destination.QueryAsync("SELECT count(*) FROM range(10000000) a, range(10000000) b", QueryLimits.Screen, Stop);
            return await result.Rows.CountAsync(Stop);
        }

        var running = RunAsync();
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop));
        }

        var failure = await Assert.ThrowsAsync<TributaryException>(() => running);
        Assert.Equal(("query.too_long", Fault.Setup), (failure.Code, failure.Fault));
        Assert.Contains("longer than 60 seconds", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await duckDb.QueryAsync("FROM pages")).Count);
    }

    [Theory]
    [InlineData(4_999, 4_999, true)]
    [InlineData(5_000, 5_000, false)]
    [InlineData(0, 0, true)]
    [InlineData(2_048, 2_048, true)]
    public async Task Rows_behind_the_limit_are_left_out_and_that_is_told(long most, int rows, bool isCut)
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync(rows: 5_000);

        await using var result = await duckDb.Destination.QueryAsync("SELECT nb_visits FROM pages", new QueryLimits { MaxRows = most }, Stop);

        Assert.Equal(rows, await result.Rows.CountAsync(Stop));
        Assert.Equal(isCut, result.IsCut);
    }

    [Fact]
    public async Task Bytes_behind_the_limit_are_left_out_too()
    {
        using var duckDb = new DuckDbFixture();

        await using var result = await duckDb.Destination.QueryAsync("SELECT repeat('x', 1000000) FROM range(1000)", new QueryLimits { MaxBytes = 10_000_000 }, Stop);

        Assert.Equal(5, await result.Rows.CountAsync(Stop));
        Assert.True(result.IsCut);
    }

    [Fact]
    public async Task A_query_that_needs_more_than_the_memory_allowed_fails_in_words()
    {
        using var duckDb = new DuckDbFixture(options: new() { MemoryLimit = "50MB" });
        await duckDb.FillAsync();

        var failure = await Assert.ThrowsAsync<TributaryException>(() => duckDb.QueryAsync("SELECT list(repeat('x', 1000) || i) FROM range(1000000) t(i)"));

        Assert.Equal("destination.out_of_memory", failure.Code);
        Assert.Equal(2, (await duckDb.QueryAsync("FROM pages")).Count);
    }

    [Fact]
    public async Task A_long_query_stops_when_asked()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var query = duckDb.Destination.QueryAsync("SELECT count(*) FROM range(10000000000000) a, pages WHERE a.range % 7 = nb_visits", stop.Token);
        Assert.False(query.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await using var result = await query;
            await result.Rows.ToListAsync(stop.Token);
        });
        await duckDb.FillAsync();
    }
}
