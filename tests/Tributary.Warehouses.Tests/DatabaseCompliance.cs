using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Warehouses.Tests;

/// <summary>A database of one test.</summary>
public interface IDatabaseFixture : IAsyncLifetime
{
    ISqlDestination Destination { get; }

    /// <summary>The options it was opened with.</summary>
    Dictionary<string, string> Options { get; }

    /// <summary>The same kind, opened with other options.</summary>
    ISqlDestination Open(Dictionary<string, string> options);

    Task ExecuteAsync(string sql);

    /// <summary>The connections of the destination are gone.</summary>
    Task CutAsync();

    /// <summary>The same database, opened so that a merge of a hundred thousand rows meets a full disk or a quota of the server itself.</summary>
    Task<IDestination> OpenFullAsync();
}

/// <summary>What destinations that are database servers must do, beyond what every destination must.</summary>
public abstract class DatabaseCompliance : IAsyncLifetime
{
    private static readonly DateOnly Day = new(2026, 5, 1);

    private static readonly ColumnDefinition[] Keys =
    [
        new("site_id", ColumnType.Integer, ColumnRole.Key), new("period", ColumnType.Text, ColumnRole.Key), new("period_start", ColumnType.Date, ColumnRole.Key), new("period_end", ColumnType.Date, ColumnRole.Key),
    ];

    private static readonly ColumnDefinition[] Columns = [.. Keys, new("label", ColumnType.Text, ColumnRole.Dimension), new("nb_visits", ColumnType.Integer, ColumnRole.Metric)];

    protected abstract IDatabaseFixture Fixture { get; }

    /// <summary>Columns of whole numbers, every one with a value, that a table surely can have.</summary>
    protected virtual int WideColumns => 1_000;

    /// <summary>Columns that no table can have; null where the engine knows no such limit.</summary>
    protected virtual int? TooManyColumns => 2_000;

    /// <summary>A statement that changes rows and begins with a word that reads; null where the engine has none.</summary>
    protected virtual string? HiddenChange => null;

    /// <summary>A statement that runs for minutes.</summary>
    protected abstract string Slow { get; }

    /// <summary>The statement by which somebody else makes a table.</summary>
    protected virtual string CreateOther => "CREATE TABLE pages (x INT)";

    /// <summary>The names of what goes with the table "pages", which somebody else may have taken.</summary>
    protected virtual IEnumerable<string> NamesBeside => ["pages__partitions", "_tributary_kept_pages", "_tributary_kept_pages__partitions"];

    /// <summary>The statement by which a person drops the table "pages".</summary>
    protected virtual string DropOurs => "DROP TABLE pages";

    /// <summary>The statements by which a person takes away the states of the table "pages".</summary>
    protected virtual IEnumerable<string> TakeStates => ["DELETE FROM pages__partitions", "DROP TABLE pages__partitions"];

    /// <summary>What is left where a person has dropped the table "pages".</summary>
    protected virtual IEnumerable<string> LeftBehind => NamesBeside;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => Fixture.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_lost_within_a_commit_changes_nothing_and_the_window_can_be_written_again()
    {
        await Fixture.Destination.CommitAsync(Window("1", Some(10)), Stop);
        var rows = Some(40_000, i =>
        {
            if (i == 10)
            {
                // Away from the runner's own few threads, which would wait for each other.
                Task.Run(() => Fixture.CutAsync(), Stop).GetAwaiter().GetResult();
            }
        });

        var failure = await Assert.ThrowsAsync<TributaryException>(() => Fixture.Destination.CommitAsync(Window("2", rows), Stop));

        Assert.Equal(("destination.lost", true), (failure.Code, failure.IsTransient));
        Assert.Equal(10, await CountAsync("pages"));
        await Fixture.Destination.CommitAsync(Window("2", Some(20)), Stop);
        Assert.Equal(20, await CountAsync("pages"));
    }

    [Fact]
    public async Task A_disk_or_quota_that_is_full_changes_nothing_and_is_said()
    {
        await Fixture.Destination.CommitAsync(Window("1", Some(10)), Stop);
        var full = await Fixture.OpenFullAsync();

        var failure = await Assert.ThrowsAsync<TributaryException>(() => full.CommitAsync(Window("2", Some(100_000)) with { Update = UpdateMethod.Merge, Key = ["label"] }, Stop));

        Assert.Contains(failure.Code, (string[])["destination.disk_full", "destination.quota"]);
        Assert.Equal(Fault.Destination, failure.Fault);
        Assert.Equal(10, await CountAsync("pages"));
        Assert.Equal(["1"], await Fixture.Destination.ReadWindowIdsAsync("pages", Stop));
    }

    [Fact]
    public async Task Nodes_write_one_table_side_by_side_and_a_window_of_two_once()
    {
        IDestination[] nodes = [Fixture.Destination, Fixture.Open(Fixture.Options), Fixture.Open(Fixture.Options)];

        await Task.WhenAll(Enumerable.Range(0, 9).Select(i => nodes[i % 3].CommitAsync(Window($"{i / 2}", Some(100)) with { Update = UpdateMethod.Append }, Stop)));

        Assert.Equal(500, await CountAsync("pages"));
        Assert.Equal(["0", "1", "2", "3", "4"], (await nodes[1].ReadWindowIdsAsync("pages", Stop)).Order(StringComparer.Ordinal));
        Assert.Equal(500, (await nodes[2].ReadPartitionsAsync("pages", Stop)).Single().Rows);
    }

    [Fact]
    public async Task Names_longer_than_the_engine_has_them_stay_apart()
    {
        string start = string.Concat(Enumerable.Repeat("längste_", 30)), one = start + "one", two = start + "two";
        ColumnDefinition[] columns = [.. Keys, new(one, ColumnType.Integer, ColumnRole.Metric), new(two, ColumnType.Text, ColumnRole.Metric)];
        foreach (var (table, value) in new[] { (one, 1L), (two, 2L) })
        {
            var commit = Window(table, new TestRows(columns).Add(1, "day", Day, Day, value, "x")) with { Table = table, Schema = new TableSchema(columns), KeepRuns = 2, RunId = "r" };
            await Fixture.Destination.CommitAsync(commit, Stop);
            await Fixture.Destination.CommitAsync(commit with { WindowId = table + "2" }, Stop);
        }

        Assert.Equal([one, two], (await Fixture.Destination.ListTablesAsync(Stop)).Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.Equal(columns, (await Fixture.Destination.ReadSchemaAsync(one, Stop))!.Columns);
        Assert.Equal([1L, 2L], [(await ServerAddress.ReadRowsAsync(Fixture.Destination, one, Stop))[0][one], (await ServerAddress.ReadRowsAsync(Fixture.Destination, two, Stop))[0][one]]);
    }

    [Fact]
    public async Task A_table_that_somebody_else_made_is_left_alone()
    {
        await Fixture.ExecuteAsync(CreateOther);

        var failure = await Assert.ThrowsAsync<TributaryException>(() => Fixture.Destination.CommitAsync(Window("1", Some(1)), Stop));

        Assert.Equal(("destination.table_taken", Fault.Setup), (failure.Code, failure.Fault));
        await Fixture.ExecuteAsync("INSERT INTO pages VALUES (1)");
    }

    [Fact]
    public async Task A_table_that_somebody_else_made_by_a_name_that_goes_with_it_is_left_alone()
    {
        foreach (var name in NamesBeside)
        {
            await Fixture.ExecuteAsync(CreateOther.Replace("pages", name, StringComparison.Ordinal));

            var failure = await Assert.ThrowsAsync<TributaryException>(() => Fixture.Destination.CommitAsync(Window("1", Some(1)), Stop));

            Assert.Equal("destination.table_taken", failure.Code);
            Assert.Contains($"'{name}'", failure.Message, StringComparison.Ordinal);
            await Fixture.ExecuteAsync($"INSERT INTO {name} VALUES (1)");
            await Fixture.ExecuteAsync($"DROP TABLE {name}");
        }

        await Fixture.Destination.CommitAsync(Window("1", Some(1)), Stop);
    }

    [Fact]
    public async Task A_table_that_somebody_dropped_is_made_anew()
    {
        await Fixture.Destination.CommitAsync(Window("1", Some(3)) with { RunId = "r", KeepRuns = 2 }, Stop);
        await Fixture.ExecuteAsync(DropOurs);

        await Fixture.Destination.CommitAsync(Window("2", Some(2)), Stop);

        Assert.Equal(2, (await ServerAddress.ReadRowsAsync(Fixture.Destination, "pages", Stop)).Count);
    }

    [Fact]
    public async Task Rows_whose_states_somebody_took_away_are_listed_and_do_not_come_twice()
    {
        await Fixture.Destination.CommitAsync(Window("0", Some(3)) with { RunId = "r0", KeepRuns = 2 }, Stop);
        await Fixture.Destination.CommitAsync(Window("other", Some(1)) with { Table = "titles" }, Stop);
        foreach (var (i, change) in TakeStates.Index())
        {
            await Fixture.ExecuteAsync(change);

            Assert.Equal(["pages", "titles"], (await Fixture.Destination.ListTablesAsync(Stop)).Select(t => t.Name));
            await Fixture.Destination.ReadPartitionsAsync("pages", Stop);
            await Fixture.Destination.CommitAsync(Window($"{i + 1}", Some(2)) with { RunId = $"r{i + 1}", KeepRuns = 2 }, Stop);

            Assert.Equal(2, await CountAsync("pages"));
            Assert.Equal(2, (await Fixture.Destination.ReadPartitionsAsync("pages", Stop)).Single().Rows);
        }
    }

    [Fact]
    public async Task What_a_person_left_of_a_table_goes_with_it()
    {
        await Fixture.Destination.CommitAsync(Window("1", Some(3)) with { RunId = "r1", KeepRuns = 2 }, Stop);
        await Fixture.Destination.CommitAsync(Window("2", Some(3)) with { RunId = "r2", KeepRuns = 2 }, Stop);
        await Fixture.ExecuteAsync(DropOurs);

        Assert.DoesNotContain(await Fixture.Destination.ListTablesAsync(Stop), t => t.Name == "pages");
        await Fixture.Destination.DropAsync("pages", Stop);

        foreach (var name in LeftBehind)
        {
            await Fixture.ExecuteAsync(CreateOther.Replace("pages", name, StringComparison.Ordinal));
            await Fixture.ExecuteAsync($"DROP TABLE {name}");
        }

        await Fixture.Destination.CommitAsync(Window("1", Some(2)), Stop);
        Assert.Equal(2, await CountAsync("pages"));
    }

    [Fact]
    public async Task What_took_the_name_of_a_dropped_table_stays_where_that_is_deleted()
    {
        await Fixture.Destination.CommitAsync(Window("1", Some(3)) with { RunId = "r1", KeepRuns = 2 }, Stop);
        await Fixture.ExecuteAsync(DropOurs);
        await Fixture.ExecuteAsync(CreateOther);

        await Fixture.Destination.DropAsync("pages", Stop);
        await Fixture.Destination.DropAsync("pages", Stop);

        await Fixture.ExecuteAsync("INSERT INTO pages VALUES (1)");
        foreach (var name in LeftBehind)
        {
            await Fixture.ExecuteAsync(CreateOther.Replace("pages", name, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_wide_table_is_written_and_one_too_wide_is_refused()
    {
        await Fixture.Destination.CommitAsync(Wide(WideColumns), Stop);
        Assert.Equal(WideColumns + Keys.Length, (await Fixture.Destination.ReadSchemaAsync("wide", Stop))!.Columns.Count);

        if (TooManyColumns is { } many)
        {
            var failure = await Assert.ThrowsAsync<TributaryException>(() => Fixture.Destination.CommitAsync(Wide(many), Stop));
            Assert.Equal(("destination.too_many_columns", Fault.Setup), (failure.Code, failure.Fault));
            Assert.Contains($"needs {many + Keys.Length} columns", failure.Message, StringComparison.Ordinal);
            Assert.Equal(WideColumns + Keys.Length, (await Fixture.Destination.ReadSchemaAsync("wide", Stop))!.Columns.Count);
        }

        static WindowCommit Wide(int count)
        {
            ColumnDefinition[] columns = [.. Keys, .. Enumerable.Range(0, count).Select(i => new ColumnDefinition($"goal_{i}_nb_conversions", ColumnType.Integer, ColumnRole.Goal))];
            return Window($"{count}", new TestRows(columns).Add([1, "day", Day, Day, .. Enumerable.Range(0, count).Select(i => (object?)(long)i)])) with { Table = "wide", Schema = new TableSchema(columns) };
        }
    }

    [Theory]
    [InlineData("password", "wrong-password-7c1", "destination.sign_in", Fault.Setup)]
    [InlineData("port", "1", "destination.unreachable", Fault.Destination)]
    [InlineData("host", "no-such-host.invalid", "destination.unreachable", Fault.Destination)]
    public async Task What_is_wrong_with_the_options_is_said_without_a_secret(string option, string value, string code, Fault fault)
    {
        var destination = Fixture.Open(new Dictionary<string, string>(Fixture.Options, StringComparer.Ordinal) { [option] = value });

        var failure = await Assert.ThrowsAsync<TributaryException>(() => destination.ReadSchemaAsync("pages", Stop));
        var steps = await destination.CheckAsync(Stop).ToListAsync(Stop);

        Assert.Equal((code, fault), (failure.Code, failure.Fault));
        Assert.False(steps[^1].IsFine);
        Assert.All(steps.SkipLast(1), s => Assert.True(s.IsFine, s.Sentence));
        Assert.All(steps.Select(s => s.Sentence).Append(failure.ToString()), said =>
        {
            Assert.DoesNotContain(Fixture.Options["password"], said, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong-password-7c1", said, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_person_can_ask_in_SQL_within_limits()
    {
        await Fixture.Destination.CommitAsync(Window("1", Some(100)), Stop);

        await using var result = await Fixture.Destination.QueryAsync("SELECT period_start, label, nb_visits FROM pages ORDER BY nb_visits -- all", new QueryLimits { MaxRows = 3 }, Stop);
        var rows = await result.Rows.ToListAsync(Stop);

        Assert.Equal(["period_start", "label", "nb_visits"], result.Columns.Select(c => c.Name));
        Assert.Equal([(Day, "page 0", 0L), (Day, "page 1", 1L), (Day, "page 2", 2L)], rows.Select(r => ((DateOnly)r[0]!, (string)r[1]!, Convert.ToInt64(r[2], CultureInfo.InvariantCulture))));
        Assert.True(result.IsCut);
    }

    [Fact]
    public async Task A_value_that_is_too_large_for_a_screen_ends_the_query_and_one_that_is_not_comes_whole()
    {
        await using (var fits = await Fixture.Destination.QueryAsync("SELECT repeat('ab', 500000) AS large, 7 AS small", QueryLimits.Screen, Stop))
        {
            var row = (await fits.Rows.ToListAsync(Stop)).Single();
            Assert.Equal((string.Concat(Enumerable.Repeat("ab", 500_000)), 7L), ((string)row[0]!, Convert.ToInt64(row[1], CultureInfo.InvariantCulture)));
        }

        var failure = await Assert.ThrowsAsync<TributaryException>(async () =>
        {
            await using var result = await Fixture.Destination.QueryAsync("SELECT 7 AS small, repeat('ab', 500000) AS large", QueryLimits.Screen with { MaxValueBytes = 999_999 }, Stop);
            await result.Rows.CountAsync(Stop);
        });

        Assert.Equal("query.too_large", failure.Code);
        Assert.Contains("'large'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_person_asks_changes_nothing()
    {
        await Fixture.Destination.CommitAsync(Window("1", Some(100)), Stop);
        string?[] changes = ["DELETE FROM pages", "SELECT 1; DROP TABLE pages", "DROP TABLE pages", "", "SELECT no_such_column FROM pages", "SELECT 'it''s'; DELETE FROM pages", HiddenChange];

        foreach (var change in changes.OfType<string>().Where(c => c.Length > 0))
        {
            var failure = await Assert.ThrowsAsync<TributaryException>(async () =>
            {
                await using var result = await Fixture.Destination.QueryAsync(change, QueryLimits.Screen, Stop);
                await result.Rows.CountAsync(Stop);
            });
            Assert.Contains(failure.Code, (string[])["query.sql", "destination.read_only"]);
        }

        Assert.Equal(100, await CountAsync("pages"));
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_stopped()
    {
        var failure = await Assert.ThrowsAsync<TributaryException>(async () =>
        {
            await using var result = await Fixture.Destination.QueryAsync(Slow, new QueryLimits { TimeLimit = TimeSpan.FromSeconds(1) }, Stop);
            await result.Rows.CountAsync(Stop);
        });

        Assert.Equal(("query.too_long", Fault.Setup), (failure.Code, failure.Fault));
    }

    private static WindowCommit Window(string id, TestRows rows) => new()
    {
        Table = "pages",
        WindowId = id,
        Schema = new TableSchema(Columns),
        Partitions = [new PartitionRecord(new PartitionKey(1, Period.Day, Day, Day), PartitionState.Provisional, rows.Count, DateTimeOffset.UnixEpoch, "r")],
        Rows = rows,
    };

    private static TestRows Some(int count, Action<int>? beforeBatch = null)
    {
        var rows = new TestRows(Columns) { BeforeBatch = beforeBatch };
        for (var i = 0; i < count; i++)
        {
            rows.Add(1, "day", Day, Day, "page " + i.ToString(CultureInfo.InvariantCulture), i);
        }

        return rows;
    }

    private async Task<int> CountAsync(string table) => (await ServerAddress.ReadRowsAsync(Fixture.Destination, table, Stop)).Count;
}
