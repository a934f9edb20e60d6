using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Testing;
using Tributary.Warehouses.Files;

namespace Tributary.Warehouses.Tests.Files;

public sealed class FilesCrashTests
{
    private const string Table = "pages";

    private static readonly DateOnly First = new(2026, 5, 1);
    private static readonly ColumnDefinition[] Columns =
    [
        new("site_id", ColumnType.Integer, ColumnRole.Key), new("period", ColumnType.Text, ColumnRole.Key), new("period_start", ColumnType.Date, ColumnRole.Key), new("period_end", ColumnType.Date, ColumnRole.Key),
        new("label", ColumnType.Text, ColumnRole.Dimension), new("nb_visits", ColumnType.Integer, ColumnRole.Metric),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public enum Change
    {
        Partitions,
        Everything,
        Adding,
        Merging,
        Widening,
        WideningForgetting,
        Undoing,
        Dropping,
    }

    [Theory]
    [InlineData(Change.Partitions, false)]
    [InlineData(Change.Partitions, true)]
    [InlineData(Change.Everything, false)]
    [InlineData(Change.Adding, true)]
    [InlineData(Change.Merging, false)]
    [InlineData(Change.Widening, true)]
    [InlineData(Change.WideningForgetting, false)]
    [InlineData(Change.WideningForgetting, true)]
    [InlineData(Change.Undoing, false)]
    [InlineData(Change.Dropping, true)]
    public async Task Whenever_the_place_is_lost_the_table_is_the_old_one_or_the_new_one(Change change, bool isDone)
    {
        var seen = new HashSet<bool>();
        var isQuiet = false;
        using var whole = new LocalFiles(FilesFormat.Parquet);
        await FillAsync(whole.Destination, change);
        await ChangeAsync(whole.Destination, change);
        var wanted = await DescribeAsync(whole);
        for (var at = 0; ; at++)
        {
            using var files = new LocalFiles(FilesFormat.Parquet);
            await FillAsync(files.Destination, change);
            var before = await DescribeAsync(files);
            var store = new BreakingStore(new LocalStore(files.Place, TimeProvider.System), at, isDone);
            var isTold = false;
            try
            {
                await ChangeAsync(files.Open(store), change);
                isTold = true;
            }
            catch (TributaryException) when (store.IsBroken)
            {
            }

            // Whoever comes next finishes what was written down.
            var after = await DescribeAsync(files);
            Assert.True(after == before || after == wanted, $"Lost after {at} steps, the table is neither:\n{after}\nbefore:\n{before}\nafter:\n{wanted}");
            Assert.True(!isTold || after == wanted, $"Lost after {at} steps, the table is not what was told.");
            isQuiet |= isTold && store.IsBroken;
            seen.Add(after == before);

            // And the change can be made, once more where it was made.
            await ChangeAsync(files.Destination, change);
            Assert.Equal(wanted, await DescribeAsync(files));
            Assert.Empty(Directory.Exists(Path.Combine(files.Place, FilesLayout.Pending(Table))) ? Directory.EnumerateFiles(Path.Combine(files.Place, FilesLayout.Pending(Table)), "*", SearchOption.AllDirectories) : []);
            if (!store.IsBroken)
            {
                break;
            }
        }

        Assert.Equal(2, seen.Count);

        // Behind the last step that matters.
        Assert.True(isQuiet || change == Change.Dropping);
    }

    [Fact]
    public async Task A_table_whose_change_could_not_be_finished_by_a_reader_is_not_busy_afterwards()
    {
        // Written down, and nothing more done.
        for (var written = 0; ; written++)
        {
            using var files = new LocalFiles(FilesFormat.Parquet);
            await FillAsync(files.Destination, Change.Partitions);
            await Assert.ThrowsAsync<TributaryException>(() => ChangeAsync(files.Open(new BreakingStore(new LocalStore(files.Place, TimeProvider.System), written, isDone: true)), Change.Partitions));
            if (!File.Exists(Path.Combine(files.Place, FilesLayout.Journal(Table))))
            {
                continue;
            }

            // Looks for the journal, and as the one alone once more; the first thing to be done fails.
            await Assert.ThrowsAsync<TributaryException>(() => files.Open(new BreakingStore(new LocalStore(files.Place, TimeProvider.System), 2, isDone: false)).ReadPartitionsAsync(Table, Stop));

            await files.Destination.ReadPartitionsAsync(Table, Stop);
            await ChangeAsync(files.Destination, Change.Partitions);
            Assert.Equal(["r1/1", "r2/1"], (await files.Destination.ReadWindowIdsAsync(Table, Stop)).Order(StringComparer.Ordinal));
            return;
        }
    }

    [Theory]
    [InlineData(Change.Partitions)]
    [InlineData(Change.Undoing)]
    [InlineData(Change.Dropping)]
    public async Task What_was_written_down_too_late_is_taken_away_and_changes_nothing(Change change)
    {
        using var files = new LocalFiles(FilesFormat.Parquet);
        await FillAsync(files.Destination, change);
        var journal = Path.Combine(files.Place, FilesLayout.Journal(Table));
        var late = await WrittenDownAsync(change);
        var next = Commit("r9", Columns, UpdateMethod.Partition, (1, ["newest"])) with { KeepRuns = 3 };
        await files.Destination.CommitAsync(next, Stop);
        var wanted = await DescribeAsync(files);

        await File.WriteAllTextAsync(journal, late, Stop);

        Assert.Equal(wanted, await DescribeAsync(files));
        Assert.False(File.Exists(journal));
        await files.Destination.CommitAsync(next with { WindowId = "r9/2" }, Stop);

        await files.Destination.DropAsync(Table, Stop);
        if (change != Change.Dropping)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(journal)!);
            await File.WriteAllTextAsync(journal, late, Stop);
            Assert.Equal("none", await DescribeAsync(files));
        }

        // What the change would have written down if its program had not stood still: it is done later as if nothing had been written.
        async Task<string> WrittenDownAsync(Change stalled)
        {
            for (var written = 0; ; written++)
            {
                using var copy = new LocalFiles(FilesFormat.Parquet);
                CopyAll(files.Place, copy.Place);
                await Assert.ThrowsAsync<TributaryException>(() => ChangeAsync(copy.Open(new BreakingStore(new LocalStore(copy.Place, TimeProvider.System), written, isDone: true)), stalled));
                if (await new LocalStore(copy.Place, TimeProvider.System).ReadTextAsync(FilesLayout.Journal(Table), Stop) is { } text)
                {
                    return text;
                }
            }
        }

        static void CopyAll(string from, string to)
        {
            foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }
    }

    [Fact]
    public async Task What_was_written_down_twice_is_done_once()
    {
        using var files = new LocalFiles(FilesFormat.Parquet);
        await FillAsync(files.Destination, Change.Partitions);
        var journal = Path.Combine(files.Place, FilesLayout.Journal(Table));
        for (var written = 0; !File.Exists(journal); written++)
        {
            await Assert.ThrowsAsync<TributaryException>(() => ChangeAsync(files.Open(new BreakingStore(new LocalStore(files.Place, TimeProvider.System), written, isDone: true)), Change.Partitions));
        }

        var text = await File.ReadAllTextAsync(journal, Stop);
        var wanted = await DescribeAsync(files);
        Assert.False(File.Exists(journal));

        await File.WriteAllTextAsync(journal, text, Stop);

        Assert.Equal(wanted, await DescribeAsync(files));
        Assert.False(File.Exists(journal));
    }

    private static async Task FillAsync(IDestination destination, Change change)
    {
        var kept = change is Change.Adding or Change.Merging ? 0 : 3;
        var update = change switch { Change.Everything => UpdateMethod.Replace, Change.Adding => UpdateMethod.Append, Change.Merging => UpdateMethod.Merge, _ => UpdateMethod.Partition };
        await destination.CommitAsync(Commit("r1", Columns, update, (1, ["a", "b"]), (2, ["c"]), (3, ["d"])) with { KeepRuns = kept }, Stop);
        if (change is Change.Undoing or Change.WideningForgetting)
        {
            await destination.CommitAsync(Commit("r2", Columns, update, (1, ["x"]), (2, []), (4, ["y"])) with { KeepRuns = kept, Remove = [KeyOf(3)] }, Stop);
        }
    }

    private static Task ChangeAsync(IDestination destination, Change change)
    {
        ColumnDefinition[] wide = [.. Columns[..5], Columns[5] with { Type = ColumnType.Double }];
        return change switch
        {
            Change.Partitions => destination.CommitAsync(Commit("r2", Columns, UpdateMethod.Partition, (1, ["x"]), (2, []), (4, ["y"])) with { KeepRuns = 3, Remove = [KeyOf(3)] }, Stop),
            Change.Everything => destination.CommitAsync(Commit("r2", Columns, UpdateMethod.Replace, (2, ["x"]), (5, ["y"])) with { KeepRuns = 3 }, Stop),
            Change.Adding => destination.CommitAsync(Commit("r2", Columns, UpdateMethod.Append, (1, ["x"]), (2, []), (4, ["y"])), Stop),
            Change.Merging => destination.CommitAsync(Commit("r2", Columns, UpdateMethod.Merge, (4, ["a", "c", "z"])), Stop),
            Change.Widening => destination.CommitAsync(Commit("r2", wide, UpdateMethod.Partition, (1, ["x"])) with { KeepRuns = 3 }, Stop),
            Change.WideningForgetting => destination.CommitAsync(Commit("r3", wide, UpdateMethod.Partition, (1, ["z"])) with { KeepRuns = 1 }, Stop),
            Change.Undoing => destination.RevertAsync(Table, "r1", DateTimeOffset.UnixEpoch, Stop),
            _ => destination.DropAsync(Table, Stop),
        };
    }

    /// <summary>What the files say, and what the destination says of them.</summary>
    private static async Task<string> DescribeAsync(LocalFiles files)
    {
        var schema = await files.Destination.ReadSchemaAsync(Table, Stop);
        if (schema is null)
        {
            // Nothing of a table may stay that is not there: a person would read it.
            Assert.False(Directory.Exists(Path.Combine(files.Place, FilesLayout.Rows(Table))) || Directory.Exists(Path.Combine(files.Place, FilesLayout.States(Table))));
            return "none";
        }

        var rows = await FileRows.ReadAsync(files.Destination, files.Format, files.Place, Table, Stop);
        var states = await files.Destination.ReadPartitionsAsync(Table, Stop);
        IEnumerable<string> lines =
        [
            string.Join(", ", schema.Columns.Select(c => $"{c.Name} {c.Type}")),
            .. rows.Select(r => string.Join(" ", r.Values.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)))).Order(StringComparer.Ordinal),
            .. states.Select(s => s.ToString()).Order(StringComparer.Ordinal),
            .. (await files.Destination.ReadWindowIdsAsync(Table, Stop)).Order(StringComparer.Ordinal),
            .. await files.Destination.ReadKeptRunsAsync(Table, Stop),
        ];
        return string.Join('\n', lines);
    }

    private static PartitionKey KeyOf(int day) => new(1, Period.Day, First.AddDays(day - 1), First.AddDays(day - 1));

    private static WindowCommit Commit(string run, ColumnDefinition[] columns, UpdateMethod update, params (int Day, string[] Labels)[] days)
    {
        var rows = new TestRows(columns);
        foreach (var (day, label) in days.SelectMany(d => d.Labels.Select(l => (d.Day, l))))
        {
            rows.Add(1, "day", KeyOf(day).Start, KeyOf(day).End, label, columns[5].Type == ColumnType.Double ? 1.5 : 1L);
        }

        return new WindowCommit
        {
            Table = Table,
            WindowId = run + "/1",
            RunId = run,
            Schema = new TableSchema(columns),
            Partitions = [.. days.Select(d => new PartitionRecord(KeyOf(d.Day), PartitionState.Provisional, d.Labels.Length, DateTimeOffset.UnixEpoch, run))],
            Rows = rows,
            Update = update,
            Key = update == UpdateMethod.Merge ? ["label"] : [],
        };
    }
}
