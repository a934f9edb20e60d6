using System.Collections.Concurrent;
using System.Globalization;
using Tributary.Accounts;
using Tributary.Model;
using Tributary.Runs;
using Tributary.Store;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Scheduling;

/// <summary>A worker over a workspace whose clock is moved on while it works; it begins on Wednesday 2026-11-25 at 09:00 UTC.</summary>
public sealed class WorkerTests
{
    private const string Refusal = "Unable to authenticate with the provided token. It is either invalid or expired.";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schedule_updates_its_DataSet()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Countries", new ScheduleInput { Every = "1h" });
        await using var worker = new WorkerAtWork(fixture);

        await worker.UntilAsync(async () => (await HistoryAsync(fixture)).Runs.Count(r => r.Status == RunStatus.Succeeded) == 2);
        await worker.EndAsync();

        var history = await HistoryAsync(fixture);
        Assert.Equal([("scheduled", "11:00"), ("scheduled", "10:00")], history.Runs.Take(2).Select(r => (r.Trigger, $"{r.DueAt:HH:mm}")));
        Assert.Equal(1.0, history.SuccessRate);
        Assert.Equal(history.Runs[0].EndedAt, history.LastSuccessAt);
        Assert.All(history.Runs, r => Assert.InRange(r.StartedAt!.Value - r.DueAt!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(30)));
        Assert.Contains(worker.Said, said => said.StartsWith("Countries: due at 2026-11-25 10:00Z, ", StringComparison.Ordinal));
        Assert.False(await fixture.Workspace.HasWorkerAsync(Stop));
    }

    [Fact]
    public async Task The_log_of_a_run_can_be_read_later()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Countries");
        fixture.Matomo.Visits["2026-11-24"] = 3;
        var result = await fixture.RunAsync("Countries");

        var log = await fixture.Workspace.ReadLogAsync("Countries", null, Stop);

        Assert.Equal((result.RunId, RunStatus.Succeeded, "manual"), (log.Run.RunId, log.Run.Status, log.Run.Trigger));
        Assert.Collection(
            log.Lines,
            line => Assert.Equal($"Started by {Environment.UserName}.", line.Message),
            line => Assert.Equal("1 window to read.", line.Message),
            line => Assert.StartsWith("Site 1, 2026-11-20 to 2026-11-24: 5 partitions, 2 rows, ", line.Message, StringComparison.Ordinal),
            line => Assert.StartsWith("Ended: succeeded, 5 partitions, 2 rows, ", line.Message, StringComparison.Ordinal));
        Assert.Equal(log.Lines, (await fixture.Workspace.ReadLogAsync("Countries", result.RunId[..30], Stop)).Lines);
        Assert.Equal("--run", Assert.Single((await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.ReadLogAsync("Countries", "none", Stop))).Problems).Field);
    }

    [Fact]
    public async Task A_failed_run_is_tried_again_and_told_as_final_only_at_the_last()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var ends = new Ends();
        fixture.Workspace.Observers.Add(ends);
        await AddAsync(fixture, "Countries", new ScheduleInput { DailyAt = "10:00", Retry = "2", RetryAfter = "20m" });
        fixture.Matomo.Report = _ => ScriptedReply.Json("""{"result":"error","message":"Something odd"}""");
        await using var worker = new WorkerAtWork(fixture);

        await worker.UntilAsync(() => Task.FromResult(ends.Told.Count == 3));
        await worker.EndAsync();

        Assert.Equal([(RunStatus.Failed, false, "scheduled"), (RunStatus.Failed, false, "scheduled"), (RunStatus.Failed, true, "scheduled")], ends.Told);
        var runs = (await HistoryAsync(fixture)).Runs.Reverse().ToList();
        Assert.Equal([1, 2, 3], runs.Select(r => r.Attempt));
        Assert.All(runs.Zip(runs.Skip(1)), pair => Assert.InRange(pair.Second.StartedAt!.Value - pair.First.EndedAt!.Value, TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(60)));
        Assert.All(runs, r => Assert.Equal(runs[0].DueAt, r.DueAt));
        Assert.Contains("It is tried again at ", (await fixture.Workspace.ReadLogAsync("Countries", runs[1].RunId, Stop)).Lines[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_that_needs_a_person_is_final_at_once()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var ends = new Ends();
        fixture.Workspace.Observers.Add(ends);
        await AddAsync(fixture, "Countries", new ScheduleInput { DailyAt = "10:00" });
        fixture.Matomo.Anything = _ => ScriptedReply.Error(Refusal, 401);
        await using var worker = new WorkerAtWork(fixture);

        await worker.UntilAsync(() => Task.FromResult(fixture.Clock.GetUtcNow().Hour == 12));
        await worker.EndAsync();

        Assert.Equal([(RunStatus.Failed, true, "scheduled")], ends.Told);
    }

    [Fact]
    public async Task A_run_whose_process_was_killed_is_told_and_made_again()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var ends = new Ends();
        fixture.Workspace.Observers.Add(ends);
        var dataSet = await AddAsync(fixture, "Countries");
        var database = await StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop);
        var runs = new RunStores(database, fixture.Clock);
        var lost = (await runs.Runs.BeginAsync(new NewRun(dataSet.Id, RunTriggers.Scheduled), Stop))!;
        await RunLocks.StopRenewingAsync(lost.Id);
        await database.ExecuteAsync("UPDATE run_locks SET process_started = 1", [], Stop);
        await using var worker = new WorkerAtWork(fixture);

        await worker.UntilAsync(() => Task.FromResult(ends.Told.Count == 2));
        await worker.EndAsync();

        Assert.Equal([(RunStatus.Failed, false, "scheduled"), (RunStatus.Succeeded, true, "scheduled")], ends.Told);
        Assert.Contains("1 run was interrupted: the process is gone. 1 queued again.", worker.Said);
    }

    [Fact]
    public async Task A_killed_run_that_only_the_next_run_finds_is_told()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var ends = new Ends();
        fixture.Workspace.Observers.Add(ends);
        var dataSet = await AddAsync(fixture, "Countries");
        var database = await StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop);
        var runs = new RunStores(database, fixture.Clock);
        foreach (var queued in new[] { false, true })
        {
            var lost = (await runs.Runs.BeginAsync(new NewRun(dataSet.Id, RunTriggers.Manual), Stop))!;
            await RunLocks.StopRenewingAsync(lost.Id);
            await database.ExecuteAsync("UPDATE run_locks SET process_started = 1", [], Stop);
            if (!queued)
            {
                await fixture.RunAsync("Countries");
                continue;
            }

            await runs.Queue.AddAsync(new NewRun(dataSet.Id, RunTriggers.Manual), Stop);
            var claimed = (await runs.Queue.ClaimAsync(null, Stop))!;
            Assert.Equal(lost.Id, Assert.Single(claimed.Interrupted).Run.Id);
        }

        Assert.Equal([(RunStatus.Failed, true, "manual"), (RunStatus.Succeeded, true, "manual")], ends.Told);
    }

    [Fact]
    public async Task A_killed_run_that_a_revert_finds_is_told()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var ends = new Ends();
        var dataSet = await AddAsync(fixture, "Countries");
        var done = await fixture.RunAsync("Countries");
        var database = await StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop);
        var runs = new RunStores(database, fixture.Clock);
        var lost = (await runs.Runs.BeginAsync(new NewRun(dataSet.Id, RunTriggers.Manual), Stop))!;
        await RunLocks.StopRenewingAsync(lost.Id);
        await database.ExecuteAsync("UPDATE run_locks SET process_started = 1", [], Stop);
        fixture.Workspace.Observers.Add(ends);

        await fixture.Workspace.RevertAsync("Countries", done.RunId, Stop);

        Assert.Equal([(RunStatus.Failed, true, "manual")], ends.Told);
    }

    [Fact]
    public async Task A_run_asked_for_while_a_worker_lives_is_made_by_the_worker_and_followed()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Countries");
        await AddAsync(fixture, "Others");
        await using var worker = new WorkerAtWork(fixture);
        await worker.UntilAsync(() => fixture.Workspace.HasWorkerAsync(Stop), idleSeconds: 1);
        var progress = new ConcurrentQueue<RunProgress>();

        var running = fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries", "Others"] }, new DirectProgress(progress.Enqueue), Stop);
        await worker.UntilAsync(() => Task.FromResult(running.IsCompleted), idleSeconds: 1);
        var results = await running;
        await worker.EndAsync();

        Assert.Equal([("Countries", RunStatus.Succeeded, 5), ("Others", RunStatus.Succeeded, 5)], results.Select(r => (r.DataSet, r.Status, r.Partitions)));
        Assert.Equal(["Countries", "Others"], progress.Where(p => p.Result is not null).Select(p => p.DataSet).Order(StringComparer.Ordinal));
        Assert.Contains(worker.Said, said => said.StartsWith("Others: succeeded, 5 partitions", StringComparison.Ordinal));
        Assert.Equal(("manual", Environment.UserName), (await HistoryAsync(fixture)).Runs.Select(r => (r.Trigger, r.RequestedBy)).Single());
    }

    [Fact]
    public async Task A_person_stops_the_run_of_a_worker()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Countries", new ScheduleInput { Every = "1h" });
        using var asked = new SemaphoreSlim(0);
        using var answer = new ManualResetEventSlim();
        Hold(fixture, asked, answer);
        await using var worker = new WorkerAtWork(fixture);
        await worker.UntilAsync(() => asked.WaitAsync(0));

        Assert.Equal((1, 0), await fixture.Workspace.StopAsync("Countries", Stop));
        await worker.UntilAsync(async () => (await HistoryAsync(fixture)).Runs[0].Status == RunStatus.Cancelled, runningSeconds: 1);
        answer.Set();
        await worker.EndAsync();

        Assert.Contains("Ended: cancelled by a person", (await fixture.Workspace.ReadLogAsync("Countries", null, Stop)).Lines[^1].Message, StringComparison.Ordinal);
        Assert.DoesNotContain((await HistoryAsync(fixture)).Runs, r => r.Attempt > 1);
    }

    [Fact]
    public async Task One_who_follows_a_run_and_is_told_to_stop_stops_it()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Countries");
        using var asked = new SemaphoreSlim(0);
        using var answer = new ManualResetEventSlim();
        Hold(fixture, asked, answer);
        await using var worker = new WorkerAtWork(fixture);
        await worker.UntilAsync(() => fixture.Workspace.HasWorkerAsync(Stop), idleSeconds: 1);
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"] }, null, interrupt.Token);
        await worker.UntilAsync(() => asked.WaitAsync(0), idleSeconds: 1);

        await interrupt.CancelAsync();
        await worker.UntilAsync(() => Task.FromResult(running.IsCompleted), idleSeconds: 1, runningSeconds: 1);
        answer.Set();
        await worker.EndAsync();

        Assert.Equal(RunStatus.Cancelled, Assert.Single(await running).Status);
        Assert.Equal(RunStatus.Cancelled, Assert.Single((await HistoryAsync(fixture)).Runs).Status);
    }

    [Fact]
    public async Task A_worker_that_ends_gives_its_run_back_and_the_next_makes_it()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Countries", new ScheduleInput { DailyAt = "10:00" });
        using var asked = new SemaphoreSlim(0);
        using var answer = new ManualResetEventSlim();
        Hold(fixture, asked, answer);
        string given;
        await using (var first = new WorkerAtWork(fixture))
        {
            await first.UntilAsync(() => asked.WaitAsync(0));
            await first.EndAsync();
            given = Assert.Single((await HistoryAsync(fixture)).Runs, r => r.Status == RunStatus.Queued).RunId;
            Assert.Contains("Countries: queued again", first.Said);
        }

        answer.Set();
        fixture.Matomo.Report = _ => null;
        await using var second = new WorkerAtWork(fixture);
        await second.UntilAsync(async () => (await HistoryAsync(fixture)).Runs[0].Status == RunStatus.Succeeded);
        await second.EndAsync();

        Assert.Equal((given, 1, 5), Assert.Single((await HistoryAsync(fixture)).Runs.Select(r => (r.RunId, r.Attempt, r.Result!.Partitions))));
    }

    [Fact]
    public async Task What_a_run_had_added_before_its_worker_ended_is_not_added_again()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Sites = """[{"idsite":1,"name":"Shop","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"},{"idsite":2,"name":"Blog","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}]""";
        foreach (var day in Enumerable.Range(20, 5))
        {
            fixture.Matomo.Visits[string.Create(CultureInfo.InvariantCulture, $"2026-11-{day}")] = 3;
        }

        await fixture.Workspace.AddDataSetAsync(
            new NewDataSet
            {
                Name = "Countries",
                Account = "Shop",
                Details = new DetailsInput { Report = "UserCountry.getCountry", Start = "2026-11-20", End = "2026-11-24" },
                Schedule = new ScheduleInput { DailyAt = "10:00" },
                Settings = new DataSetSettings { Update = UpdateMethod.Append },
            },
            Stop);
        using var answer = new ManualResetEventSlim();
        fixture.Matomo.Report = request =>
        {
            if (request.Query.GetValueOrDefault("idSite") == "2")
            {
                answer.Wait(TimeSpan.FromSeconds(60));
            }

            return null;
        };
        await using (var first = new WorkerAtWork(fixture))
        {
            await first.UntilAsync(async () => (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Count == 5);
            await first.EndAsync();
            Assert.Contains("Countries: queued again", first.Said);
        }

        answer.Set();
        await using var second = new WorkerAtWork(fixture);
        await second.UntilAsync(async () => (await HistoryAsync(fixture)).Runs[0].Status is RunStatus.Succeeded or RunStatus.SucceededWithWarnings);
        await second.EndAsync();

        Assert.Equal(5, Assert.Single((await HistoryAsync(fixture)).Runs).Result!.Partitions);
        Assert.Equal([[10L]], await fixture.QueryAsync("SELECT count(DISTINCT (site_id, period_start)) FROM countries"));
        Assert.Equal([[0L]], await fixture.QueryAsync("SELECT count(*) FROM (SELECT 1 FROM countries GROUP BY site_id, period_start, label HAVING count(*) > 1)"));
    }

    [Fact]
    public async Task A_run_whose_worker_goes_before_it_began_is_made_by_the_one_who_follows()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Countries");
        var workers = new WorkerStore(await StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop), fixture.Clock);
        await workers.SeenAsync("one that does nothing", Stop);

        var running = fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"] }, null, Stop);
        while (!running.IsCompleted)
        {
            fixture.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop));
        }

        Assert.Equal(RunStatus.Succeeded, Assert.Single(await running).Status);
    }

    [Fact]
    public async Task One_who_makes_the_run_that_was_followed_and_is_told_to_stop_stops_it()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Countries");
        using var asked = new SemaphoreSlim(0);
        using var answer = new ManualResetEventSlim();
        Hold(fixture, asked, answer);
        var workers = new WorkerStore(await StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop), fixture.Clock);
        await workers.SeenAsync("one that does nothing", Stop);
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"] }, null, interrupt.Token);
        while (!asked.Wait(0, Stop))
        {
            fixture.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
        }

        await interrupt.CancelAsync();
        answer.Set();
        for (var moves = 0; !running.IsCompleted && moves < 400; moves++)
        {
            fixture.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop));
        }

        Assert.True(running.IsCompleted);
        Assert.Equal(RunStatus.Cancelled, Assert.Single(await running).Status);
        Assert.Equal(RunStatus.Cancelled, Assert.Single((await HistoryAsync(fixture)).Runs).Status);
    }

    [Fact]
    public async Task A_backfill_outside_of_its_quiet_hours_takes_no_place_and_asks_for_nothing()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Countries", new ScheduleInput { Every = "1h" });
        var backfill = await QueueBackfillAsync(fixture, "22-6");
        await using var worker = new WorkerAtWork(fixture);

        await worker.UntilAsync(async () => (await HistoryAsync(fixture)).Runs.Count(r => r is { Trigger: "scheduled", Status: RunStatus.Succeeded }) == 2, idleSeconds: 60);
        var waiting = await fixture.Workspace.Runs.GetAsync(backfill, Stop);
        var again = await QueueBackfillAsync(fixture, "22-6");
        await worker.UntilAsync(async () => (await fixture.Workspace.Runs.GetAsync(backfill, Stop)).Status == RunStatus.Succeeded, idleSeconds: 120);
        await worker.EndAsync();

        Assert.Equal((RunStatus.Queued, "2026-11-25 22:00"), (waiting.Status, $"{waiting.NotBefore:yyyy-MM-dd HH:mm}"));
        Assert.Equal(backfill, again);
        Assert.DoesNotContain((await HistoryAsync(fixture)).Runs, r => r.Status == RunStatus.Skipped);
        var log = (await fixture.Workspace.ReadLogAsync("Countries", backfill, Stop)).Lines;
        Assert.Equal("Its quiet hours begin at 2026-11-25 22:00Z. The run is queued again.", log[0].Message);
        Assert.All(log.Skip(1), line => Assert.True(line.At.Hour is >= 22 or < 6, line.Message));
    }

    [Fact]
    public async Task A_backfill_whose_quiet_hours_end_in_its_midst_leaves_its_place_and_goes_on_in_the_next()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Sites = """[{"idsite":1,"name":"Shop","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"},{"idsite":2,"name":"Blog","timezone":"UTC","currency":"EUR","ts_created":"2026-01-01 00:00:00"}]""";
        foreach (var day in Enumerable.Range(1, 10))
        {
            fixture.Matomo.Visits[string.Create(CultureInfo.InvariantCulture, $"2026-11-{day:00}")] = 3;
        }

        await AddAsync(fixture, "Countries");
        var backfill = await QueueBackfillAsync(fixture, "9-10");
        using var answer = new ManualResetEventSlim();
        fixture.Matomo.Report = request =>
        {
            if (request.Query.GetValueOrDefault("idSite") == "2")
            {
                answer.Wait(TimeSpan.FromSeconds(60));
            }

            return null;
        };
        await using var worker = new WorkerAtWork(fixture);
        await worker.UntilAsync(async () => (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Count == 10, idleSeconds: 1);

        await worker.UntilAsync(async () => (await fixture.Workspace.Runs.GetAsync(backfill, Stop)).Status == RunStatus.Queued, runningSeconds: 15);
        var left = await fixture.Workspace.Runs.GetAsync(backfill, Stop);
        answer.Set();
        await worker.UntilAsync(async () => (await fixture.Workspace.Runs.GetAsync(backfill, Stop)).Status == RunStatus.Succeeded, idleSeconds: 600);
        await worker.EndAsync();

        Assert.Equal("2026-11-26 09:00", $"{left.NotBefore:yyyy-MM-dd HH:mm}");
        Assert.Contains("Countries: queued again", worker.Said);
        Assert.Equal(10, (await fixture.Workspace.Runs.GetAsync(backfill, Stop)).Result!.Partitions);
        Assert.Equal(20, (await fixture.Workspace.ReadPartitionsAsync("Countries", Stop)).Count);
    }

    [Fact]
    public async Task A_run_whose_worker_is_killed_in_its_midst_is_told_to_the_one_who_follows()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Countries");
        var database = await StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop);
        var (workers, runs) = (new WorkerStore(database, fixture.Clock), new RunStores(database, fixture.Clock));
        await workers.SeenAsync("one that dies", Stop);
        var running = fixture.Workspace.RunAsync(new RunRequest { Names = ["Countries"] }, null, Stop);
        ClaimedRun? claimed = null;
        while ((claimed = await runs.Queue.ClaimAsync(null, Stop)) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
        }

        await RunLocks.StopRenewingAsync(claimed.Id);
        await database.ExecuteAsync("UPDATE run_locks SET process_started = 1", [], Stop);
        await workers.RemoveAsync("one that dies", Stop);
        while (!running.IsCompleted)
        {
            fixture.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop));
        }

        Assert.Equal("run.interrupted", Assert.Single(await running).Error!.Code);
    }

    [Fact]
    public async Task A_DataSet_that_is_deleted_while_it_is_updated_takes_its_run_along()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await AddAsync(fixture, "Countries");
        var dataSet = await AddAsync(fixture, "Deleted");
        var database = await StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop);
        var deleted = 0;
        fixture.Matomo.Report = _ =>
        {
            deleted += database.ExecuteAsync("DELETE FROM datasets WHERE id = @id", [("id", dataSet.Id)], Stop).GetAwaiter().GetResult();
            return null;
        };

        await fixture.RunAsync("Deleted");

        Assert.Equal(1, deleted);
        Assert.Empty(await database.ReadAsync("SELECT owner FROM run_locks", [], r => r.GetString(0), Stop));
    }

    private static void Hold(WorkspaceFixture fixture, SemaphoreSlim asked, ManualResetEventSlim answer) => fixture.Matomo.Report = _ =>
    {
        asked.Release();
        answer.Wait(TimeSpan.FromSeconds(60));
        return null;
    };

    private static Task<DataSet> AddAsync(WorkspaceFixture fixture, string name, ScheduleInput? schedule = null) => fixture.Workspace.AddDataSetAsync(
        new NewDataSet { Name = name, Account = "Shop", Details = new DetailsInput { Report = "UserCountry.getCountry", Start = "2026-11-20", End = "2026-11-24" }, Schedule = schedule ?? new ScheduleInput() },
        Stop);

    private static async Task<string> QueueBackfillAsync(WorkspaceFixture fixture, string quietHours) => Assert.Single(await fixture.Workspace.Runs.QueueAsync(
        new RunRequest { Names = ["Countries"], From = new DateOnly(2026, 11, 1), To = new DateOnly(2026, 11, 10), QuietHours = quietHours }, "ann", Stop)).RunId;

    private static Task<RunHistory> HistoryAsync(WorkspaceFixture fixture) => fixture.Workspace.ReadHistoryAsync("Countries", Stop);

    private sealed class Ends : IRunObserver
    {
        public ConcurrentQueue<(RunStatus Status, bool IsFinal, string Trigger)> Told { get; } = new();

        public Task EndedAsync(DataSetRecord dataSet, RunResult result, bool isFinal, string trigger, CancellationToken cancellationToken)
        {
            Told.Enqueue((result.Status, isFinal, trigger));
            return Task.CompletedTask;
        }
    }

    private sealed class WorkerAtWork : IAsyncDisposable
    {
        private readonly WorkspaceFixture _fixture;
        private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        private readonly Task _work;

        public WorkerAtWork(WorkspaceFixture fixture)
        {
            _fixture = fixture;
            _work = fixture.Workspace.WorkAsync(2, Said.Enqueue, _end.Token);
        }

        public ConcurrentQueue<string> Said { get; } = new();

        /// <summary>
        /// Moves the clock on until something is so. While a run is at work it moves slowly or not at all: a minute would pass before its lock can be renewed.
        /// </summary>
        public async Task UntilAsync(Func<Task<bool>> isSo, int idleSeconds = 20, int runningSeconds = 0)
        {
            for (var moves = 0; !await isSo(); moves++)
            {
                Assert.True(moves < 5_000, $"It never came to it. {string.Join(Environment.NewLine, Said)}");
                var isRunning = (await HistoryAsync(_fixture)).Runs.Any(r => r.Status == RunStatus.Running);
                _fixture.Clock.Advance(TimeSpan.FromSeconds(isRunning ? runningSeconds : idleSeconds));
                await Task.Delay(TimeSpan.FromMilliseconds(isRunning ? 20 : 4), TimeProvider.System, Stop);
            }
        }

        public async Task EndAsync()
        {
            await _end.CancelAsync();
            await _work;
        }

        public async ValueTask DisposeAsync()
        {
            await EndAsync();
            _end.Dispose();
        }
    }
}
