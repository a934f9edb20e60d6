using Tributary.Destinations;
using Tributary.Model;
using Tributary.Testing;
using Tributary.Warehouses.MySql;

namespace Tributary.Warehouses.Tests.MySql;

/// <summary>The same rows where LOAD DATA LOCAL is off: by INSERT.</summary>
public sealed class MySqlOwnTests
{
    [Fact]
    public async Task A_commit_that_failed_leaves_no_lock_and_nothing_half_done()
    {
        await using var fixture = new MySqlFixture();
        ColumnDefinition[] columns = [new("site_id", ColumnType.Integer, ColumnRole.Key)];
        var key = new PartitionKey(1, Period.None, DateOnly.MinValue, DateOnly.MinValue);
        var commit = new WindowCommit
        {
            Table = "pages",
            WindowId = "1",
            Schema = new TableSchema(columns),
            Partitions = [new PartitionRecord(key, PartitionState.Final, 1, DateTimeOffset.UnixEpoch, "r")],
            Rows = new TestRows(columns).Add(1),
        };
        await fixture.Destination.CommitAsync(commit, TestContext.Current.CancellationToken);
        var name = MySqlEngine.LockName(fixture.Options["database"], "pages");
        object? isFree = null;

        await Assert.ThrowsAsync<TributaryException>(() => fixture.Destination.CommitAsync(
            commit with
            {
                WindowId = "2",
                Confirm = async _ =>
                {
                    isFree = await fixture.ScalarAsync($"SELECT IS_FREE_LOCK('{name}')");
                    throw new TributaryException("run.lost", Fault.Workspace, "It was taken over.");
                },
            },
            TestContext.Current.CancellationToken));

        Assert.Equal(0, Convert.ToInt32(isFree, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(1, Convert.ToInt32(await fixture.ScalarAsync($"SELECT IS_FREE_LOCK('{name}')"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(["1"], await fixture.Destination.ReadWindowIdsAsync("pages", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Rows_become_values_of_statements_with_nothing_lost()
    {
        ColumnDefinition[] columns = [.. Enum.GetValues<ColumnType>().Select(t => new ColumnDefinition(t.ToString(), t, ColumnRole.Metric))];
        var staged = new TestRows(columns)
            .Add("it's \\ \0 \"x\"\n", -5L, 0.1, -12.3456m, true, new DateOnly(2026, 5, 1), new DateTimeOffset(2026, 5, 3, 4, 5, 6, TimeSpan.Zero).AddMicroseconds(7), "{\"a\":1}")
            .Add(null, null, double.NaN, null, false, null, null, null);
        using var rows = new MySqlRows(columns, new WindowCommit { Table = "pages", WindowId = "1", Schema = new TableSchema(columns), Partitions = [], Rows = staged }, TestContext.Current.CancellationToken);

        Assert.Equal(
            "('it''s \\\\ \\0 \"x\"\n', -5, 1.0000000000000001E-001, -12.3456, 1, DATE '2026-05-01', TIMESTAMP '2026-05-03 04:05:06.000007', '{\"a\":1}'), (NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL)",
            rows.NextValues(new MySqlDialect("d"), 100_000));
        Assert.Null(rows.NextValues(new MySqlDialect("d"), 100_000));
    }
}
