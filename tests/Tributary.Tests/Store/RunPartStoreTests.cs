using Tributary.Model;
using Tributary.Store;

namespace Tributary.Tests.Store;

/// <summary>Parts of a run, taken by whichever node is free.</summary>
public abstract class RunPartStoreTests(StoreKind kind)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_part_is_taken_once_in_order_and_its_result_is_found_by_the_run()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, run) = await PrepareAsync(store, 6);
        var other = new RunStores(await store.OpenAgainAsync(), store.Clock);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? runs : other).Parts.TakeAsync(run, Stop)));

        var parts = taken.OfType<RunPart>().OrderBy(p => p.Number).ToList();
        Assert.Equal([2, 3, 4, 5, 6, 7], parts.Select(p => p.Number));
        Assert.Equal(["w2", "w3", "w4", "w5", "w6", "w7"], parts.Select(p => p.Windows));
        foreach (var part in parts)
        {
            await other.Parts.EndAsync(part, Part(run, part.Number), $"Part {part.Number}", Stop);
        }

        Assert.Equal((0, false), await runs.Parts.LeftAsync(run, Stop));
        Assert.Equal("2 3 4 5 6 7", string.Join(' ', (await runs.Parts.ResultsAsync(run, Stop)).Select(r => r.Run.Rows)));
        Assert.Equal(7, (await runs.History.LogAsync(run, Stop)).Count);
    }

    [Fact]
    public async Task A_part_whose_node_died_waits_again_and_fails_when_it_ends_every_process()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, run) = await PrepareAsync(store, 1);
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            var part = (await runs.Parts.TakeAsync(run, Stop))!;
            Assert.Equal((attempt > 1, 0), (part.IsAgain, await runs.Parts.RecoverAsync(run, "Pages", Stop)));
            await DieAsync(store, runs, part);
            Assert.Equal(1, await runs.Parts.RecoverAsync(run, "Pages", Stop));
            Assert.False(await runs.Parts.IsMineAsync(part, Stop));
        }

        Assert.Null(await runs.Parts.TakeAsync(run, Stop));
        Assert.Equal((0, false), await runs.Parts.LeftAsync(run, Stop));
        Assert.Equal("run.interrupted", Assert.Single(await runs.Parts.ResultsAsync(run, Stop)).Run.Error!.Code);
    }

    [Fact]
    public async Task Who_lost_a_part_neither_confirms_nor_renews_nor_ends_it_once_another_has_it()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, run) = await PrepareAsync(store, 1);
        var lost = (await runs.Parts.TakeAsync(run, Stop))!;
        await DieAsync(store, runs, lost);
        await runs.Parts.RecoverAsync(run, "Pages", Stop);
        var other = new RunStores(await store.OpenAgainAsync(), store.Clock);
        var taken = (await other.Parts.TakeAsync(run, Stop))!;

        Assert.Equal(lost.Id, taken.Id);
        Assert.Equal((false, true), (await runs.Parts.IsMineAsync(lost, Stop), await other.Parts.IsMineAsync(taken, Stop)));
        Assert.Equal("run.lost", (await Assert.ThrowsAsync<TributaryException>(() => runs.Runs.Locks.ConfirmAsync(lost.Owner, Stop))).Code);
        await runs.Parts.EndAsync(lost, Part(run, 9), "Late", Stop);
        await runs.Parts.PutBackAsync(lost, TimeSpan.Zero, Stop);
        Assert.Equal((1, false), await runs.Parts.LeftAsync(run, Stop));
        await other.Runs.Locks.ConfirmAsync(taken.Owner, Stop);
        await other.Parts.EndAsync(taken, Part(run, 3), "Part", Stop);
        Assert.Equal(3, Assert.Single(await runs.Parts.ResultsAsync(run, Stop)).Run.Rows);
    }

    [Fact]
    public async Task A_part_that_is_to_wait_is_not_taken_before_its_time()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, run) = await PrepareAsync(store, 1);

        await runs.Parts.PutBackAsync((await runs.Parts.TakeAsync(run, Stop))!, TimeSpan.FromHours(1), Stop);

        Assert.Equal((0, 1), ((await runs.Parts.OfferedAsync(Stop)).Count, (await runs.Parts.LeftAsync(run, Stop)).Left));
        Assert.Null(await runs.Parts.TakeAsync(run, Stop));
        store.Sql("UPDATE run_parts SET ready_at = 1");
        Assert.Equal([run], await runs.Parts.OfferedAsync(Stop));
        Assert.NotNull(await runs.Parts.TakeAsync(run, Stop));
    }

    [Fact]
    public async Task A_part_that_ends_the_run_says_so_and_parts_of_a_run_that_stops_are_nobodys()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, run) = await PrepareAsync(store, 3);
        var first = (await runs.Parts.TakeAsync(run, Stop))!;
        var second = (await runs.Parts.TakeAsync(run, Stop))!;

        await runs.Parts.EndAsync(first, Part(run, 1) with { EndsRun = true }, "Refused", Stop);
        Assert.Equal((2, true), await runs.Parts.LeftAsync(run, Stop));
        await runs.Parts.DropWaitingAsync(run, Stop);
        Assert.Equal((1, true), await runs.Parts.LeftAsync(run, Stop));
        await runs.Parts.CloseAsync(run, Stop);

        Assert.Equal((0, true), await runs.Parts.LeftAsync(run, Stop));
        Assert.False(await runs.Parts.IsMineAsync(second, Stop));
        Assert.Single(await runs.Parts.ResultsAsync(run, Stop));
    }

    [Fact]
    public async Task Parts_end_with_their_run()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, run) = await PrepareAsync(store, 2);
        var part = (await runs.Parts.TakeAsync(run, Stop))!;

        await runs.Runs.EndAsync(Part(run, 0).Run, Stop);

        Assert.False(await runs.Parts.IsMineAsync(part, Stop));
        Assert.Equal("run.lost", (await Assert.ThrowsAsync<TributaryException>(() => runs.Runs.Locks.ConfirmAsync(part.Owner, Stop))).Code);
        Assert.Null(await runs.Parts.TakeAsync(run, Stop));
        await runs.Parts.EndAsync(part, Part(run, 9), "Late", Stop);
        Assert.Equal(0L, store.Sql("SELECT count(*) FROM run_parts"));
    }

    [Fact]
    public async Task A_part_that_is_given_back_is_taken_by_another_and_one_of_a_run_that_is_to_stop_by_none()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, run) = await PrepareAsync(store, 1);
        var part = (await runs.Parts.TakeAsync(run, Stop))!;
        Assert.Null(await runs.Parts.TakeAsync(run, Stop));

        await runs.Parts.PutBackAsync(part, TimeSpan.Zero, Stop);
        var again = (await runs.Parts.TakeAsync(run, Stop))!;
        await runs.Parts.PutBackAsync(again, TimeSpan.Zero, Stop);
        await runs.Queue.RequestStopAsync(again.DataSetId, null, Stop);

        Assert.Equal((part.Id, true), (again.Id, again.IsAgain));
        Assert.NotEqual(part.Owner, again.Owner);
        Assert.Null(await runs.Parts.TakeAsync(run, Stop));
        Assert.Empty(await runs.Parts.OfferedAsync(Stop));
    }

    private static async Task<(RunStores Runs, string Run)> PrepareAsync(StoreFixture store, int parts)
    {
        var runs = new RunStores(store.Database, store.Clock);
        var run = (await runs.Runs.BeginAsync((await store.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop)).Id, "manual", Stop))!;
        await runs.Parts.AddAsync(run, 2, [.. Enumerable.Range(2, parts).Select(n => $"w{n}")], "In parts.", Stop);
        return (runs, run);
    }

    /// <summary>Its process neither renews nor gives back any more.</summary>
    private static async Task DieAsync(StoreFixture store, RunStores runs, RunPart part)
    {
        await RunLocks.StopRenewingAsync(part.Owner);
        store.Sql("UPDATE run_locks SET expires_at = 1 WHERE owner = $part", ("part", part.Owner));
    }

    private static PartResult Part(string run, long rows) => new(new RunResult { DataSet = "Pages", RunId = run, Status = RunStatus.Succeeded, Rows = rows }, ColumnsMet.None, EndsRun: false);
}

public sealed class RunPartStoreOnSqliteTests() : RunPartStoreTests(StoreKind.Sqlite);

public sealed class RunPartStoreOnPostgreSqlTests() : RunPartStoreTests(StoreKind.PostgreSql);
