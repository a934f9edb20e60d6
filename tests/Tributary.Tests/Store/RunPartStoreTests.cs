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

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? runs : other).Parts.TakeAsync(null, Stop)));

        var parts = taken.OfType<RunPart>().OrderBy(p => p.Number).ToList();
        Assert.Equal([2, 3, 4, 5, 6, 7], parts.Select(p => p.Number));
        Assert.Equal(["w2", "w3", "w4", "w5", "w6", "w7"], parts.Select(p => p.Windows));
        foreach (var part in parts)
        {
            await other.Parts.EndAsync(part, Result(run, part.Number), $"Part {part.Number}", Stop);
        }

        var states = await runs.Parts.StatesAsync(run, Stop);
        Assert.Equal((0, "2 3 4 5 6 7"), (states.Left, string.Join(' ', states.Results.Select(r => r.Rows))));
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
            Assert.Equal((attempt, 0), (part.Attempt, await runs.Parts.RecoverAsync(run, "Pages", Stop)));
            await runs.Runs.Locks.StopRenewingAsync(part.Id);
            store.Sql("UPDATE run_locks SET expires_at = 1 WHERE owner = $part", ("part", part.Id));
            Assert.Equal(1, await runs.Parts.RecoverAsync(run, "Pages", Stop));
            Assert.False(await runs.Parts.IsMineAsync(part.Id, Stop));
        }

        Assert.Null(await runs.Parts.TakeAsync(run, Stop));
        var states = await runs.Parts.StatesAsync(run, Stop);
        Assert.Equal((0, "run.interrupted"), (states.Left, Assert.Single(states.Results).Error!.Code));
    }

    [Fact]
    public async Task Parts_end_with_their_run()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, run) = await PrepareAsync(store, 2);
        var part = (await runs.Parts.TakeAsync(null, Stop))!;

        await runs.Runs.EndAsync(Result(run, 0), Stop);

        Assert.False(await runs.Parts.IsMineAsync(part.Id, Stop));
        Assert.Equal("run.lost", (await Assert.ThrowsAsync<TributaryException>(() => runs.Runs.Locks.ConfirmAsync(part.Id, Stop))).Code);
        Assert.Null(await runs.Parts.TakeAsync(null, Stop));
        await runs.Parts.EndAsync(part, Result(run, 9), "Late", Stop);
        Assert.Equal(0L, store.Sql("SELECT count(*) FROM run_parts"));
    }

    [Fact]
    public async Task A_part_that_is_given_back_is_taken_by_another_and_one_of_a_run_that_is_to_stop_by_none()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, run) = await PrepareAsync(store, 1);
        var part = (await runs.Parts.TakeAsync(null, Stop))!;
        Assert.Null(await runs.Parts.TakeAsync(null, Stop));

        await runs.Parts.PutBackAsync(part, Stop);
        var again = (await runs.Parts.TakeAsync(null, Stop))!;
        await runs.Parts.PutBackAsync(again, Stop);
        await runs.Queue.RequestStopAsync(again.DataSetId, null, Stop);

        Assert.Equal((part.Id, 2), (again.Id, again.Attempt));
        Assert.Null(await runs.Parts.TakeAsync(null, Stop));
    }

    private static async Task<(RunStores Runs, string Run)> PrepareAsync(StoreFixture store, int parts)
    {
        var runs = new RunStores(store.Database, store.Clock);
        var run = (await runs.Runs.BeginAsync((await store.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop)).Id, "manual", Stop))!;
        await runs.Parts.AddAsync(run, 2, [.. Enumerable.Range(2, parts).Select(n => $"w{n}")], "In parts.", Stop);
        return (runs, run);
    }

    private static RunResult Result(string run, long rows) => new() { DataSet = "Pages", RunId = run, Status = RunStatus.Succeeded, Rows = rows };
}

public sealed class RunPartStoreOnSqliteTests() : RunPartStoreTests(StoreKind.Sqlite);

public sealed class RunPartStoreOnPostgreSqlTests() : RunPartStoreTests(StoreKind.PostgreSql);
