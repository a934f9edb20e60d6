using Tributary.Destinations;
using Tributary.Model;
using Tributary.Store;
using Tributary.Testing;
using Tributary.Warehouses.ClickHouse;

namespace Tributary.Warehouses.Tests.ClickHouse;

/// <summary>What only a destination without transactions has to show.</summary>
public sealed class ClickHouseOwnTests : IAsyncLifetime
{
    private static readonly DateOnly Day = new(2026, 5, 1);
    private static readonly ColumnDefinition[] Columns =
    [
        new("site_id", ColumnType.Integer, ColumnRole.Key), new("period", ColumnType.Text, ColumnRole.Key), new("period_start", ColumnType.Date, ColumnRole.Key), new("period_end", ColumnType.Date, ColumnRole.Key),
        new("day", ColumnType.Date, ColumnRole.Metadata), new("at", ColumnType.Instant, ColumnRole.Metadata),
    ];

    private readonly ClickHouseFixture _fixture = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Days_that_the_engine_does_not_know_are_null_not_others()
    {
        await _fixture.Destination.CommitAsync(Window("1", new TestRows(Columns).Add(1, "day", Day, Day, new DateOnly(1899, 12, 31), new DateTimeOffset(2300, 1, 1, 0, 0, 0, TimeSpan.Zero))), Stop);

        var row = (await ServerAddress.ReadRowsAsync(_fixture.Destination, "pages", Stop)).Single();
        Assert.Null(row["day"]);
        Assert.Null(row["at"]);
    }

    [Fact]
    public async Task What_was_never_shown_is_removed_by_the_next_commit_and_seen_by_nobody()
    {
        await _fixture.Destination.CommitAsync(Window("1", Some(1)), Stop);
        await _fixture.ExecuteAsync("INSERT INTO _tributary_rows_pages SELECT * REPLACE (2 AS _commit) FROM _tributary_rows_pages");
        await _fixture.ExecuteAsync("INSERT INTO _tributary_log_pages SELECT * REPLACE (2 AS at, 'left over' AS text) FROM _tributary_log_pages WHERE kind = 'window'");

        Assert.Equal(["1"], await _fixture.Destination.ReadWindowIdsAsync("pages", Stop));
        Assert.Equal(1, await _fixture.CountAsync("SELECT count() FROM pages"));
        await _fixture.Destination.CommitAsync(Window("2", Some(3)), Stop);

        Assert.Equal(["1", "2"], await _fixture.Destination.ReadWindowIdsAsync("pages", Stop));
        Assert.Equal(3, await _fixture.CountAsync("SELECT count() FROM pages"));
        Assert.Equal(3, await _fixture.CountAsync("SELECT rows FROM pages__partitions"));
    }

    [Fact]
    public async Task What_a_commit_that_was_given_up_had_sent_is_over_before_the_next_takes_its_number()
    {
        await _fixture.Destination.CommitAsync(Window("1", Some(1)), Stop);
        var late = _fixture.WriteAsync("pages", "INSERT INTO _tributary_rows_pages SELECT * REPLACE (2 AS _commit, toDate32('2026-05-02') + sleep(2) AS period_start) FROM _tributary_rows_pages");
        while (await _fixture.CountAsync("SELECT count() FROM system.processes WHERE query LIKE 'INSERT INTO _tributary_rows_pages SELECT%'") == 0)
        {
            Assert.False(late.IsCompleted);
        }

        await _fixture.Destination.CommitAsync(Window("2", Some(3)), Stop);
        await late;

        Assert.Equal(3, await _fixture.CountAsync("SELECT count() FROM pages"));
    }

    [Fact]
    public async Task Rows_long_dead_are_removed_unless_they_may_stand_again()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000));
        var destination = _fixture.Kind.Open(_fixture.Options, ServerAddress.Place with { Clock = clock });
        foreach (var (id, keep) in new[] { ("r1/1", 0), ("r2/1", 0), ("r3/1", 1), ("r4/1", 1), ("r5/1", 1) })
        {
            await destination.CommitAsync(Window(id, Some(10)) with { RunId = id[..2], KeepRuns = keep }, Stop);
            clock.Advance(TimeSpan.FromMinutes(2));
        }

        // Those of r1 and r2 are gone; r3's go with the next commit, r4's can be brought back, r5's are shown.
        Assert.Equal(30, await _fixture.CountAsync("SELECT count() FROM _tributary_rows_pages"));
        Assert.Equal(10, await _fixture.CountAsync("SELECT count() FROM pages"));
        await destination.RevertAsync("pages", "r4", DateTimeOffset.UnixEpoch, Stop);
        Assert.Equal(10, await _fixture.CountAsync("SELECT count() FROM pages"));
        Assert.Equal(["r1/1", "r2/1", "r3/1", "r4/1"], await destination.ReadWindowIdsAsync("pages", Stop));
    }

    [Fact]
    public void A_lock_is_of_the_dead_only_where_its_very_process_was_of_this_machine_and_is_gone()
    {
        var (host, here) = (Environment.MachineName, ProcessIdentity.Machine);
        var own = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Environment.ProcessId} {ProcessIdentity.OwnStart}");

        Assert.False(ClickHouseLock.IsOfTheDead($"x {own} {here}"));
        Assert.True(ClickHouseLock.IsOfTheDead($"x {own}1 {here}"));
        Assert.True(ClickHouseLock.IsOfTheDead($"x 2000000000 5 {here}"));
        Assert.False(ClickHouseLock.IsOfTheDead($"x 2000000000 5 {host}/00000000/1"));
        Assert.False(ClickHouseLock.IsOfTheDead("x 2000000000 5 elsewhere"));
        Assert.False(ClickHouseLock.IsOfTheDead($"x 2000000000 {host}"));
    }

    private static TestRows Some(int count)
    {
        var rows = new TestRows(Columns);
        for (var i = 0; i < count; i++)
        {
            rows.Add(1, "day", Day, Day, Day, DateTimeOffset.UnixEpoch);
        }

        return rows;
    }

    private static WindowCommit Window(string id, TestRows rows) => new()
    {
        Table = "pages",
        WindowId = id,
        Schema = new TableSchema(Columns),
        Partitions = [new PartitionRecord(new PartitionKey(1, Period.Day, Day, Day), PartitionState.Provisional, rows.Count, DateTimeOffset.UnixEpoch, "r")],
        Rows = rows,
    };
}
