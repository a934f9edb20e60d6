using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;
using Xunit;

namespace Tributary.Testing;

/// <summary>What every destination must do. A destination adds a class that derives from this, opens it and reads its rows.</summary>
public abstract class DestinationCompliance
{
    private static readonly DateOnly May1 = new(2026, 5, 1);
    private static readonly DateOnly May2 = new(2026, 5, 2);
    private static readonly DateTimeOffset ReadAt = new DateTimeOffset(2026, 5, 3, 4, 5, 6, TimeSpan.Zero).AddMicroseconds(789_012);

    private static readonly ColumnDefinition SiteId = Key("site_id", ColumnType.Integer);
    private static readonly ColumnDefinition PeriodName = Key("period", ColumnType.Text);
    private static readonly ColumnDefinition PeriodStart = Key("period_start", ColumnType.Date);
    private static readonly ColumnDefinition PeriodEnd = Key("period_end", ColumnType.Date);
    private static readonly ColumnDefinition Segment = Key("segment", ColumnType.Text);
    private static readonly ColumnDefinition Label = new("label", ColumnType.Text, ColumnRole.Dimension) { Description = "The page's title, it's \"as is\"" };
    private static readonly ColumnDefinition Visits = new("nb_visits", ColumnType.Integer, ColumnRole.Metric) { Additivity = Additivity.Sum, Description = "Visits" };
    private static readonly ColumnDefinition RunId = new("_run_id", ColumnType.Text, ColumnRole.Run) { Nullable = false };
    private static readonly ColumnDefinition[] Keys = [SiteId, PeriodName, PeriodStart, PeriodEnd];
    private static readonly ColumnDefinition[] Columns = [.. Keys, Label, Visits, RunId];

    private int _windows;

    protected abstract IDestination Destination { get; }

    /// <summary>All rows of a table. Values as string, long, double, decimal, bool, DateOnly, DateTimeOffset or null.</summary>
    protected abstract Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadRowsAsync(string table);

    /// <summary>The first and last day there is; its capabilities must say so where a day of another year becomes null.</summary>
    protected virtual (DateOnly First, DateOnly Last) Days => (DateOnly.MinValue, DateOnly.MaxValue);

    /// <summary>What becomes of a text that the engine cannot hold as it is; its capabilities must say so.</summary>
    protected virtual string AsKept(string text) => text;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_commit_makes_the_table_with_its_columns_in_order()
    {
        await CommitAsync("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));

        var schema = await Destination.ReadSchemaAsync("pages", Stop);
        Assert.Equal(Columns, schema!.Columns);
        Assert.Equal(["1|day|2026-05-01|2026-05-01|a|1|r1"], await TextAsync("pages"));
    }

    [Fact]
    public async Task A_commit_that_is_not_confirmed_changes_nothing()
    {
        await CommitAsync("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));

        await Assert.ThrowsAsync<TributaryException>(() => Destination.CommitAsync(
            Commit("pages", Columns, Rows("b", 2, "r2"), Day(1, May1, 1)) with { Confirm = _ => throw new TributaryException("run.lost", Fault.Workspace, "Taken over.") }, Stop));

        Assert.Equal(["1|day|2026-05-01|2026-05-01|a|1|r1"], await TextAsync("pages"));
    }

    [Fact]
    public async Task A_table_that_is_not_there_has_no_schema_and_no_partitions()
    {
        Assert.Null(await Destination.ReadSchemaAsync("nothing", Stop));
        Assert.Empty(await Destination.ReadPartitionsAsync("nothing", Stop));
    }

    [Fact]
    public async Task Replacing_one_partition_leaves_the_others()
    {
        var rows = new TestRows(Columns)
            .Add(1, "day", May1, May1, "a", 1, "r1").Add(1, "day", May2, May2, "b", 2, "r1").Add(2, "day", May1, May1, "c", 3, "r1").Add(1, "week", May1, May1, "d", 4, "r1");
        await CommitAsync("pages", Columns, rows, Day(1, May1, 1), Day(1, May2, 1), Day(2, May1, 1), Record(new PartitionKey(1, Period.Week, May1, May1), 1));

        await CommitAsync("pages", Columns, Rows("new", 9, "r2"), Day(1, May1, 1));

        Assert.Equal(
            ["1|day|2026-05-01|2026-05-01|new|9|r2", "1|day|2026-05-02|2026-05-02|b|2|r1", "1|week|2026-05-01|2026-05-01|d|4|r1", "2|day|2026-05-01|2026-05-01|c|3|r1"],
            await TextAsync("pages"));
    }

    [Fact]
    public async Task An_empty_partition_is_recorded_and_its_old_rows_are_gone()
    {
        await CommitAsync("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));

        await CommitAsync("pages", Columns, TestRows.None, Day(1, May1, 0), Day(1, May2, 0));

        Assert.Empty(await ReadRowsAsync("pages"));
        Assert.Equal([Day(1, May1, 0), Day(1, May2, 0)], await Destination.ReadPartitionsAsync("pages", Stop));
    }

    [Fact]
    public async Task A_second_run_changes_nothing_but_its_own_columns()
    {
        var first = new TestRows(Columns).Add(1, "day", May1, May1, "a", 1, "r1").Add(1, "day", May1, May1, "b", null, "r1");
        var second = new TestRows(Columns).Add(1, "day", May1, May1, "a", 1, "r2").Add(1, "day", May1, May1, "b", null, "r2");
        await CommitAsync("pages", Columns, first, Day(1, May1, 2));
        var before = await TextAsync("pages");

        await CommitAsync("pages", Columns, second, Day(1, May1, 2));

        Assert.Equal(before.Select(r => r.Replace("r1", "r2", StringComparison.Ordinal)), await TextAsync("pages"));
        Assert.Equal(Columns, (await Destination.ReadSchemaAsync("pages", Stop))!.Columns);
    }

    [Fact]
    public async Task Null_stays_null_in_every_type()
    {
        var columns = EveryType();
        var rows = new TestRows([.. Keys, .. columns])
            .Add(1, "day", May1, May1)
            .Add(1, "day", May1, May1, "", 0L, 0d, 0m, false, new DateOnly(1970, 1, 1), DateTimeOffset.UnixEpoch, "{}")
            .Add(1, "day", May1, May1);

        await CommitAsync("nulls", [.. Keys, .. columns], rows, Day(1, May1, 3));

        var read = await ReadRowsAsync("nulls");
        Assert.All(columns, c => Assert.Equal([false, true, true], read.Select(r => r[c.Name] is null).Order()));
        var present = read.Single(r => r["an_integer"] is not null);
        Assert.Equal(["", 0L, 0d, 0m, false, new DateOnly(1970, 1, 1), DateTimeOffset.UnixEpoch, "{}"], columns.Select(c => present[c.Name]));
    }

    [Fact]
    public async Task The_greatest_and_least_value_of_every_type_come_back()
    {
        var columns = EveryType();
        object?[] least = ["", long.MinValue, double.MinValue, -922_337_203_685_477.5808m, false, Days.First, new DateTimeOffset(Days.First, TimeOnly.MinValue, TimeSpan.Zero), "null"];
        object?[] greatest = ["\U0010FFFF", long.MaxValue, double.MaxValue, 922_337_203_685_477.5807m, true, Days.Last, new DateTimeOffset(Days.Last, new TimeOnly(23, 59, 59), TimeSpan.Zero).AddMicroseconds(999_999), "{\"a\":[1,\"é\"]}"];
        var rows = new TestRows([.. Keys, .. columns]).Add([1, "day", May1, May1, .. least]).Add([2, "day", May1, May1, .. greatest]);

        await CommitAsync("extremes", [.. Keys, .. columns], rows, Day(1, May1, 1), Day(2, May1, 1));

        var read = await ReadRowsAsync("extremes");
        Assert.Equal(least, columns.Select(c => read.Single(r => r["site_id"] is 1L)[c.Name]));
        Assert.Equal(greatest, columns.Select(c => read.Single(r => r["site_id"] is 2L)[c.Name]));
    }

    [Fact]
    public async Task Small_and_fractional_numbers_keep_every_digit()
    {
        ColumnDefinition ratio = Metric("ratio", ColumnType.Double), money = Metric("revenue", ColumnType.Money);
        double[] ratios = [0.1, 1 / 3d, double.Epsilon, -0.0000001, 1e22];
        decimal[] amounts = [0.0001m, -0.0001m, 12.3456m, 1_000_000m, -99.99m];
        var rows = new TestRows([.. Keys, ratio, money]);
        for (var i = 0; i < ratios.Length; i++)
        {
            rows.Add(1, "day", May1, May1, ratios[i], amounts[i]);
        }

        await CommitAsync("numbers", [.. Keys, ratio, money], rows, Day(1, May1, ratios.Length));

        var read = await ReadRowsAsync("numbers");
        Assert.Equal(ratios.Order(), read.Select(r => (double)r["ratio"]!).Order());
        Assert.Equal(amounts.Order(), read.Select(r => (decimal)r["revenue"]!).Order());
    }

    [Fact]
    public async Task Text_of_a_megabyte_comes_back_whole()
    {
        var text = string.Concat(Enumerable.Repeat("äbc€", 1 << 18));

        await CommitAsync("pages", Columns, Rows(text, 1, "r1"), Day(1, May1, 1));

        Assert.Equal(text, (await ReadRowsAsync("pages")).Single()["label"]);
    }

    [Fact]
    public async Task Odd_text_comes_back_as_it_was()
    {
        string[] texts =
        [
            "nul\0inside", "\U0001F469‍\U0001F680 emoji", "\u202Eright to left\u202C שלום", "=1+1", "'; DROP TABLE pages; --", "\"quoted\"", "line\r\nbreak\ttab", "\\backslash",
            " leading and trailing ", "NULL", "null", "e\u0301 is not \u00E9", "é is not e", "\uFEFFbom", "\uFFFD", "12 bytes long", "13 bytes long!",
        ];
        var rows = new TestRows(Columns);
        foreach (var text in texts)
        {
            rows.Add(1, "day", May1, May1, text, 1, "r1");
        }

        await CommitAsync("pages", Columns, rows, Day(1, May1, texts.Length));

        Assert.Equal(texts.Select(AsKept).Order(StringComparer.Ordinal), (await ReadRowsAsync("pages")).Select(r => (string)r["label"]!).Order(StringComparer.Ordinal));
        Assert.Equal(texts.Any(t => AsKept(t) != t), Destination.Capabilities.Changes.Any(c => c.Contains("text", StringComparison.Ordinal)));
        Assert.Equal(Days.First != DateOnly.MinValue, Destination.Capabilities.Changes.Any(c => c.Contains("Dates", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Labels_that_differ_by_case_or_accent_stay_apart()
    {
        var rows = new TestRows(Columns).Add(1, "day", May1, May1, "Home", 1, "r").Add(1, "day", May1, May1, "home", 2, "r").Add(1, "day", May1, May1, "hôme", 3, "r").Add(1, "day", May1, May1, "home ", 4, "r");

        await CommitAsync("pages", Columns, rows, Day(1, May1, 4));

        Assert.Equal(4, (await ReadRowsAsync("pages")).Select(r => r["label"]).Distinct().Count());
    }

    [Fact]
    public async Task A_new_column_at_the_end_is_null_in_the_old_rows()
    {
        await CommitAsync("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));
        ColumnDefinition[] more = [.. Columns, new("_read_at", ColumnType.Instant, ColumnRole.Run)];

        await CommitAsync("pages", more, new TestRows(more).Add(1, "day", May2, May2, "b", 2, "r2", ReadAt), Day(1, May2, 1));

        Assert.Equal(more, (await Destination.ReadSchemaAsync("pages", Stop))!.Columns);
        Assert.Equal(["1|day|2026-05-01|2026-05-01|a|1|r1|", "1|day|2026-05-02|2026-05-02|b|2|r2|2026-05-03T04:05:06.789012Z"], await TextAsync("pages"));
    }

    [Fact]
    public async Task A_new_column_in_the_middle_stands_where_it_belongs()
    {
        await CommitAsync("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));
        var level = new ColumnDefinition("level_1", ColumnType.Text, ColumnRole.Dimension);
        var bounce = Metric("bounce_rate", ColumnType.Double);
        ColumnDefinition[] more = [.. Keys, Label, level, bounce, Visits, RunId];

        await CommitAsync("pages", more, new TestRows(more).Add(1, "day", May2, May2, "b", "top", 0.5, 2, "r2"), Day(1, May2, 1));

        var schema = (await Destination.ReadSchemaAsync("pages", Stop))!;
        Assert.Equal(more.Select(c => c.Name), schema.Columns.Select(c => c.Name));
        Assert.Equal(more, schema.Columns);
        Assert.Equal(["1|day|2026-05-01|2026-05-01|a|||1|r1", "1|day|2026-05-02|2026-05-02|b|top|0.5|2|r2"], await TextAsync("pages"));
        Assert.Equal(2, (await Destination.ReadPartitionsAsync("pages", Stop)).Count);
    }

    [Fact]
    public async Task Columns_the_rows_lack_are_null_and_stay()
    {
        await CommitAsync("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));
        ColumnDefinition[] fewer = [.. Keys, Label, RunId];

        await CommitAsync("pages", fewer, new TestRows(fewer).Add(1, "day", May2, May2, "b", "r2"), Day(1, May2, 1));

        Assert.Equal(Columns.Select(c => c.Name), (await Destination.ReadSchemaAsync("pages", Stop))!.Columns.Select(c => c.Name));
        Assert.Equal(["1|day|2026-05-01|2026-05-01|a|1|r1", "1|day|2026-05-02|2026-05-02|b||r2"], await TextAsync("pages"));
    }

    [Fact]
    public async Task Batches_of_one_commit_may_have_different_columns()
    {
        ColumnDefinition[] some = [Label, .. Keys], others = [.. Keys, Visits];
        var rows = new TestRows(some).Add("a", 1, "day", May1, May1).And(new TestRows(others).Add(1, "day", May1, May1, 7));

        await CommitAsync("pages", Columns, rows, Day(1, May1, 2));

        Assert.Equal(["1|day|2026-05-01|2026-05-01|a||", "1|day|2026-05-01|2026-05-01||7|"], await TextAsync("pages"));
    }

    [Theory]
    [InlineData(ColumnType.Boolean, ColumnType.Integer)]
    [InlineData(ColumnType.Boolean, ColumnType.Double)]
    [InlineData(ColumnType.Integer, ColumnType.Double)]
    [InlineData(ColumnType.Money, ColumnType.Double)]
    [InlineData(ColumnType.Boolean, ColumnType.Text)]
    [InlineData(ColumnType.Integer, ColumnType.Text)]
    [InlineData(ColumnType.Double, ColumnType.Text)]
    [InlineData(ColumnType.Money, ColumnType.Text)]
    [InlineData(ColumnType.Date, ColumnType.Text)]
    [InlineData(ColumnType.Instant, ColumnType.Text)]
    [InlineData(ColumnType.Json, ColumnType.Text)]
    public async Task A_type_is_widened_and_stored_and_staged_values_are_spelled_alike(ColumnType narrow, ColumnType wide)
    {
        var (narrowColumns, wideColumns) = (Typed(narrow), Typed(wide));
        await CommitAsync("widened", narrowColumns, Samples(May1), Day(1, May1, 4));

        // The second commit brings narrow rows for a wide column, so that one value of each kind went either way.
        await CommitAsync("widened", wideColumns, Samples(May2), Day(1, May2, 4));

        Assert.Equal(wide, (await Destination.ReadSchemaAsync("widened", Stop))!.Find("value")!.Type);
        var rows = await ReadRowsAsync("widened");
        var stored = rows.Where(r => May1.Equals(r["period_start"])).Select(r => r["value"]).OrderBy(Text, StringComparer.Ordinal).ToList();
        var staged = rows.Where(r => May2.Equals(r["period_start"])).Select(r => r["value"]).OrderBy(Text, StringComparer.Ordinal).ToList();
        Assert.Equal(stored, staged);
        Assert.Equal(3, stored.Count(v => v is not null));
        Assert.All(stored.Where(v => v is not null), v => Assert.IsType(wide switch { ColumnType.Integer => typeof(long), ColumnType.Double => typeof(double), _ => typeof(string) }, v));

        ColumnDefinition[] Typed(ColumnType type) => [.. Keys, Metric("value", type)];

        TestRows Samples(DateOnly day)
        {
            object[] values = narrow switch
            {
                ColumnType.Boolean => [true, false, true],
                ColumnType.Integer => [0L, -7L, 9_007_199_254_740_992L],
                ColumnType.Double => [1d, 1e21, 0.00001],
                ColumnType.Money => [1m, -12.3456m, 100.5m],
                ColumnType.Date => [May1, Days.First, Days.Last],
                ColumnType.Instant => [ReadAt, DateTimeOffset.UnixEpoch, new DateTimeOffset(Days.First, new TimeOnly(4, 5, 6), TimeSpan.Zero).AddMicroseconds(7)],
                _ => ["{\"a\":1}", "[]", "\"text\""],
            };
            var samples = new TestRows(narrowColumns).Add(1, "day", day, day, null);
            foreach (var value in values)
            {
                samples.Add(1, "day", day, day, value);
            }

            return samples;
        }
    }

    [Fact]
    public async Task A_column_is_never_narrowed()
    {
        ColumnDefinition[] wide = [.. Keys, Metric("value", ColumnType.Double)], narrow = [.. Keys, Metric("value", ColumnType.Integer)];
        await CommitAsync("widened", wide, new TestRows(wide).Add(1, "day", May1, May1, 0.5), Day(1, May1, 1));

        await CommitAsync("widened", narrow, new TestRows(narrow).Add(1, "day", May2, May2, 3L), Day(1, May2, 1));

        Assert.Equal(ColumnType.Double, (await Destination.ReadSchemaAsync("widened", Stop))!.Find("value")!.Type);
        Assert.Equal([0.5, 3d], (await ReadRowsAsync("widened")).Select(r => (double)r["value"]!).Order());
    }

    [Fact]
    public async Task Types_without_a_number_in_common_become_text()
    {
        ColumnDefinition[] dates = [.. Keys, Metric("value", ColumnType.Date)], numbers = [.. Keys, Metric("value", ColumnType.Integer)];
        await CommitAsync("widened", dates, new TestRows(dates).Add(1, "day", May1, May1, May1), Day(1, May1, 1));

        await CommitAsync("widened", numbers, new TestRows(numbers).Add(1, "day", May2, May2, 3L), Day(1, May2, 1));

        Assert.Equal(["2026-05-01", "3"], (await ReadRowsAsync("widened")).Select(r => (string)r["value"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_meaning_of_columns_follows_the_latest_commit()
    {
        await CommitAsync("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));
        ColumnDefinition[] told = [.. Columns.Select(c => c.Name == "nb_visits" ? c with { Description = "Visits, counted once", Additivity = Additivity.None } : c with { Description = "" })];

        await CommitAsync("pages", told, Rows("b", 1, "r1"), Day(1, May1, 1));

        var schema = (await Destination.ReadSchemaAsync("pages", Stop))!;
        Assert.Equal(("Visits, counted once", Additivity.None), (schema.Find("nb_visits")!.Description, schema.Find("nb_visits")!.Additivity));
        Assert.Equal(Label.Description, schema.Find("label")!.Description);
    }

    [Fact]
    public async Task A_window_is_written_once()
    {
        var commit = Commit("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));
        await Destination.CommitAsync(commit, Stop);

        await Destination.CommitAsync(commit with { Rows = Rows("other", 2, "r2"), Partitions = [Day(1, May1, 1) with { RunId = "other" }] }, Stop);

        Assert.Equal(["1|day|2026-05-01|2026-05-01|a|1|r1"], await TextAsync("pages"));
        Assert.Equal([Day(1, May1, 1)], await Destination.ReadPartitionsAsync("pages", Stop));
    }

    [Fact]
    public async Task A_failure_while_rows_are_read_leaves_the_old_table_whole()
    {
        await CommitAsync("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));
        ColumnDefinition[] more = [.. Keys, Label, Metric("added", ColumnType.Integer), Visits, RunId];
        var rows = new TestRows(more) { BatchRows = 1, BeforeBatch = i => ThrowAt(i, 2) };
        for (var i = 0; i < 4; i++)
        {
            rows.Add(1, "day", May1, May1, "new", 1, 1, "r2");
        }

        await Assert.ThrowsAsync<IOException>(() => CommitAsync("pages", more, rows, Day(1, May1, 4)));

        Assert.Equal(["1|day|2026-05-01|2026-05-01|a|1|r1"], await TextAsync("pages"));
        Assert.Equal([Day(1, May1, 1)], await Destination.ReadPartitionsAsync("pages", Stop));
        Assert.Equal(Columns, (await Destination.ReadSchemaAsync("pages", Stop))!.Columns);
    }

    [Fact]
    public async Task A_failed_window_can_be_written_again()
    {
        var failing = Commit("pages", Columns, new TestRows(Columns) { BeforeBatch = _ => ThrowAt(0, 0) }.Add(1, "day", May1, May1, "a", 1, "r1"), Day(1, May1, 1));
        await Assert.ThrowsAsync<IOException>(() => Destination.CommitAsync(failing, Stop));
        Assert.Null(await Destination.ReadSchemaAsync("pages", Stop));

        await Destination.CommitAsync(failing with { Rows = Rows("a", 1, "r1") }, Stop);

        Assert.Single(await ReadRowsAsync("pages"));
    }

    [Fact]
    public async Task A_cancelled_commit_leaves_the_old_table_whole()
    {
        await CommitAsync("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));
        using var stop = new CancellationTokenSource();
        var rows = new TestRows(Columns) { BeforeBatch = _ => stop.Cancel() }.Add(1, "day", May1, May1, "b", 2, "r2");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Destination.CommitAsync(Commit("pages", Columns, rows, Day(1, May1, 1)), stop.Token));

        Assert.Equal(["1|day|2026-05-01|2026-05-01|a|1|r1"], await TextAsync("pages"));
    }

    [Fact]
    public async Task Rows_that_would_be_lost_or_doubled_are_refused()
    {
        await CommitAsync("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));
        ColumnDefinition[] unknown = [.. Columns, Metric("unknown", ColumnType.Integer)];

        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync("pages", Columns, new TestRows(unknown).Add(1, "day", May1, May1, "b", 1, "r2", 5L), Day(1, May1, 1)));
        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync("pages", Columns, Rows("b", 1, "r2"), Day(1, May1, 2)));
        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync("pages", Columns, Rows("b", 1, "r2"), Day(1, May1, 1), Day(1, May1, 0)));
        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync("pages", Columns, Rows("b", 1, "r2"), Record(new PartitionKey(1, Period.Day, May1, May1, "browserCode==FF"), 1)));
        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync("pages", Columns, Rows("b", 1, "r2"), Record(new PartitionKey(1, Period.None, DateOnly.MinValue, DateOnly.MinValue), 1)));

        Assert.Equal(["1|day|2026-05-01|2026-05-01|a|1|r1"], await TextAsync("pages"));
    }

    [Fact]
    public async Task Two_tables_do_not_touch_each_other()
    {
        await CommitAsync("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));
        await CommitAsync("titles", Columns, Rows("b", 2, "r2"), Day(1, May1, 1));

        await CommitAsync("titles", Columns, TestRows.None, Day(1, May1, 0));

        Assert.Single(await ReadRowsAsync("pages"));
        Assert.Empty(await ReadRowsAsync("titles"));
        Assert.Equal(1, (await Destination.ReadPartitionsAsync("pages", Stop)).Single().Rows);
    }

    [Fact]
    public async Task Commits_in_parallel_all_arrive()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => CommitAsync(i % 2 == 0 ? "even" : "odd", Columns, new TestRows(Columns).Add(i, "day", May1, May1, "a", i, "r"), Day(i, May1, 1))));

        Assert.Equal([0L, 2L, 4L], (await ReadRowsAsync("even")).Select(r => (long)r["nb_visits"]!).Order());
        Assert.Equal([1L, 3L, 5L], (await ReadRowsAsync("odd")).Select(r => (long)r["nb_visits"]!).Order());
    }

    [Fact]
    public async Task A_reader_meets_a_table_before_or_after_a_commit_never_between()
    {
        await CommitAsync("pages", Columns, Many(1, 5_000), Day(1, May1, 5_000));
        var commits = Task.Run(
            async () =>
            {
                for (var value = 2; value <= 6; value++)
                {
                    await CommitAsync("pages", Columns, Many(value, 5_000), Day(1, May1, 5_000));
                }
            },
            Stop);

        do
        {
            var rows = await ReadRowsAsync("pages");
            Assert.Equal(5_000, rows.Count);
            Assert.Single(rows.Select(r => r["nb_visits"]).Distinct());
        }
        while (!commits.IsCompleted);

        await commits;

        static TestRows Many(int value, int count)
        {
            var rows = new TestRows(Columns);
            for (var i = 0; i < count; i++)
            {
                rows.Add(1, "day", May1, May1, "a", value, "r");
            }

            return rows;
        }
    }

    [Theory]
    [InlineData("select", "order")]
    [InlineData("with space", "a \"quoted\" name")]
    [InlineData("semi;colon", "it's")]
    [InlineData("ünïcode_表", "столбец")]
    [InlineData("main", "rowid")]
    [InlineData("a.b", "c.d")]
    [InlineData("\"", "100%")]
    public async Task Odd_names_are_names(string table, string column)
    {
        ColumnDefinition[] columns = [.. Keys, Metric(column, ColumnType.Integer)];
        await CommitAsync(table, columns, new TestRows(columns).Add(1, "day", May1, May1, 1), Day(1, May1, 1));
        ColumnDefinition[] more = [.. Keys, new(column + "2", ColumnType.Text, ColumnRole.Dimension) { Description = "It's \"new\"" }, columns[^1] with { Type = ColumnType.Double }];

        await CommitAsync(table, more, new TestRows(more).Add(1, "day", May1, May1, "x", 2.5), Day(1, May1, 1));

        Assert.Equal(more, (await Destination.ReadSchemaAsync(table, Stop))!.Columns);
        Assert.Equal(2.5, (await ReadRowsAsync(table)).Single()[column]);
        Assert.Single(await Destination.ReadPartitionsAsync(table, Stop));
        await Destination.DropAsync(table, Stop);
        Assert.Null(await Destination.ReadSchemaAsync(table, Stop));
    }

    [Fact]
    public async Task All_rows_can_be_read_as_batches_and_written_somewhere_else_as_they_are()
    {
        ColumnDefinition[] columns = [.. Keys, Label, new("amount", ColumnType.Money, ColumnRole.Metric), new("share", ColumnType.Double, ColumnRole.Metric), new("flag", ColumnType.Boolean, ColumnRole.Others), new("at", ColumnType.Instant, ColumnRole.Run), new("extra", ColumnType.Json, ColumnRole.Metadata), RunId];
        var rows = new TestRows(columns) { BatchRows = 2 }
            .Add(1, "day", May1, May1, "naïve 国 \"x\"", -12_345_678.9012m, 0.1, true, ReadAt, "{\"a\":[1,2]}", "r1")
            .Add(1, "day", May1, May1, "", 0m, -0.5, false, ReadAt, null, "r1")
            .Add(1, "day", May1, May1, null, null, null, null, null, null, "r1");
        await CommitAsync("pages", columns, rows, Day(1, May1, 3));

        var schema = await Destination.ReadSchemaAsync("pages", Stop);
        using var folder = new TemporaryFolder();
        using var staged = new StagedRows(folder.Path);
        await foreach (var batch in Destination.ReadBatchesAsync("pages", Stop))
        {
            staged.Add(batch);
        }

        Assert.Equal(3, staged.Count);
        await Destination.CommitAsync(new WindowCommit { Table = "copy", WindowId = "copy/1", Schema = schema!, Partitions = [Day(1, May1, 3)], Rows = staged, RunId = "copy" }, Stop);
        Assert.Equal(schema!.Columns, (await Destination.ReadSchemaAsync("copy", Stop))!.Columns);
        Assert.Equal(await TextAsync("pages"), await TextAsync("copy"));
    }

    [Fact]
    public async Task Many_rows_come_in_batches_that_hold_all_of_them_once()
    {
        var rows = new TestRows(Columns);
        for (var i = 0; i < 5_000; i++)
        {
            rows.Add(1, "day", May1, May1, "page " + i.ToString(CultureInfo.InvariantCulture), i, "r1");
        }

        await CommitAsync("pages", Columns, rows, Day(1, May1, 5_000));

        var seen = new HashSet<long>();
        using var folder = new TemporaryFolder();
        using var staged = new StagedRows(folder.Path);
        await foreach (var batch in Destination.ReadBatchesAsync("pages", Stop))
        {
            var visits = batch.IndexOf("nb_visits");
            for (var row = 0; row < batch.Rows; row++)
            {
                Assert.True(seen.Add(batch.Buffer(visits).GetInteger(row)));
            }

            // Takes the rows out of it, as every reader that keeps them does.
            staged.Add(batch);
        }

        Assert.Equal(5_000, staged.Count);

        Assert.Equal(5_000, seen.Count);
        await foreach (var batch in Destination.ReadBatchesAsync("nothing", Stop))
        {
            Assert.Fail($"A table that is not there gave {batch.Rows} rows.");
        }
    }

    [Fact]
    public async Task Windows_written_somewhere_else_count_as_written()
    {
        var commit = Commit("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1)) with { Update = UpdateMethod.Append };
        await Destination.CommitAsync(commit with { EarlierWindows = ["before/1", "before/2"] }, Stop);

        Assert.Equal(["before/1", "before/2", commit.WindowId], (await Destination.ReadWindowIdsAsync("pages", Stop)).OrderBy(id => id == commit.WindowId).ThenBy(id => id, StringComparer.Ordinal));
        await Destination.CommitAsync(commit with { WindowId = "before/2" }, Stop);
        Assert.Single(await ReadRowsAsync("pages"));
    }

    [Fact]
    public async Task Tables_are_listed_without_our_own()
    {
        Assert.Empty(await Destination.ListTablesAsync(Stop));
        await CommitAsync("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));
        await CommitAsync("titles", Columns, Rows("b", 1, "r1"), Day(1, May1, 1));

        var tables = await Destination.ListTablesAsync(Stop);
        Assert.Equal([("pages", Columns.Length), ("titles", Columns.Length)], tables.Select(t => (t.Name, t.Columns)).Order());
    }

    [Fact]
    public async Task A_destination_that_can_be_reached_has_only_fine_steps()
    {
        var steps = new List<DestinationStep>();
        await foreach (var step in Destination.CheckAsync(Stop))
        {
            steps.Add(step);
        }

        Assert.NotEmpty(steps);
        Assert.All(steps, s => Assert.True(s.IsFine, s.Sentence));
    }

    [Fact]
    public async Task A_dropped_table_is_gone_and_can_be_filled_anew()
    {
        await Destination.DropAsync("pages", Stop);
        var commit = Commit("pages", Columns, Rows("a", 1, "r1"), Day(1, May1, 1));
        await Destination.CommitAsync(commit, Stop);
        await CommitAsync("titles", Columns, Rows("b", 1, "r1"), Day(1, May1, 1));

        await Destination.DropAsync("pages", Stop);

        Assert.Null(await Destination.ReadSchemaAsync("pages", Stop));
        Assert.Empty(await Destination.ReadPartitionsAsync("pages", Stop));
        Assert.Single(await ReadRowsAsync("titles"));
        await Destination.CommitAsync(commit, Stop);
        Assert.Single(await ReadRowsAsync("pages"));
    }

    [Fact]
    public async Task A_hundred_thousand_rows_arrive_and_are_replaced()
    {
        var rows = new TestRows(Columns);
        for (var i = 0; i < 100_000; i++)
        {
            rows.Add(1, "day", May1, May1, i.ToString(CultureInfo.InvariantCulture), i, "r1");
        }

        await CommitAsync("pages", Columns, rows, Day(1, May1, 100_000));
        await CommitAsync("pages", Columns, rows, Day(1, May1, 100_000));

        var read = await ReadRowsAsync("pages");
        Assert.Equal(100_000, read.Count);
        Assert.Equal(4_999_950_000L, read.Sum(r => (long)r["nb_visits"]!));
        Assert.Equal(100_000, read.Select(r => r["label"]).Distinct().Count());
    }

    [Fact]
    public async Task The_states_of_partitions_come_back_equal()
    {
        PartitionRecord[] records =
        [
            Day(1, May1, 0) with { State = PartitionState.Final, OthersShare = 0.25, Truncated = "datatable_archiving_maximum_rows_actions" },
            Day(1, May2, 0) with { OthersShare = 0 },
            Record(new PartitionKey(1, Period.Month, May1, new DateOnly(2026, 5, 31)), 0),
            Record(new PartitionKey(1, Period.Range, May1, May2), 0),
            Record(new PartitionKey(1, Period.Week, new DateOnly(2026, 4, 27), new DateOnly(2026, 5, 3)), 0),
            Record(new PartitionKey(2, Period.Year, new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31), "browserCode==FF;visitDuration>1"), 0),
        ];
        ColumnDefinition[] columns = [.. Keys, Segment, Label];

        await CommitAsync("pages", columns, TestRows.None, records);

        var read = await Destination.ReadPartitionsAsync("pages", Stop);
        Assert.Equal(records.OrderBy(r => r.ToString(), StringComparer.Ordinal), read.OrderBy(r => r.ToString(), StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_thousand_partitions_change_in_one_commit()
    {
        var days = Enumerable.Range(0, 1_000).Select(i => new DateOnly(2023, 1, 1).AddDays(i)).ToList();
        await CommitAsync("pages", Columns, All("r1"), [.. days.Select(d => Day(1, d, 1))]);

        await CommitAsync("pages", Columns, All("r2"), [.. days.Select(d => Day(1, d, 1))]);

        var rows = await ReadRowsAsync("pages");
        Assert.Equal(1_000, rows.Count);
        Assert.All(rows, r => Assert.Equal("r2", r["_run_id"]));
        Assert.Equal(1_000, (await Destination.ReadPartitionsAsync("pages", Stop)).Count);

        TestRows All(string run)
        {
            var all = new TestRows(Columns) { BatchRows = 1 };
            days.ForEach(d => all.Add(1, "day", d, d, "a", 1, run));
            return all;
        }
    }

    [Fact]
    public async Task Segments_are_partitions_of_their_own()
    {
        ColumnDefinition[] columns = [.. Keys, Segment, Label];
        PartitionKey all = new(1, Period.Day, May1, May1), firefox = all with { Segment = "browserCode==FF" };
        var rows = new TestRows(columns).Add(1, "day", May1, May1, "", "all").Add(1, "day", May1, May1, "browserCode==FF", "firefox");
        await CommitAsync("pages", columns, rows, Record(all, 1), Record(firefox, 1));

        await CommitAsync("pages", columns, new TestRows(columns).Add(1, "day", May1, May1, "browserCode==FF", "new"), Record(firefox, 1));
        Assert.Equal(["all", "new"], (await ReadRowsAsync("pages")).Select(r => (string)r["label"]!).Order(StringComparer.Ordinal));

        await CommitAsync("pages", columns, TestRows.None, Record(all, 0));
        Assert.Equal("new", (await ReadRowsAsync("pages")).Single()["label"]);
    }

    [Fact]
    public async Task Lists_without_dates_are_replaced_by_site()
    {
        ColumnDefinition[] columns = [SiteId, Label];
        PartitionKey one = new(1, Period.None, DateOnly.MinValue, DateOnly.MinValue), two = one with { SiteId = 2 };
        await CommitAsync("goals", columns, new TestRows(columns).Add(1, "a").Add(1, "b").Add(2, "c"), Record(one, 2), Record(two, 1));

        await CommitAsync("goals", columns, new TestRows(columns).Add(1, "new"), Record(one, 1));

        Assert.Equal(["1|new", "2|c"], await TextAsync("goals"));
        Assert.Equal([Record(one, 1), Record(two, 1)], await Destination.ReadPartitionsAsync("goals", Stop));
    }

    protected Task CommitAsync(string table, ColumnDefinition[] columns, IStagedRows rows, params PartitionRecord[] partitions) =>
        Destination.CommitAsync(Commit(table, columns, rows, partitions), Stop);

    private WindowCommit Commit(string table, ColumnDefinition[] columns, IStagedRows rows, params PartitionRecord[] partitions) => new()
    {
        Table = table,
        WindowId = $"window-{Interlocked.Increment(ref _windows)}",
        Schema = new TableSchema(columns),
        Partitions = partitions,
        Rows = rows,
    };

    private static ColumnDefinition Key(string name, ColumnType type) => new(name, type, ColumnRole.Key) { Nullable = false };

    private static ColumnDefinition Metric(string name, ColumnType type) => new(name, type, ColumnRole.Metric) { Additivity = Additivity.Sum };

    private static ColumnDefinition[] EveryType() =>
        [.. Enum.GetValues<ColumnType>().Select(t => new ColumnDefinition($"{(t is ColumnType.Integer or ColumnType.Instant ? "an" : "a")}_{t.ToString().ToLowerInvariant()}", t, ColumnRole.Metric))];

    private static TestRows Rows(string label, long visits, string run) => new TestRows(Columns).Add(1, "day", May1, May1, label, visits, run);

    private static PartitionRecord Day(int site, DateOnly day, long rows) => Record(new PartitionKey(site, Period.Day, day, day), rows);

    private static PartitionRecord Record(PartitionKey key, long rows) => new(key, PartitionState.Provisional, rows, ReadAt, "run-1");

    private static void ThrowAt(int index, int at)
    {
        if (index == at)
        {
            throw new IOException("The staged rows cannot be read.");
        }
    }

    private async Task<List<string>> TextAsync(string table) =>
        [.. (await ReadRowsAsync(table)).Select(r => string.Join('|', r.Values.Select(Text))).Order(StringComparer.Ordinal)];

    private static string Text(object? value) => value switch
    {
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
