using Tributary.Model;
using Tributary.Store;
using Tributary.Testing;

namespace Tributary.Tests.Store;

public abstract class RunStoreTests(StoreKind kind)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_and_its_end_are_kept()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var run = (await runs.BeginAsync(dataSet, "manual", Stop))!;
        Assert.Empty(await runs.LastAsync(null, Stop));
        store.Clock.Advance(TimeSpan.FromSeconds(5));
        var result = new RunResult
        {
            DataSet = "Pages",
            RunId = run,
            Status = RunStatus.SucceededWithWarnings,
            Rows = 10,
            Partitions = 2,
            PartitionsSkipped = 3,
            Requests = 4,
            BytesRead = 5,
            Elapsed = TimeSpan.FromSeconds(1.5),
            Warnings = [new RunWarning("shape.truncated", "It's cut.", 7, new DateOnly(2026, 5, 1)) { IsNote = true }],
            Error = new RunError("matomo.http", "It failed.", Fault.Source),
        };

        await runs.EndAsync(result, Stop);

        var (read, ended) = Assert.Single(await runs.LastAsync(null, Stop)).Value;
        Assert.Equal(StoreJson.Write(result), StoreJson.Write(read));
        Assert.Equal(result.Warnings, read.Warnings);
        Assert.Equal(store.Clock.GetUtcNow(), ended);
        Assert.Equal("succeeded_with_warnings", store.Sql("SELECT status FROM runs"));
    }

    [Fact]
    public async Task The_last_run_with_a_result_counts()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        for (var rows = 1; rows <= 3; rows++)
        {
            await runs.EndAsync(Result((await runs.BeginAsync(dataSet, "manual", Stop))!) with { Rows = rows }, Stop);
            store.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await runs.BeginAsync(dataSet, "manual", Stop);

        Assert.Equal(3, (await runs.LastAsync(null, Stop))[dataSet].Result.Rows);
    }

    [Fact]
    public async Task Windows_are_kept_with_their_run()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var run = (await runs.BeginAsync(dataSet, "manual", Stop))!;
        var day = new DateOnly(2026, 5, 1);

        await runs.AddWindowAsync(run, new RunWindow("w1", 3, day, day.AddDays(6), [new PartitionRecord(new PartitionKey(3, Period.Day, day, day), PartitionState.Final, 12, store.Clock.GetUtcNow(), run)], 2, 345, TimeSpan.FromSeconds(0.5), null), Stop);
        await runs.AddWindowAsync(run, new RunWindow("w2", 4, null, null, [], 1, 0, TimeSpan.Zero, new RunError("matomo.http", "It failed.", Fault.Source)), Stop);

        Assert.Equal("w1|3|2026-05-01|2026-05-07|1|12|2|345|0.5||", store.Sql("SELECT concat_ws('|', window_id, site_id, first_day, last_day, partitions, rows, requests, bytes, seconds, coalesce(error_code, ''), coalesce(error, '')) FROM run_windows WHERE window_id = 'w1'"));
        Assert.Equal("w2|matomo.http|It failed.", store.Sql("SELECT concat_ws('|', window_id, first_day, error_code, error) FROM run_windows WHERE window_id = 'w2'"));
    }

    [Fact]
    public async Task Two_runs_of_one_DataSet_do_not_run_at_once()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var other = (await store.DataSets.AddAsync(StoreFixture.Definition("Other"), null, Stop)).Id;

        var first = await runs.BeginAsync(dataSet, "manual", Stop);
        Assert.NotNull(first);
        Assert.Null(await runs.BeginAsync(dataSet, "manual", Stop));
        Assert.Null(await new RunStore(await store.OpenAgainAsync(), store.Clock).BeginAsync(dataSet, "manual", Stop));
        Assert.NotNull(await runs.BeginAsync(other, "manual", Stop));

        await runs.EndAsync(Result(first), Stop);
        Assert.NotNull(await runs.BeginAsync(dataSet, "manual", Stop));
    }

    [Fact]
    public async Task Of_many_that_begin_at_once_one_does()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);

        var begun = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => runs.BeginAsync(dataSet, "manual", Stop), Stop)));

        Assert.Single(begun, run => run is not null);
        Assert.Equal(1L, store.Sql("SELECT count(*) FROM runs WHERE status = 'running'"));
    }

    [Fact]
    public async Task A_long_run_keeps_its_lock()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        var run = (await runs.BeginAsync(dataSet, "manual", Stop))!;
        var lifetime = store.Database.Engine.LockLifetime;

        // Timers go by whole milliseconds, and a third of a lifetime need not be one.
        var interval = (lifetime / 3) + TimeSpan.FromMilliseconds(1);

        for (var i = 0; i < 20; i++)
        {
            store.Clock.Advance(store.Database.Engine.LockLifetime / 4);

            // The last renewal is at most an interval old; it may still be on its way.
            var renewed = store.Clock.GetUtcNow() - interval + lifetime;
            while ((long)store.Sql("SELECT expires_at FROM run_locks")! < renewed.ToMicroseconds())
            {
                await Task.Yield();
            }

            Assert.Null(await runs.BeginAsync(dataSet, "manual", Stop));
        }

        await runs.EndAsync(Result(run), Stop);
        var expiry = store.Sql("SELECT count(*) FROM run_locks");
        store.Clock.Advance(store.Database.Engine.LockLifetime);
        Assert.Equal((0L, 0L), (expiry, store.Sql("SELECT count(*) FROM run_locks")));
    }

    [Fact]
    public async Task The_lock_of_another_process_holds_until_it_is_killed()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        using var child = Child.Start("Tributary.Tests", "hold", Path.Combine(store.Folder, "held.duckdb"));
        Assert.Equal("holding", await child.ReadLineAsync(Stop));
        Lock(store, dataSet, Environment.MachineName, child.Id, ProcessIdentity.StartOf(child.Id), TimeSpan.FromMinutes(1));

        Assert.Null(await runs.BeginAsync(dataSet, "manual", Stop));
        await child.KillAsync(Stop);

        Assert.NotNull(await runs.BeginAsync(dataSet, "manual", Stop));
        Assert.Equal("failed", store.Sql("SELECT status FROM runs WHERE id = 'their-run'"));
    }

    [Fact]
    public async Task A_lock_whose_process_number_was_given_away_again_does_not_hold()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        Lock(store, dataSet, Environment.MachineName, Environment.ProcessId, 1, TimeSpan.FromMinutes(1));

        Assert.NotNull(await runs.BeginAsync(dataSet, "manual", Stop));
    }

    [Fact]
    public async Task The_lock_of_another_machine_holds_until_it_ends()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (runs, dataSet) = await PrepareAsync(store);
        Lock(store, dataSet, "another-machine", 1, 1, TimeSpan.FromMinutes(1));

        Assert.Null(await runs.BeginAsync(dataSet, "manual", Stop));
        store.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.NotNull(await runs.BeginAsync(dataSet, "manual", Stop));
    }

    [Fact]
    public async Task A_process_that_stood_still_too_long_can_neither_commit_nor_record_over_the_run_that_took_over()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (paused, dataSet) = await PrepareAsync(store);
        var run = (await paused.BeginAsync(new NewRun(dataSet, RunTriggers.Scheduled), Stop))!;
        await paused.Locks.ConfirmAsync(run.Id, Stop);
        await RunLocks.StopRenewingAsync(run.Id);
        store.Clock.Advance(store.Database.Engine.LockLifetime);
        var other = new RunStores(await store.OpenAgainAsync(), store.Clock);

        Assert.True(Assert.Single(await other.Queue.RecoverAsync(Stop)).IsQueuedAgain);
        var again = (await other.Queue.ClaimAsync(null, Stop))!;

        var commit = await Assert.ThrowsAsync<TributaryException>(() => paused.Locks.ConfirmAsync(run.Id, Stop));
        Assert.Equal(("run.lost", Fault.Workspace), (commit.Code, commit.Fault));
        Assert.False(await paused.EndAsync(Result(run.Id), new NewRun(dataSet, RunTriggers.Scheduled), [], Stop));
        await paused.PutBackAsync(run.Id, null, Stop);
        Assert.Null(await new RunStores(store.Database, store.Clock).Queue.BeatAsync(run.Id, null, Stop));
        Assert.Equal(("failed", "running", 2L), (store.Sql("SELECT status FROM runs WHERE id = $id", ("id", run.Id)), store.Sql("SELECT status FROM runs WHERE id = $id", ("id", again.Id)), store.Sql("SELECT count(*) FROM runs")));
        await other.Runs.Locks.ConfirmAsync(again.Id, Stop);
        Assert.True(await other.Runs.EndAsync(Result(again.Id), Stop));
    }

    private static async Task<(RunStore Runs, string DataSet)> PrepareAsync(StoreFixture store) =>
        (new RunStore(store.Database, store.Clock), (await store.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop)).Id);

    private static RunResult Result(string run) => new() { DataSet = "Pages", RunId = run, Status = RunStatus.Succeeded };

    private protected static void Lock(StoreFixture store, string dataSet, string host, int process, long started, TimeSpan left)
    {
        store.Sql("INSERT INTO runs (id, dataset_id, status, trigger, started_at) VALUES ('their-run', $dataset, 'running', 'manual', 1)", ("dataset", dataSet));
        store.Sql(
            "INSERT INTO run_locks (dataset_id, owner, host, process_id, process_started, taken_at, expires_at) VALUES ($dataset, 'their-run', $host, $process, $started, 1, $expires)",
            ("dataset", dataSet), ("host", host), ("process", process), ("started", started), ("expires", (store.Clock.GetUtcNow() + left).ToMicroseconds()));
    }
}

public sealed class RunStoreOnSqliteTests() : RunStoreTests(StoreKind.Sqlite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_of_this_process_is_not_lost_while_the_machine_sleeps()
    {
        using var store = await StoreFixture.OpenAsync();
        var runs = new RunStores(store.Database, store.Clock);
        var dataSet = (await store.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop)).Id;
        var run = (await runs.Runs.BeginAsync(dataSet, RunTriggers.Manual, Stop))!;
        store.Sql("UPDATE run_locks SET expires_at = 1");

        Assert.Empty(await new RunStores(await store.OpenAgainAsync(), store.Clock).Queue.RecoverAsync(Stop));
        Assert.Empty(await runs.Runs.Locks.GoneAsync(Stop));
        await RunLocks.StopRenewingAsync(run);

        Assert.Equal(run, Assert.Single(await runs.Queue.RecoverAsync(Stop)).Run.Id);
    }

    [Fact]
    public async Task A_run_of_another_process_is_not_lost_while_that_lives()
    {
        using var store = await StoreFixture.OpenAsync();
        var runs = new RunStores(store.Database, store.Clock);
        var dataSet = (await store.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop)).Id;
        using var child = Child.Start("Tributary.Tests", "hold", Path.Combine(store.Folder, "held.duckdb"));
        Assert.Equal("holding", await child.ReadLineAsync(Stop));
        Lock(store, dataSet, Environment.MachineName, child.Id, ProcessIdentity.StartOf(child.Id), TimeSpan.FromHours(-8));

        Assert.True(await runs.Runs.Locks.AnyHeldAsync(Stop));
        Assert.Empty(await runs.Queue.RecoverAsync(Stop));
        await child.KillAsync(Stop);

        Assert.Equal("their-run", Assert.Single(await runs.Queue.RecoverAsync(Stop)).Run.Id);
    }
}

public sealed class RunStoreOnPostgreSqlTests() : RunStoreTests(StoreKind.PostgreSql);
