using System.Globalization;
using Tributary.Model;
using Tributary.Scheduling;
using Tributary.Store;
using Tributary.Tests.Store;

namespace Tributary.Tests.Scheduling;

/// <summary>Ticks on a clock that stands still until it is moved; it begins on Sunday 2026-05-03 at 04:05:06 UTC.</summary>
public abstract class SchedulerTests(StoreKind kind)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_due_time_is_queued_once()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var schedulers = Enumerable.Range(0, 4).Select(_ => Of(store)).ToList();
        await AddAsync(store, "Pages", "--daily-at 07:00");
        Assert.Empty(await TickAsync(store, schedulers[0]));
        store.Clock.SetUtcNow(At("2026-05-03T07:00"));

        var told = await Task.WhenAll(schedulers.Select(s => Task.Run(() => s.TickAsync(store.Clock.GetUtcNow(), Stop), Stop)));

        Assert.Equal([new DueTime("Pages", At("2026-05-03T07:00"), "queued")], told.SelectMany(t => t));
        Assert.Equal("scheduled|1777791600000000|1", store.Sql("SELECT concat_ws('|', trigger, due_at, attempt) FROM runs"));
        Assert.Empty(await TickAsync(store, schedulers[0]));
    }

    [Fact]
    public async Task A_schedule_in_a_zone_that_this_machine_does_not_know_is_left_to_those_that_do()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var scheduler = Of(store);
        var schedule = ATypedSchedule.Of("--daily-at 07:00 --time-zone Europe/Berlin") with { TimeZone = "Mars/Olympus_Mons" };
        var id = (await store.DataSets.AddAsync(StoreFixture.Definition("Pages") with { Schedule = schedule }, null, Stop)).Id;
        store.Sql("INSERT INTO schedules (dataset_id, schedule, next_at) VALUES ($id, 'as one that knows it wrote', 1)", ("id", id));

        await scheduler.NoteAsync(Assert.Single(await store.DataSets.ListAsync(Stop)), store.Clock.GetUtcNow(), Stop);
        var due = await TickAsync(store, scheduler);

        Assert.Empty(due);
        Assert.Equal(0L, store.Sql("SELECT count(*) FROM runs"));
        Assert.Equal("as one that knows it wrote|1", store.Sql("SELECT concat_ws('|', schedule, next_at) FROM schedules"));
        Assert.Equal([("Pages", "Mars/Olympus_Mons")], await scheduler.UnknownZonesAsync(Stop));
    }

    [Fact]
    public async Task A_year_of_ticks_queues_every_due_time_once()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var scheduler = Of(store);
        await AddAsync(store, "Pages", "--daily-at 02:30,17:00 --time-zone Europe/Berlin");
        var due = new List<DateTimeOffset>();
        store.Clock.SetUtcNow(At("2027-01-01T00:00"));
        await TickAsync(store, scheduler);

        for (; store.Clock.GetUtcNow() < At("2028-01-01T00:00"); store.Clock.Advance(TimeSpan.FromMinutes(30)))
        {
            due.AddRange((await TickAsync(store, scheduler)).Select(d => d.DueAt));
            await EndAllAsync(store);
        }

        Assert.Equal(365 * 2, due.Distinct().Count());
        Assert.Equal(365 * 2, due.Count);
        // 02:30 of 28 March does not exist in Berlin, that of 31 October exists twice.
        Assert.Equal([At("2027-03-28T01:00")], due.Where(d => d.Date == new DateTime(2027, 3, 28) && d.Hour < 12));
        Assert.Equal([At("2027-10-31T00:30")], due.Where(d => d.Date == new DateTime(2027, 10, 31) && d.Hour < 12));
        Assert.Equal(365L * 2, store.Sql("SELECT count(DISTINCT due_at) FROM runs"));
    }

    [Theory]
    [InlineData("--every 1h", "missed while nothing was running, and queued once", "2026-05-10T04:00")]
    [InlineData("--every 1m --active-hours 8-18", "missed while nothing was running, and queued once", "2026-05-09T17:59")]
    [InlineData("--every 1h --missed skip", "missed while nothing was running, and skipped", "2026-05-10T04:00")]
    public async Task Times_missed_while_nothing_ran_are_made_up_for_once_or_skipped(string typed, string message, string due)
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var scheduler = Of(store);
        await AddAsync(store, "Pages", typed);
        await TickAsync(store, scheduler);
        store.Clock.Advance(TimeSpan.FromDays(7));

        Assert.Equal([new DueTime("Pages", At(due), message)], await TickAsync(store, scheduler));
        Assert.Equal(message.EndsWith("once", StringComparison.Ordinal) ? 1L : 0L, store.Sql("SELECT count(*) FROM runs"));
        Assert.Empty(await TickAsync(store, scheduler));
        await EndAllAsync(store);

        // From here on as if nothing had been missed.
        store.Clock.SetUtcNow(At("2026-05-10T09:00"));
        Assert.Equal("queued", Assert.Single(await TickAsync(store, scheduler)).Message);
    }

    [Fact]
    public async Task A_time_that_comes_while_the_DataSet_is_at_work_is_noted_and_left_out()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (scheduler, runs) = (Of(store), new RunStores(store.Database, store.Clock));
        var dataSet = await AddAsync(store, "Pages", "--every 1h");
        await TickAsync(store, scheduler);
        var run = (await runs.Runs.BeginAsync(dataSet, RunTriggers.Manual, Stop))!;
        store.Clock.SetUtcNow(At("2026-05-03T05:00"));

        Assert.StartsWith("left out", Assert.Single(await TickAsync(store, scheduler)).Message, StringComparison.Ordinal);
        await runs.Runs.EndAsync(new RunResult { DataSet = "Pages", RunId = run, Status = RunStatus.Succeeded, Rows = 7 }, Stop);

        Assert.Null(await runs.Queue.ClaimAsync(null, Stop));
        Assert.Equal("skipped", store.Sql("SELECT status FROM runs WHERE trigger = 'scheduled'"));
        Assert.Equal(7, (await runs.Runs.LastAsync(null, Stop))[dataSet].Result.Rows);
        store.Clock.SetUtcNow(At("2026-05-03T06:00"));
        Assert.Equal("queued", Assert.Single(await TickAsync(store, scheduler)).Message);
    }

    [Fact]
    public async Task The_next_try_stands_in_for_a_due_time_and_a_backfill_that_waits_does_not()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (scheduler, runs) = (Of(store), new RunStores(store.Database, store.Clock));
        var retried = await AddAsync(store, "Retried", "--every 1h");
        var filled = await AddAsync(store, "Filled", "--every 1h");
        await TickAsync(store, scheduler);
        await runs.Queue.AddAsync(new NewRun(retried, RunTriggers.Scheduled) { Attempt = 2, NotBefore = At("2026-05-03T05:10") }, Stop);
        await runs.Queue.AddAsync(new NewRun(filled, RunTriggers.Manual) { NotBefore = At("2026-05-03T22:00") }, Stop);
        store.Clock.SetUtcNow(At("2026-05-03T05:00"));

        Assert.Equal([("Filled", "queued"), ("Retried", "left out: the DataSet is still being updated, or its next try waits")], (await TickAsync(store, scheduler)).Select(d => (d.DataSet, d.Message)));
    }

    [Fact]
    public async Task A_changed_schedule_counts_from_its_change()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var scheduler = Of(store);
        var dataSet = await AddAsync(store, "Pages", "--daily-at 05:00");
        await TickAsync(store, scheduler);
        Change(store, dataSet, "--daily-at 06:00");
        store.Clock.SetUtcNow(At("2026-05-03T05:00"));
        Assert.Empty(await TickAsync(store, scheduler));

        store.Clock.SetUtcNow(At("2026-05-03T06:00"));
        Assert.Equal(At("2026-05-03T06:00"), Assert.Single(await TickAsync(store, scheduler)).DueAt);
        Change(store, dataSet, "--manual");
        store.Clock.SetUtcNow(At("2026-05-04T06:00"));
        Assert.Empty(await TickAsync(store, scheduler));
        Assert.Equal(0L, store.Sql("SELECT count(*) FROM schedules"));
    }

    [Fact]
    public async Task The_workspaces_zone_moves_the_schedules_that_name_none()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var scheduler = Of(store);
        await AddAsync(store, "Theirs", "--daily-at 07:00 --time-zone America/New_York");
        await AddAsync(store, "Ours", "--daily-at 07:00");
        await TickAsync(store, scheduler);
        await new SettingStore(store.Database).SetAsync(SettingStore.TimeZone, "Europe/Paris", Stop);
        await TickAsync(store, scheduler);

        store.Clock.SetUtcNow(At("2026-05-03T05:00"));
        Assert.Equal("Ours", Assert.Single(await TickAsync(store, scheduler)).DataSet);
        store.Clock.SetUtcNow(At("2026-05-03T11:00"));
        Assert.Equal("Theirs", Assert.Single(await TickAsync(store, scheduler)).DataSet);
    }

    [Fact]
    public async Task A_next_time_reckoned_by_a_clock_that_was_ahead_is_reckoned_anew_once_it_is_right()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var scheduler = Of(store);
        await AddAsync(store, "Pages", "--every 1m");
        var now = store.Clock.GetUtcNow();
        await scheduler.TickAsync(now.AddYears(2), Stop);

        await scheduler.TickAsync(now, Stop);
        var due = await scheduler.TickAsync(now.AddMinutes(1), Stop);

        Assert.Equal("queued", Assert.Single(due).Message);
    }

    [Fact]
    public async Task A_clock_set_back_by_a_moment_has_no_time_come_twice()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var scheduler = Of(store);
        await AddAsync(store, "Pages", "--daily-at 07:00");
        await TickAsync(store, scheduler);
        Assert.Single(await scheduler.TickAsync(At("2026-05-03T07:00"), Stop));
        await EndAllAsync(store);

        Assert.Empty(await scheduler.TickAsync(At("2026-05-03T07:00").AddSeconds(-2), Stop));
        Assert.Empty(await scheduler.TickAsync(At("2026-05-03T07:00").AddSeconds(1), Stop));
    }

    [Fact]
    public async Task A_deleted_DataSet_is_due_no_more()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var scheduler = Of(store);
        var dataSet = await AddAsync(store, "Pages", "--every 1m");
        await TickAsync(store, scheduler);
        await store.DataSets.DeleteAsync(dataSet, Stop);
        store.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Empty(await TickAsync(store, scheduler));
    }

    private static Scheduler Of(StoreFixture store) => new(store.DataSets, new ScheduleStore(store.Database, store.Clock), new SettingStore(store.Database));

    private static Task<IReadOnlyList<DueTime>> TickAsync(StoreFixture store, Scheduler scheduler) => scheduler.TickAsync(store.Clock.GetUtcNow(), Stop);

    private static async Task<string> AddAsync(StoreFixture store, string name, string typed) =>
        (await store.DataSets.AddAsync(StoreFixture.Definition(name) with { Schedule = ATypedSchedule.Of(typed) }, null, Stop)).Id;

    private static void Change(StoreFixture store, string dataSet, string typed) => store.Sql(
        "UPDATE datasets SET definition = $definition WHERE id = $id",
        ("definition", StoreJson.Write(StoreFixture.Definition("Pages") with { Schedule = ATypedSchedule.Of(typed) })), ("id", dataSet));

    private static async Task EndAllAsync(StoreFixture store)
    {
        var runs = new RunStores(store.Database, store.Clock);
        while (await runs.Queue.ClaimAsync(null, Stop) is { } run)
        {
            await RunLocks.StopRenewingAsync(run.Id);
            store.Sql("UPDATE runs SET status = 'succeeded' WHERE id = $run", ("run", run.Id));
            store.Sql("DELETE FROM run_locks");
        }
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

public sealed class SchedulerOnSqliteTests() : SchedulerTests(StoreKind.Sqlite);

public sealed class SchedulerOnPostgreSqlTests() : SchedulerTests(StoreKind.PostgreSql);
