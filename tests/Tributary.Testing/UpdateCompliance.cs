using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;
using Xunit;

namespace Tributary.Testing;

/// <summary>How every destination changes stored rows: the four update methods, removing, undoing. A destination adds a class that derives from this and opens it.</summary>
public abstract class UpdateCompliance
{
    protected const string Table = "pages";

    private static readonly DateOnly First = new(2026, 5, 1);
    private static readonly ColumnDefinition[] Columns =
    [
        new("site_id", ColumnType.Integer, ColumnRole.Key), new("period", ColumnType.Text, ColumnRole.Key), new("period_start", ColumnType.Date, ColumnRole.Key), new("period_end", ColumnType.Date, ColumnRole.Key),
        new("label", ColumnType.Text, ColumnRole.Dimension), new("nb_visits", ColumnType.Integer, ColumnRole.Metric), new("_run_id", ColumnType.Text, ColumnRole.Run),
    ];

    private int _windows;

    protected abstract IDestination Destination { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replace_leaves_nothing_of_what_was_there()
    {
        await CommitAsync(Of("r1", (1, ["a=1", "b=1"]), (2, ["a=2"])) with { Update = UpdateMethod.Replace });

        await CommitAsync(Of("r2", (3, ["c=3"])) with { Update = UpdateMethod.Replace });

        Assert.Equal(["3 c=3 r2"], await RowsAsync());
        Assert.Equal(["3: 1"], await StatesAsync());
    }

    [Fact]
    public async Task Append_adds_and_counts_what_all_commits_brought()
    {
        await CommitAsync(Of("r1", (1, ["a=1"]), (2, ["a=2"])) with { Update = UpdateMethod.Append });

        await CommitAsync(Of("r2", (1, ["a=1", "b=1"])) with { Update = UpdateMethod.Append });

        Assert.Equal(["1 a=1 r1", "1 a=1 r2", "1 b=1 r2", "2 a=2 r1"], await RowsAsync());
        Assert.Equal(["1: 3", "2: 1"], await StatesAsync());
    }

    [Fact]
    public async Task An_appended_window_is_not_appended_again()
    {
        var commit = Of("r1", (1, ["a=1"])) with { Update = UpdateMethod.Append };
        await Destination.CommitAsync(commit, Stop);
        await Destination.CommitAsync(commit, Stop);

        Assert.Equal(["1 a=1 r1"], await RowsAsync());
    }

    [Fact]
    public async Task Merge_replaces_rows_of_the_same_key_adds_new_ones_and_keeps_the_others()
    {
        await CommitAsync(Merge(Of("r1", (1, ["a=1", "b=1"]), (2, ["a=2"]))));

        await CommitAsync(Merge(Of("r2", (1, ["b=9", "c=9"]))));

        Assert.Equal(["1 a=1 r1", "1 b=9 r2", "1 c=9 r2", "2 a=2 r1"], await RowsAsync());
        Assert.Equal(["1: 3", "2: 1"], await StatesAsync());
    }

    [Fact]
    public async Task A_merge_key_without_the_period_moves_rows_and_the_states_follow()
    {
        await CommitAsync(Of("r1", (1, ["a=1", "b=1"])) with { Update = UpdateMethod.Merge, Key = ["label"] });

        await CommitAsync(Of("r2", (2, ["a=2"])) with { Update = UpdateMethod.Merge, Key = ["label"] });

        Assert.Equal(["1 b=1 r1", "2 a=2 r2"], await RowsAsync());
        Assert.Equal(["1: 1", "2: 1"], await StatesAsync());
    }

    [Fact]
    public async Task Rows_that_a_key_does_not_tell_apart_are_refused_and_nothing_changes()
    {
        await CommitAsync(Merge(Of("r1", (1, ["a=1"]))));

        var repeated = await Assert.ThrowsAsync<TributaryException>(() => CommitAsync(Merge(Of("r2", (1, ["a=5", "a=6"])))));
        var missing = await Assert.ThrowsAsync<TributaryException>(() => CommitAsync(Of("r2", (1, ["b=5"])) with { Update = UpdateMethod.Merge, Key = ["labl"] }));
        var isNull = await Assert.ThrowsAsync<TributaryException>(() => CommitAsync(Merge(Of("r2", (1, ["=5"])))));

        Assert.Equal(["merge.key_repeats", "merge.no_such_column", "merge.key_null"], [repeated.Code, missing.Code, isNull.Code]);
        Assert.Contains("2026-05-01, a", repeated.Message, StringComparison.Ordinal);
        Assert.Equal(["1 a=1 r1"], await RowsAsync());
    }

    [Fact]
    public async Task Merge_tells_labels_apart_that_differ_only_in_case_accent_or_trailing_blanks()
    {
        await CommitAsync(Merge(Of("r1", (1, ["home=1", "Home=1", "home =1", "hôme=1", "home  =1"]))));

        await CommitAsync(Merge(Of("r2", (1, ["home =2"]))));

        Assert.Equal(["1 Home=1 r1", "1 home  =1 r1", "1 home =2 r2", "1 home=1 r1", "1 hôme=1 r1"], await RowsAsync());
    }

    [Theory]
    [InlineData(UpdateMethod.Partition)]
    [InlineData(UpdateMethod.Append)]
    [InlineData(UpdateMethod.Merge)]
    public async Task Partitions_that_are_to_go_go_whole(UpdateMethod update)
    {
        string[] key = update == UpdateMethod.Merge ? ["period_start", "label"] : [];
        await CommitAsync(Of("r1", (1, ["a=1"]), (2, ["a=2"])) with { Update = update, Key = key });

        await CommitAsync(Of("r2", (3, ["a=3"])) with { Update = update, Key = key, Remove = [KeyOf(1)] });

        Assert.Equal(["2 a=2 r1", "3 a=3 r2"], await RowsAsync());
        Assert.Equal(["2: 1", "3: 1"], await StatesAsync());
    }

    [Fact]
    public async Task States_can_be_revised_without_touching_rows()
    {
        await CommitAsync(Of("r1", (1, ["a=1"]), (2, ["a=2"])));
        var state = (await Destination.ReadPartitionsAsync(Table, Stop))[0];

        await Destination.ReviseAsync(Table, [state with { State = PartitionState.Final }, state with { Key = KeyOf(9) }], Stop);

        Assert.Equal([PartitionState.Final, PartitionState.Provisional], (await Destination.ReadPartitionsAsync(Table, Stop)).Select(p => p.State));
        Assert.Equal(["1 a=1 r1", "2 a=2 r1"], await RowsAsync());
    }

    [Fact]
    public async Task A_state_that_a_run_has_written_since_it_was_read_is_not_revised()
    {
        await CommitAsync(Of("r1", (1, []), (2, ["a=2"])));
        var read = await Destination.ReadPartitionsAsync(Table, Stop);
        await CommitAsync(Of("r2", (1, ["a=1", "b=1"])));

        await Destination.ReviseAsync(Table, [.. read.Select(p => p with { State = PartitionState.Final, Rows = 9 })], Stop);
        Assert.Equal([(PartitionState.Provisional, 2, "r2"), (PartitionState.Final, 1, "r1")], (await Destination.ReadPartitionsAsync(Table, Stop)).Select(p => (p.State, p.Rows, p.RunId)));

        await CommitAsync(Of("r3", (1, ["a=3"])));
        Assert.Equal(["1 a=3 r3", "2 a=2 r1"], await RowsAsync());
    }

    [Fact]
    public async Task A_state_read_again_by_the_same_run_is_not_revised()
    {
        await CommitAsync(Of("r1", (1, ["a=1"])));
        var read = await Destination.ReadPartitionsAsync(Table, Stop);
        var again = Of("r1", (1, ["a=1"]));
        await CommitAsync(again with { Partitions = [again.Partitions[0] with { ReadAt = DateTimeOffset.UnixEpoch.AddMicroseconds(1) }] });

        await Destination.ReviseAsync(Table, [read[0] with { State = PartitionState.Final }], Stop);

        Assert.Equal(PartitionState.Provisional, (await Destination.ReadPartitionsAsync(Table, Stop))[0].State);
    }

    [Fact]
    public async Task The_rows_of_some_partitions_can_be_read()
    {
        await CommitAsync(Of("r1", (1, ["a=1", "b=1"]), (2, ["a=2"])));

        Assert.Equal(["2 a=2 r1"], await RowsAsync([KeyOf(2), KeyOf(5)]));
        Assert.Empty(await RowsAsync([]));
        await using var none = await Destination.ReadRowsAsync("nothing", [KeyOf(1)], Stop);
        Assert.Empty(await none.Rows.ToListAsync(Stop));
    }

    [Fact]
    public async Task A_run_can_be_undone_with_what_it_added_replaced_and_removed()
    {
        await CommitAsync(Kept(Of("r1", (1, ["a=1"]), (2, ["a=2"]), (3, ["a=3"]))));
        await CommitAsync(Kept(Of("r2", (1, []), (2, ["b=2"]), (4, ["a=4"]))) with { Remove = [KeyOf(3)] });

        await Destination.RevertAsync(Table, "r1", DateTimeOffset.UnixEpoch, Stop);

        Assert.Equal(["1 a=1 r1", "2 a=2 r1", "3 a=3 r1"], await RowsAsync());
        Assert.Equal(["1: 1", "2: 1", "3: 1"], await StatesAsync());
        Assert.Equal(["r1"], await Destination.ReadKeptRunsAsync(Table, Stop));
    }

    [Fact]
    public async Task Only_the_last_runs_are_kept_and_an_earlier_point_is_refused()
    {
        for (var run = 1; run <= 4; run++)
        {
            await CommitAsync(Kept(Of($"r{run}", (1, [$"a={run}"])), runs: 2));
        }

        Assert.Equal(["r4", "r3"], await Destination.ReadKeptRunsAsync(Table, Stop));
        var refused = await Assert.ThrowsAsync<TributaryException>(() => Destination.RevertAsync(Table, "r1", DateTimeOffset.UnixEpoch, Stop));
        Assert.Equal("revert.not_kept", refused.Code);
        Assert.Equal(["1 a=4 r4"], await RowsAsync());

        await Destination.RevertAsync(Table, "r2", DateTimeOffset.UnixEpoch, Stop);
        Assert.Equal(["1 a=2 r2"], await RowsAsync());
    }

    [Fact]
    public async Task A_run_that_kept_nothing_cannot_be_undone()
    {
        await CommitAsync(Kept(Of("r1", (1, ["a=1"]))));
        await CommitAsync(Of("r2", (1, ["a=2"])));

        Assert.Equal("revert.not_kept", (await Assert.ThrowsAsync<TributaryException>(() => Destination.RevertAsync(Table, "r1", DateTimeOffset.UnixEpoch, Stop))).Code);
        Assert.Equal(["1 a=2 r2"], await RowsAsync());
    }

    [Fact]
    public async Task Columns_that_came_later_stay_and_are_null_in_what_is_brought_back()
    {
        await CommitAsync(Kept(Of("r1", (1, ["a=1"]))));
        ColumnDefinition[] more = [.. Columns[..5], new("bounce_rate", ColumnType.Double, ColumnRole.Metric), Columns[5] with { Type = ColumnType.Double }, Columns[6]];
        var rows = new TestRows(more).Add(1, "day", First, First, "b", 0.5, 2.5, "r2");
        await CommitAsync(Kept(Of("r2", (1, ["b=2"]))) with { Schema = new TableSchema(more), Rows = rows });

        await Destination.RevertAsync(Table, "r1", DateTimeOffset.UnixEpoch, Stop);

        Assert.Equal(["1 a=1 r1"], await RowsAsync());
        Assert.Equal(more.Select(c => c.Name), (await Destination.ReadSchemaAsync(Table, Stop))!.Columns.Select(c => c.Name));
    }

    [Fact]
    public async Task Runs_are_undone_in_the_order_they_were_made_whatever_their_ids()
    {
        await CommitAsync(Kept(Of("r5", (1, ["a=1"]))));
        await CommitAsync(Kept(Of("r9", (1, ["a=2"]))));
        await CommitAsync(Kept(Of("r7", (1, ["a=3"]), (2, ["a=3"]))));

        Assert.Equal(["r7", "r9", "r5"], await Destination.ReadKeptRunsAsync(Table, Stop));
        await Destination.RevertAsync(Table, "r9", DateTimeOffset.UnixEpoch, Stop);
        Assert.Equal(["1 a=2 r9"], await RowsAsync());
    }

    [Fact]
    public async Task A_run_that_changed_nothing_is_a_point_in_time_to_go_back_to()
    {
        await CommitAsync(Kept(Of("r1", (1, ["a=1"]))));
        await CommitAsync(Kept(Of("r2", (1, ["a=2"]))));

        await Destination.RevertAsync(Table, "r0", new DateTimeOffset(9000, 1, 1, 0, 0, 0, TimeSpan.Zero), Stop);
        Assert.Equal(["1 a=2 r2"], await RowsAsync());
        await Destination.RevertAsync(Table, "r0", DateTimeOffset.UnixEpoch, Stop);
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task A_table_that_was_dropped_has_no_runs_to_undo()
    {
        await CommitAsync(Kept(Of("r1", (1, ["a=1"]))));
        await Destination.DropAsync(Table, Stop);

        Assert.Empty(await Destination.ReadKeptRunsAsync(Table, Stop));
        await CommitAsync(Kept(Of("r2", (1, ["a=2"]))));
        Assert.Equal(["1 a=2 r2"], await RowsAsync());
    }

    [Fact]
    public async Task Undoing_brings_back_exactly_the_table_after_any_run_of_any_history()
    {
        var random = new Random(20261128);
        for (var history = 0; history < 8; history++)
        {
            await Destination.DropAsync(Table, Stop);
            var update = history % 2 == 0 ? UpdateMethod.Partition : UpdateMethod.Replace;
            var after = new List<(string Run, List<string> Rows, List<string> States)>();
            for (var run = 1; run <= 4; run++)
            {
                // A run commits in several windows; with Replace in one.
                for (var window = update == UpdateMethod.Replace ? 1 : random.Next(1, 3); window > 0; window--)
                {
                    int[] days = [.. Enumerable.Range(1, 5).Where(_ => random.Next(2) == 0)];
                    int[] gone = update == UpdateMethod.Replace ? [] : [.. Enumerable.Range(1, 5).Except(days).Where(_ => random.Next(4) == 0)];
                    var commit = Of($"r{run}", [.. days.Select(d => (d, Enumerable.Range(0, random.Next(4)).Select(i => $"{(char)('a' + i)}={random.Next(10)}").ToArray()))]);
                    await CommitAsync(Kept(commit, runs: 5) with { Update = update, Remove = [.. gone.Select(KeyOf)] });
                }

                after.Add(($"r{run}", await RowsAsync(), await StatesAsync()));
            }

            foreach (var (run, rows, states) in Enumerable.Reverse(after).Where(_ => random.Next(3) > 0))
            {
                await Destination.RevertAsync(Table, run, DateTimeOffset.UnixEpoch, Stop);
                Assert.Equal(rows, await RowsAsync());
                Assert.Equal(states, await StatesAsync());
            }
        }
    }

    private static PartitionKey KeyOf(int day) => new(1, Period.Day, First.AddDays(day - 1), First.AddDays(day - 1));

    private static WindowCommit Merge(WindowCommit commit) => commit with { Update = UpdateMethod.Merge, Key = ["site_id", "period_start", "label"] };

    private static WindowCommit Kept(WindowCommit commit, int runs = 3) => commit with { KeepRuns = runs };

    /// <summary>A window of a run: days and their rows, label=visits; no label is null.</summary>
    private WindowCommit Of(string run, params (int Day, string[] Rows)[] days)
    {
        var rows = new TestRows(Columns);
        foreach (var (day, row) in days.SelectMany(d => d.Rows.Select(r => (d.Day, r.Split('=')))))
        {
            rows.Add(1, "day", KeyOf(day).Start, KeyOf(day).End, row[0].Length > 0 ? row[0] : null, long.Parse(row[1], CultureInfo.InvariantCulture), run);
        }

        return new WindowCommit
        {
            Table = Table,
            WindowId = $"{run}/{Interlocked.Increment(ref _windows)}",
            RunId = run,
            Schema = new TableSchema(Columns),
            Partitions = [.. days.Select(d => new PartitionRecord(KeyOf(d.Day), PartitionState.Provisional, d.Rows.Length, DateTimeOffset.UnixEpoch, run))],
            Rows = rows,
        };
    }

    private Task CommitAsync(WindowCommit commit) => Destination.CommitAsync(commit, Stop);

    private async Task<List<string>> RowsAsync(PartitionKey[]? keys = null)
    {
        await using var result = await Destination.ReadRowsAsync(Table, keys ?? [.. Enumerable.Range(1, 9).Select(KeyOf)], Stop);
        var columns = result.Columns.Select(c => c.Name).ToList();
        var rows = new List<string>();
        await foreach (var row in result.Rows)
        {
            object? Of(string name) => row[columns.IndexOf(name)];
            rows.Add(string.Create(CultureInfo.InvariantCulture, $"{((DateOnly)Of("period_start")!).Day} {Of("label")}={Of("nb_visits")} {Of("_run_id")}"));
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }

    private async Task<List<string>> StatesAsync() =>
        [.. (await Destination.ReadPartitionsAsync(Table, Stop)).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key.Start.Day}: {p.Rows}")).Order(StringComparer.Ordinal)];
}
