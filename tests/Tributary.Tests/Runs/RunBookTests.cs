using Tributary.Accounts;
using Tributary.Model;
using Tributary.Runs;
using Tributary.Store;
using Tributary.Tests.Store;

namespace Tributary.Tests.Runs;

public abstract class RunBookTests(StoreKind kind)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_is_asked_for_waits_though_nobody_works_and_asked_again_is_the_same()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (book, _) = await PrepareAsync(store);

        var first = Assert.Single(await book.QueueAsync(new RunRequest { Names = ["Pages"] }, "ann", Stop));
        var again = Assert.Single(await book.QueueAsync(new RunRequest { Names = ["pages"] }, "bob", Stop));
        store.Clock.Advance(TimeSpan.FromSeconds(1));
        var other = Assert.Single(await book.QueueAsync(new RunRequest { Names = ["Pages"], Full = true }, "bob", Stop));

        Assert.Equal("Pages", first.DataSet);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        var waiting = await book.ActiveAsync(Stop);
        Assert.Equal([("ann", RunStatus.Queued), ("bob", RunStatus.Queued)], waiting.Select(r => (r.RequestedBy!, r.Status)));
        Assert.Equal(2, (await book.CountAsync(new RunFilter(), Stop))[RunStatus.Queued]);
    }

    [Fact]
    public async Task A_typo_queues_nothing()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (book, _) = await PrepareAsync(store);

        var error = await Assert.ThrowsAsync<InputException>(() => book.QueueAsync(new RunRequest { Names = ["Pages", "Pagse"] }, "ann", Stop));

        Assert.Equal("Pagse", error.Missing);
        Assert.Empty(await book.ActiveAsync(Stop));
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_by_page_and_by_what_is_asked()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (book, runs) = await PrepareAsync(store);
        var (pages, titles) = (await IdAsync(store, "Pages"), await IdAsync(store, "Titles"));
        for (var i = 0; i < 6; i++)
        {
            store.Clock.Advance(TimeSpan.FromMinutes(1));
            var id = (await runs.Runs.BeginAsync(i % 2 == 0 ? pages : titles, i < 4 ? RunTriggers.Scheduled : RunTriggers.Manual, Stop))!;
            await runs.Runs.EndAsync(new RunResult { DataSet = "", RunId = id, Status = i == 2 ? RunStatus.Failed : RunStatus.Succeeded }, Stop);
        }

        var all = await book.ListAsync(new RunFilter(), Stop);
        Assert.Equal(["Titles", "Pages", "Titles", "Pages", "Titles", "Pages"], all.Select(r => r.DataSet));
        Assert.Equal(all.Select(r => r.RunId).OrderDescending(StringComparer.Ordinal), all.Select(r => r.RunId));
        Assert.Equal(all.Skip(2).Take(2).Select(r => r.RunId), (await book.ListAsync(new RunFilter { Before = all[1].RunId, Take = 2 }, Stop)).Select(r => r.RunId));
        Assert.Equal([all[3].RunId], (await book.ListAsync(new RunFilter { Statuses = [RunStatus.Failed, RunStatus.Partial] }, Stop)).Select(r => r.RunId));
        Assert.Equal(3, (await book.ListAsync(new RunFilter { DataSet = "Titles" }, Stop)).Count);
        Assert.Equal([all[0].RunId], (await book.ListAsync(new RunFilter { DataSet = "Titles", Trigger = "manual" }, Stop)).Select(r => r.RunId));
        Assert.Equal(6, (await book.ListAsync(new RunFilter { Account = "Main" }, Stop)).Count);
        Assert.Empty(await book.ListAsync(new RunFilter { Account = "Other" }, Stop));
        Assert.Equal([(RunStatus.Failed, 1), (RunStatus.Succeeded, 2)], (await book.CountAsync(new RunFilter { DataSet = "Pages", Statuses = [RunStatus.Failed] }, Stop)).OrderBy(c => c.Value).Select(c => (c.Key, c.Value)));
    }

    [Fact]
    public async Task A_run_at_work_tells_where_it_is_and_is_asked_to_stop()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (book, runs) = await PrepareAsync(store);
        var id = (await runs.Runs.BeginAsync(await IdAsync(store, "Pages"), RunTriggers.Manual, Stop))!;
        var at = new RunProgress("Pages", 2, 8, 1_000, 50_000, TimeSpan.FromSeconds(4));
        await runs.Queue.BeatAsync(id, at, Stop);
        var queued = Assert.Single(await book.QueueAsync(new RunRequest { Names = ["Titles"] }, "ann", Stop));

        Assert.Equal([("Pages", at), ("Titles", null)], (await book.ActiveAsync(Stop)).Select(r => (r.DataSet, r.Progress)));
        Assert.True(await book.StopAsync(id, Stop));
        Assert.True(await book.StopAsync(queued.RunId, Stop));
        Assert.False(await book.StopAsync(queued.RunId, Stop));

        Assert.True(await runs.Queue.BeatAsync(id, null, Stop));
        Assert.Equal(RunStatus.Cancelled, (await book.GetAsync(queued.RunId, Stop)).Status);
        Assert.Equal("Stopped by a person before it began.", Assert.Single((await book.ReadLogAsync(queued.RunId, Stop)).Lines).Message);
        Assert.Equal("nothing", (await Assert.ThrowsAsync<InputException>(() => book.StopAsync("nothing", Stop))).Missing);
    }

    [Fact]
    public async Task Old_runs_go_with_their_logs_but_not_those_that_can_be_reverted()
    {
        using var store = await StoreFixture.OpenAsync(kind);
        var (book, runs) = await PrepareAsync(store);
        var pages = await IdAsync(store, "Pages");
        for (var i = 0; i < 8; i++)
        {
            var id = (await runs.Runs.BeginAsync(pages, RunTriggers.Manual, Stop))!;
            await runs.Runs.EndAsync(new RunResult { DataSet = "Pages", RunId = id, Status = RunStatus.Succeeded }, null, [("info", "Done.")], Stop);
            store.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(RunBook.DefaultKeepDays, await book.GetKeepDaysAsync(Stop));
        Assert.Equal(0, await book.RemoveOldAsync(Stop));
        await book.SetKeepDaysAsync(3, Stop);
        Assert.Equal(4, await book.RemoveOldAsync(Stop));

        Assert.Equal(4, (await book.ListAsync(new RunFilter(), Stop)).Count);
        Assert.Equal(4L, store.Sql("SELECT count(*) FROM run_log"));
        store.Clock.Advance(TimeSpan.FromDays(1_000));
        Assert.Equal(0, await book.RemoveOldAsync(Stop));
        await Assert.ThrowsAsync<InputException>(() => book.SetKeepDaysAsync(0, Stop));
    }

    [Fact]
    public async Task Lists_and_counts_are_answered_from_the_index_that_holds_all_they_ask_for()
    {
        using var store = await StoreFixture.OpenAsync();

        foreach (var sql in new[] { "SELECT id FROM runs INDEXED BY runs_to_list WHERE status IN ('failed') AND trigger = 'manual' AND id < 'z' ORDER BY id DESC LIMIT 50", "SELECT status, count(*) FROM runs INDEXED BY runs_to_list GROUP BY status" })
        {
            var plan = await store.Database.ReadAsync("EXPLAIN QUERY PLAN " + sql, [], r => r.GetString(3), Stop);
            Assert.Contains("COVERING INDEX runs_to_list", plan[0], StringComparison.Ordinal);
        }
    }

    private static async Task<(RunBook Book, RunStores Runs)> PrepareAsync(StoreFixture store)
    {
        await store.Accounts.AddAsync(StoreFixture.Account("account", "Main"), [1], Stop);
        await store.Accounts.AddAsync(StoreFixture.Account("other", "Other"), [1], Stop);
        foreach (var name in new[] { "Pages", "Titles" })
        {
            await store.DataSets.AddAsync(StoreFixture.Definition(name), null, Stop);
        }

        var workspace = await store.OpenWorkspaceAsync();
        return (workspace.Runs, new RunStores(store.Database, store.Clock));
    }

    private static async Task<string> IdAsync(StoreFixture store, string name) => (await store.DataSets.FindAsync(name, Stop))!.Id;
}

public sealed class RunBookOnSqliteTests() : RunBookTests(StoreKind.Sqlite);

public sealed class RunBookOnPostgreSqlTests() : RunBookTests(StoreKind.PostgreSql);
