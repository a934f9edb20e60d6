using Tributary.Destinations;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Warehouses.Tests.PostgreSql;

public sealed class PostgreSqlDatabaseTests : DatabaseCompliance
{
    private static readonly ColumnDefinition[] Columns = [new("site_id", ColumnType.Integer, ColumnRole.Key), new("nb_visits", ColumnType.Integer, ColumnRole.Metric)];

    private readonly PostgreSqlFixture _fixture = new();

    protected override IDatabaseFixture Fixture => _fixture;

    protected override string HiddenChange => "WITH gone AS (DELETE FROM pages RETURNING *) SELECT count(*) FROM gone";

    protected override string Slow => "SELECT pg_sleep(100)";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_reads_while_a_column_is_widened_sees_all_rows()
    {
        await _fixture.Destination.CommitAsync(Window("1", 1_000), Stop);
        await using var connection = _fixture.Connect();
        await connection.OpenAsync(Stop);
        await using var widening = await connection.BeginTransactionAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = "ALTER TABLE pages ALTER COLUMN nb_visits TYPE double precision";
        await command.ExecuteNonQueryAsync(Stop);

        Task<long>[] reads = [AskedAsync(), BatchesAsync(), PartitionsAsync()];
        while (Convert.ToInt64(await _fixture.ScalarAsync($"SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND relation = '{_fixture.Schema}.pages'::regclass"), System.Globalization.CultureInfo.InvariantCulture) < reads.Length)
        {
            Assert.DoesNotContain(reads, r => r.IsCompleted);
        }

        await widening.CommitAsync(Stop);

        Assert.All(await Task.WhenAll(reads), rows => Assert.Equal(1_000, rows));

        async Task<long> AskedAsync()
        {
            await using var result = await _fixture.Destination.QueryAsync("SELECT * FROM pages", QueryLimits.None, Stop);
            return await result.Rows.LongCountAsync(Stop);
        }

        async Task<long> BatchesAsync() => await _fixture.Destination.ReadBatchesAsync("pages", Stop).AggregateAsync(0L, (sum, batch) => sum + batch.Rows, Stop);

        async Task<long> PartitionsAsync()
        {
            await using var result = await _fixture.Destination.ReadRowsAsync("pages", [Key], Stop);
            return await result.Rows.LongCountAsync(Stop);
        }
    }

    [Fact]
    public async Task A_schema_that_somebody_dropped_is_made_anew_by_the_second_commit_at_the_latest()
    {
        await _fixture.Destination.CommitAsync(Window("1", 3), Stop);
        await _fixture.ExecuteAsync($"DROP SCHEMA {_fixture.Schema} CASCADE");

        await Assert.ThrowsAsync<TributaryException>(() => _fixture.Destination.CommitAsync(Window("2", 2), Stop));
        await _fixture.Destination.CommitAsync(Window("2", 2), Stop);

        Assert.Equal(2, (await ServerAddress.ReadRowsAsync(_fixture.Destination, "pages", Stop)).Count);
    }

    [Fact]
    public async Task What_a_person_asks_for_a_screen_waits_for_its_turn()
    {
        var one = await _fixture.Destination.QueryAsync("SELECT 1", QueryLimits.Screen, Stop);
        var two = await _fixture.Destination.QueryAsync("SELECT 1", QueryLimits.Screen, Stop);
        var three = _fixture.Destination.QueryAsync("SELECT 1", QueryLimits.Screen, Stop);
        await using (var free = await _fixture.Destination.QueryAsync("SELECT 1", QueryLimits.None, Stop))
        {
            Assert.False(three.IsCompleted);
        }

        await one.DisposeAsync();
        await (await three).DisposeAsync();
        await two.DisposeAsync();
    }

    [Fact]
    public async Task Lists_and_other_large_values_are_limited_and_told()
    {
        await using (var fits = await _fixture.Destination.QueryAsync("SELECT ARRAY[1, 2], ARRAY['a', NULL], decode('00ff', 'hex'), '{\"a\": 1}'::jsonb, 'x'::varchar(3), NULL::text", QueryLimits.Screen, Stop))
        {
            var row = (await fits.Rows.ToListAsync(Stop)).Single();
            Assert.Equal([1, 2], (List<object?>)row[0]!);
            Assert.Equal(["a", null], (List<object?>)row[1]!);
            Assert.Equal([0, 255], (byte[])row[2]!);
            Assert.Equal(["{\"a\": 1}", "x", null], row[3..]);
        }

        foreach (var large in new[] { "array_agg(repeat('x', 1000))", "convert_to(repeat('x', 1000000), 'UTF8')", "repeat('x', 1000000)::varchar(2000000)" })
        {
            var failure = await Assert.ThrowsAsync<TributaryException>(async () =>
            {
                await using var result = await _fixture.Destination.QueryAsync($"SELECT {large} FROM generate_series(1, 1000) LIMIT 1", QueryLimits.Screen with { MaxValueBytes = 999_999 }, Stop);
                await result.Rows.CountAsync(Stop);
            });
            Assert.Equal("query.too_large", failure.Code);
        }
    }

    [Fact]
    public async Task The_comment_of_a_table_follows_the_description()
    {
        foreach (var (window, description) in new[] { ("1", "Pages."), ("2", "Pages of the shop."), ("3", "") })
        {
            await _fixture.Destination.CommitAsync(Window(window, 1) with { Description = description }, Stop);
        }

        Assert.Equal("Pages of the shop.", await _fixture.ScalarAsync($"SELECT obj_description('{_fixture.Schema}.pages'::regclass, 'pg_class')"));
    }

    [Fact]
    public async Task A_view_that_holds_up_a_change_is_named_with_what_to_do()
    {
        await _fixture.Destination.CommitAsync(Window("1", 1), Stop);
        await _fixture.ExecuteAsync("CREATE VIEW somebodys_board AS SELECT nb_visits FROM pages");
        await _fixture.ExecuteAsync("CREATE VIEW somebodys_chart AS SELECT nb_visits FROM somebodys_board");
        ColumnDefinition[] wide = [Columns[0], Columns[1] with { Type = ColumnType.Double }];

        var widened = await Assert.ThrowsAsync<TributaryException>(() => _fixture.Destination.CommitAsync(Window("2", 0) with { Schema = new TableSchema(wide) }, Stop));
        var dropped = await Assert.ThrowsAsync<TributaryException>(() => _fixture.Destination.DropAsync("pages", Stop));

        Assert.All([widened, dropped], f => Assert.Equal(("destination.in_the_way", Fault.Setup), (f.Code, f.Fault)));
        Assert.Contains(".somebodys_board depends on", widened.Message, StringComparison.Ordinal);
        Assert.Contains("run again", widened.Message, StringComparison.Ordinal);
        Assert.Contains(".somebodys_board depends on", dropped.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be removed", dropped.Message, StringComparison.Ordinal);
        Assert.Single(await ServerAddress.ReadRowsAsync(_fixture.Destination, "pages", Stop));

        await _fixture.ExecuteAsync("DROP VIEW somebodys_board CASCADE");
        await _fixture.Destination.DropAsync("pages", Stop);
        Assert.Null(await _fixture.Destination.ReadSchemaAsync("pages", Stop));
    }

    private static PartitionKey Key { get; } = new(1, Period.None, DateOnly.MinValue, DateOnly.MinValue);

    private static WindowCommit Window(string id, int count)
    {
        var rows = new TestRows(Columns);
        for (var i = 0; i < count; i++)
        {
            rows.Add(1, (long)i);
        }

        return new WindowCommit
        {
            Table = "pages",
            WindowId = id,
            Schema = new TableSchema(Columns),
            Partitions = [new PartitionRecord(Key, PartitionState.Final, count, DateTimeOffset.UnixEpoch, "r")],
            Rows = rows,
        };
    }
}
