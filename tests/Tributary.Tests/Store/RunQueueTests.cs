using Tributary.Model;
using Tributary.Store;

namespace Tributary.Tests.Store;

public abstract class RunQueueTests(StoreKind kind)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_waits_until_it_is_taken_with_all_that_was_asked()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var asked = new NewRun(dataSet, RunTriggers.Manual) { Options = "{\"full\":true}", RequestedBy = "ann" };

        var id = await runs.Queue.AddAsync(asked, Stop);
        Assert.Equal("queued", (await runs.Queue.StateAsync(id, Stop))!.Status);
        var claimed = await runs.Queue.ClaimAsync(null, Stop);

        Assert.Equal(new ClaimedRun(id, asked with { FirstTry = id }), claimed);
        Assert.Equal("running", (await runs.Queue.StateAsync(id, Stop))!.Status);
        Assert.Null(await runs.Queue.ClaimAsync(null, Stop));
    }

    [Fact]
    public async Task A_run_is_taken_by_one_of_many()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        for (var i = 0; i < 3; i++)
        {
            await runs.Queue.AddAsync(new NewRun(dataSet, RunTriggers.Manual), Stop);
        }

        var others = Enumerable.Range(0, 6).Select(_ => new RunStores(store.Database, store.Clock)).ToList();
        var claimed = await Task.WhenAll(others.Select(o => Task.Run(() => o.Queue.ClaimAsync(null, Stop), Stop)));

        Assert.Single(claimed, c => c is not null);
        Assert.Equal(1L, store.Sql("SELECT count(*) FROM runs WHERE status = 'running'"));
    }

    [Fact]
    public async Task A_DataSet_at_work_keeps_its_next_run_waiting_and_no_other()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var other = (await store.DataSets.AddAsync(StoreFixture.Definition("Other"), null, Stop)).Id;
        var first = (await runs.Runs.BeginAsync(dataSet, RunTriggers.Manual, Stop))!;
        var next = await runs.Queue.AddAsync(new NewRun(dataSet, RunTriggers.Manual), Stop);
        var free = await runs.Queue.AddAsync(new NewRun(other, RunTriggers.Manual), Stop);

        Assert.Equal(free, (await runs.Queue.ClaimAsync(null, Stop))!.Id);
        Assert.Null(await runs.Queue.ClaimAsync(null, Stop));
        await runs.Runs.EndAsync(Result(first), Stop);

        Assert.Equal(next, (await runs.Queue.ClaimAsync(null, Stop))!.Id);
    }

    [Fact]
    public async Task What_is_not_to_begin_yet_does_not_and_people_come_before_schedules()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var other = (await store.DataSets.AddAsync(StoreFixture.Definition("Other"), null, Stop)).Id;
        var later = await runs.Queue.AddAsync(new NewRun(dataSet, RunTriggers.Manual) { NotBefore = store.Clock.GetUtcNow() + TimeSpan.FromMinutes(15) }, Stop);
        var scheduled = await runs.Queue.AddAsync(new NewRun(other, RunTriggers.Scheduled), Stop);
        Assert.Equal(scheduled, (await runs.Queue.ClaimAsync(null, Stop))!.Id);
        Assert.Null(await runs.Queue.ClaimAsync(null, Stop));

        await runs.Runs.EndAsync(Result(scheduled), Stop);
        await runs.Queue.AddAsync(new NewRun(other, RunTriggers.Scheduled), Stop);
        store.Clock.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal(later, (await runs.Queue.ClaimAsync(null, Stop))!.Id);
    }

    [Fact]
    public async Task A_run_whose_process_is_gone_ends_as_interrupted_and_is_queued_again_if_a_schedule_wanted_it()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var due = store.Clock.GetUtcNow();
        var lost = await LoseAsync(store, runs, new NewRun(dataSet, RunTriggers.Scheduled) { DueAt = due, Attempt = 2 });

        Assert.Single(await runs.Queue.RecoverAsync(Stop));
        Assert.Empty(await runs.Queue.RecoverAsync(Stop));

        var ended = (await runs.Queue.StateAsync(lost, Stop))!;
        Assert.Equal(("failed", "run.interrupted", 12, 1), (ended.Status, ended.Result!.Error!.Code, ended.Result.Rows, ended.Result.Partitions));
        var again = (await runs.Queue.ClaimAsync(null, Stop))!;
        Assert.Equal((lost, due, 2), (again.Run.FirstTry, again.Run.DueAt, again.Run.Attempt));
        Assert.Equal(2L, store.Sql("SELECT count(*) FROM runs"));
    }

    [Fact]
    public async Task A_run_by_hand_whose_process_is_gone_is_not_made_again()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var lost = await LoseAsync(store, runs, new NewRun(dataSet, RunTriggers.Manual));

        Assert.Single(await runs.Queue.RecoverAsync(Stop));

        Assert.Equal("failed", (await runs.Queue.StateAsync(lost, Stop))!.Status);
        Assert.Null(await runs.Queue.ClaimAsync(null, Stop));
        Assert.Equal("run.interrupted", (await runs.Runs.LastAsync(null, Stop))[dataSet].Result.Error!.Code);
    }

    [Fact]
    public async Task A_run_that_ends_its_process_each_time_is_given_up()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        await LoseAsync(store, runs, new NewRun(dataSet, RunTriggers.Scheduled));
        var times = 1;
        await runs.Queue.RecoverAsync(Stop);
        while (await runs.Queue.ClaimAsync(null, Stop) is { } again && times < 50)
        {
            await DieAsync(store, runs, again.Id);
            await runs.Queue.RecoverAsync(Stop);
            times++;
        }

        Assert.Equal(10, times);
    }

    [Fact]
    public async Task A_living_run_is_not_taken_for_one_that_is_gone()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var run = (await runs.Runs.BeginAsync(dataSet, RunTriggers.Manual, Stop))!;

        for (var i = 0; i < 10; i++)
        {
            store.Clock.Advance(store.Database.Engine.LockLifetime / 3);
            Assert.Empty(await runs.Queue.RecoverAsync(Stop));
        }

        Assert.Equal("running", (await runs.Queue.StateAsync(run, Stop))!.Status);
    }

    [Fact]
    public async Task A_stop_reaches_the_run_at_work_and_ends_those_that_wait()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var running = (await runs.Runs.BeginAsync(dataSet, RunTriggers.Manual, Stop))!;
        var waiting = await runs.Queue.AddAsync(new NewRun(dataSet, RunTriggers.Scheduled), Stop);
        Assert.False(await runs.Queue.BeatAsync(running, null, Stop));

        Assert.Equal((1, 1), await runs.Queue.RequestStopAsync(dataSet, null, Stop));

        Assert.True(await runs.Queue.BeatAsync(running, null, Stop));
        Assert.Equal(("cancelled", RunStatus.Cancelled), ((await runs.Queue.StateAsync(waiting, Stop))!.Status, (await runs.Queue.StateAsync(waiting, Stop))!.Result!.Status));
    }

    [Fact]
    public async Task Progress_can_be_read_by_others()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var run = (await runs.Runs.BeginAsync(dataSet, RunTriggers.Manual, Stop))!;
        var progress = new RunProgress("Pages", 3, 7, 12_345, 678, TimeSpan.FromSeconds(9));

        await runs.Queue.BeatAsync(run, progress, Stop);
        await runs.Queue.BeatAsync(run, null, Stop);

        Assert.Equal(progress, (await new RunStores(store.Database, store.Clock).Queue.StateAsync(run, Stop))!.Progress);
    }

    [Fact]
    public async Task The_end_of_a_run_and_its_next_try_are_one_change()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var run = (await runs.Runs.BeginAsync(new NewRun(dataSet, RunTriggers.Scheduled), Stop))!;

        await runs.Runs.EndAsync(Result(run.Id) with { Status = RunStatus.Failed }, run.Run with { Attempt = 2, NotBefore = store.Clock.GetUtcNow() + TimeSpan.FromMinutes(15) }, [("error", "It failed.")], Stop);

        Assert.Equal("It failed.", Assert.Single(await runs.History.LogAsync(run.Id, Stop)).Message);
        Assert.Null(await runs.Queue.ClaimAsync(null, Stop));
        store.Clock.Advance(TimeSpan.FromMinutes(15));
        var again = (await runs.Queue.ClaimAsync(null, Stop))!;
        Assert.Equal((run.Id, 2), (again.Run.FirstTry, again.Run.Attempt));
    }

    [Fact]
    public async Task A_run_that_is_put_back_is_taken_again_under_its_id()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        await runs.Queue.AddAsync(new NewRun(dataSet, RunTriggers.Manual), Stop);
        var first = (await runs.Queue.ClaimAsync(null, Stop))!;

        await runs.Runs.PutBackAsync(first.Id, null, Stop);

        Assert.Equal(first, await runs.Queue.ClaimAsync(null, Stop));
        Assert.Equal(1L, store.Sql("SELECT count(*) FROM runs"));
    }

    [Fact]
    public async Task Old_runs_go_with_their_logs_and_skipped_ones_do_not_push_out_others()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        store.Sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600) INSERT INTO runs (id, dataset_id, status, trigger, started_at) SELECT '0000-' || substr(CAST(10000 + i AS TEXT), 2), $dataset, 'succeeded', 'manual', i FROM n", ("dataset", dataSet));
        store.Sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO runs (id, dataset_id, status, trigger, started_at) SELECT '0001-' || substr(CAST(10000 + i AS TEXT), 2), $dataset, 'skipped', 'scheduled', i FROM n", ("dataset", dataSet));
        store.Sql("INSERT INTO run_log (run_id, at, level, message) SELECT id, 1, 'info', 'x' FROM runs");

        await runs.Runs.EndAsync(Result((await runs.Runs.BeginAsync(dataSet, RunTriggers.Manual, Stop))!), Stop);

        Assert.Equal((500L, 100L), (store.Sql("SELECT count(*) FROM runs WHERE status = 'succeeded'"), store.Sql("SELECT count(*) FROM runs WHERE status = 'skipped'")));
        Assert.Equal("0000-0102", store.Sql("SELECT min(id) FROM runs WHERE status = 'succeeded'"));
        Assert.Equal(599L, store.Sql("SELECT count(*) FROM run_log"));
    }

    [Fact]
    public async Task The_last_update_stays_however_many_runs_failed_since()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var updated = (await runs.Runs.BeginAsync(dataSet, RunTriggers.Manual, Stop))!;
        await runs.Runs.EndAsync(Result(updated), Stop);
        var at = store.Clock.GetUtcNow();
        store.Sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600) INSERT INTO runs (id, dataset_id, status, trigger, started_at, ended_at) SELECT 'f-' || substr(CAST(10000 + i AS TEXT), 2), $dataset, 'failed', 'scheduled', i, i FROM n", ("dataset", dataSet));
        store.Clock.Advance(TimeSpan.FromDays(1));

        await runs.Runs.EndAsync(Result((await runs.Runs.BeginAsync(dataSet, RunTriggers.Manual, Stop))!) with { Status = RunStatus.Failed }, Stop);
        var left = store.Sql("SELECT count(*) FROM runs");
        await runs.Listing.RemoveOldAsync(store.Clock.GetUtcNow() + TimeSpan.FromDays(1), Stop);

        Assert.Equal((501L, 5L), (left, store.Sql("SELECT count(*) FROM runs")));
        Assert.Equal(at, (await new AlertStore(store.Database, store.Clock).UpdatedAtAsync(Stop))[dataSet]);
    }

    [Fact]
    public async Task A_worker_lives_while_it_is_seen()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var workers = new WorkerStore(store.Database, store.Clock);
        Assert.False(await workers.AnyLivesAsync(Stop));

        await workers.SeenAsync("w", Stop);
        store.Clock.Advance(WorkerStore.Beat * 2);
        Assert.True(await workers.AnyLivesAsync(Stop));
        store.Clock.Advance(WorkerStore.Beat);
        Assert.False(await workers.AnyLivesAsync(Stop));

        await workers.SeenAsync("w", Stop);
        Assert.True(await workers.AnyLivesAsync(Stop));
        store.Sql("UPDATE workers SET process_started = 1");
        Assert.False(await workers.AnyLivesAsync(Stop));
        await workers.RemoveAsync("w", Stop);
        Assert.Equal(0L, store.Sql("SELECT count(*) FROM workers"));
    }

    private static async Task<(RunStores Runs, string DataSet)> PrepareAsync(StoreFixture store) =>
        (new RunStores(store.Database, store.Clock), (await store.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop)).Id);

    /// <summary>A run whose process was killed after a window.</summary>
    private static async Task<string> LoseAsync(StoreFixture store, RunStores runs, NewRun run)
    {
        var begun = (await runs.Runs.BeginAsync(run, Stop))!;
        var day = new DateOnly(2026, 5, 1);
        await runs.Runs.AddWindowAsync(begun.Id, new RunWindow("w1", 3, day, day, [new PartitionRecord(new PartitionKey(3, Period.Day, day, day), PartitionState.Final, 12, store.Clock.GetUtcNow(), begun.Id)], 2, 345, TimeSpan.FromSeconds(0.5), null), Stop);
        await DieAsync(store, runs, begun.Id);
        return begun.Id;
    }

    private static async Task DieAsync(StoreFixture store, RunStores runs, string run)
    {
        await RunLocks.StopRenewingAsync(run);
        store.Sql("UPDATE run_locks SET process_started = 1 WHERE owner = $run", ("run", run));
    }

    private static RunResult Result(string run) => new() { DataSet = "Pages", RunId = run, Status = RunStatus.Succeeded };
}

public sealed class RunQueueOnSqliteTests() : RunQueueTests(StoreKind.Sqlite);

public sealed class RunQueueOnPostgreSqlTests() : RunQueueTests(StoreKind.PostgreSql);
