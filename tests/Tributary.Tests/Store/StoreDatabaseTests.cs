using Microsoft.Data.Sqlite;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Tests.Store;

public sealed class StoreDatabaseTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_store_has_this_programs_version_and_opens_again()
    {
        using var store = await StoreFixture.OpenAsync();
        await store.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop);

        await store.ReopenAsync();

        Assert.Equal((long)StoreSchema.Version, store.Sql("PRAGMA user_version"));
        Assert.Equal("wal", store.Sql("PRAGMA journal_mode"));
        Assert.Single(await store.DataSets.ListAsync(Stop));
    }

    [Fact]
    public async Task Every_older_version_is_brought_up_to_date_with_its_records()
    {
        for (var version = 1; version < StoreSchema.Version; version++)
        {
            using var store = StoreFixture.Unopened();
            foreach (var step in StoreSchema.Steps[..version])
            {
                store.Sql(step);
            }

            store.Sql($"PRAGMA user_version = {version}");
            store.Sql("INSERT INTO accounts (id, name, name_key, url, settings, state, created_at) VALUES ('a', 'Old', 'OLD', 'https://matomo.example/', '{}', 'valid', 1)");

            await store.ReopenAsync();

            Assert.Equal("Old", Assert.Single(await store.Accounts.ListAsync(Stop)).Name);
            Assert.Equal((long)StoreSchema.Version, store.Sql("PRAGMA user_version"));
            Assert.NotNull(await new RunStore(store.Database, store.Clock).BeginAsync((await store.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop)).Id, "manual", Stop));
        }
    }

    [Fact]
    public async Task Who_has_a_store_open_that_was_moved_away_writes_and_reads_nothing_more_in_the_old_one()
    {
        using StoreFixture old = await StoreFixture.OpenAsync(), there = await StoreFixture.OpenAsync();
        await old.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop);
        var other = await old.OpenAgainAsync();
        var named = false;

        await StoreCopy.CopyAsync(old.Database, there.Database, () => Task.FromResult(named = true), Stop);

        Assert.True(named);
        var write = await Assert.ThrowsAsync<TributaryException>(() => new DataSetStore(other, old.Clock).AddAsync(StoreFixture.Definition("Lost"), null, Stop));
        var present = await Assert.ThrowsAsync<TributaryException>(() => other.PresentAsync(old.Clock, Stop));
        Assert.Equal(("workspace.store_moved", "workspace.store_moved"), (write.Code, present.Code));
        Assert.Single(await there.DataSets.ListAsync(Stop));

        await old.ReopenAsync();
        await old.DataSets.AddAsync(StoreFixture.Definition("Put back by hand"), null, Stop);
    }

    [Fact]
    public async Task A_copy_takes_nothing_from_who_has_the_store_open()
    {
        using StoreFixture old = await StoreFixture.OpenAsync(), there = await StoreFixture.OpenAsync();

        await StoreCopy.CopyAsync(old.Database, there.Database, null, Stop);

        await old.DataSets.AddAsync(StoreFixture.Definition("Pages"), null, Stop);
    }

    [Fact]
    public async Task A_failure_of_the_store_that_is_copied_is_told_as_its_own()
    {
        using StoreFixture old = await StoreFixture.OpenAsync(StoreKind.PostgreSql), there = await StoreFixture.OpenAsync();
        await old.Database.ExecuteAsync("ALTER TABLE settings RENAME TO settings_lost", [], Stop);

        var failure = await Assert.ThrowsAsync<TributaryException>(() => StoreCopy.CopyAsync(old.Database, there.Database, null, Stop));

        Assert.Contains("settings", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_old_version_usable()
    {
        using var store = StoreFixture.Unopened();
        foreach (var step in StoreSchema.Steps[..2])
        {
            store.Sql(step);
        }

        // The third step succeeds; the fourth finds one of its tables there already.
        store.Sql("PRAGMA user_version = 2");
        store.Sql("CREATE TABLE alerts (own TEXT)");
        store.Sql("INSERT INTO accounts (id, name, name_key, url, settings, state, created_at) VALUES ('a', 'Old', 'OLD', 'https://matomo.example/', '{}', 'valid', 1)");

        var failure = await Assert.ThrowsAsync<TributaryException>(store.ReopenAsync);

        Assert.Equal("workspace.store", failure.Code);
        SqliteConnection.ClearAllPools();
        Assert.Equal(2L, store.Sql("PRAGMA user_version"));
        Assert.Equal("Old", store.Sql("SELECT name FROM accounts"));
        Assert.Equal(0L, store.Sql("SELECT count(*) FROM pragma_table_info('partitions') WHERE name = 'is_empty'"));
        Assert.Equal(0L, store.Sql("SELECT count(*) FROM sqlite_schema WHERE name IN ('schedules', 'run_log', 'settings')"));
        store.Sql("DROP TABLE alerts");
        await store.ReopenAsync();
        Assert.Equal("Old", Assert.Single(await store.Accounts.ListAsync(Stop)).Name);
    }

    [Fact]
    public async Task Every_connection_waits_half_a_minute_for_another_that_writes()
    {
        using var store = await StoreFixture.OpenAsync();

        var waits = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.Database.ReadAsync("PRAGMA busy_timeout", [], r => r.GetInt32(0), Stop)));

        Assert.All(waits, w => Assert.Equal([30_000], w));
    }

    [Fact]
    public async Task A_newer_store_is_refused_and_left_byte_for_byte()
    {
        using var store = await StoreFixture.OpenAsync();
        SqliteConnection.ClearAllPools();
        store.Sql($"PRAGMA user_version = {StoreSchema.Version + 1}");
        store.Sql("PRAGMA wal_checkpoint(TRUNCATE)");
        var before = await File.ReadAllBytesAsync(store.Path, Stop);

        var failure = await Assert.ThrowsAsync<TributaryException>(store.ReopenAsync);

        Assert.Equal(("workspace.newer_version", Fault.Workspace), (failure.Code, failure.Fault));
        SqliteConnection.ClearAllPools();
        Assert.Equal(before, await File.ReadAllBytesAsync(store.Path, Stop));
        Assert.Equal([store.Path], Directory.EnumerateFileSystemEntries(store.Folder));
    }

    [Fact]
    public async Task A_file_that_is_no_store_is_refused_and_left_byte_for_byte()
    {
        using var store = StoreFixture.Unopened();
        var bytes = new byte[20_000];
        new Random(7).NextBytes(bytes);
        await File.WriteAllBytesAsync(store.Path, bytes, Stop);

        var failure = await Assert.ThrowsAsync<TributaryException>(store.ReopenAsync);

        Assert.Equal(("workspace.damaged", Fault.Workspace), (failure.Code, failure.Fault));
        SqliteConnection.ClearAllPools();
        Assert.Equal(bytes, await File.ReadAllBytesAsync(store.Path, Stop));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told()
    {
        using var store = StoreFixture.Unopened();

        var failure = await Assert.ThrowsAsync<TributaryException>(() => StoreDatabase.OpenAsync(Path.Combine(store.Folder, "no", "tributary.db"), Stop));

        Assert.Equal("workspace.cannot_open", failure.Code);
    }

    [Theory]
    [InlineData(13, "workspace.disk_full", false)]
    [InlineData(5, "workspace.locked", true)]
    [InlineData(6, "workspace.locked", true)]
    [InlineData(11, "workspace.damaged", false)]
    [InlineData(26, "workspace.damaged", false)]
    [InlineData(8, "workspace.read_only", false)]
    [InlineData(3, "workspace.read_only", false)]
    [InlineData(14, "workspace.cannot_open", false)]
    [InlineData(10, "workspace.store", false)]
    public void Result_codes_become_failures_for_people(int code, string expected, bool transient)
    {
        var failure = SqliteErrors.Of(new SqliteException("told by SQLite", code), "/w/tributary.db");

        Assert.Equal((expected, Fault.Workspace, transient), (failure.Code, failure.Fault, failure.IsTransient));
        Assert.Contains("/w/tributary.db", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_within_a_change_undoes_it()
    {
        using var store = await StoreFixture.OpenAsync();

        await Assert.ThrowsAsync<IOException>(() => store.Database.ChangeAsync<int>(
            async (connection, transaction) =>
            {
                await connection.Command("INSERT INTO accounts (id, name, name_key, url, settings, state, created_at) VALUES ('a', 'A', 'A', '', '{}', 'valid', 1)", [], transaction).ExecuteNonQueryAsync(Stop);
                throw new IOException("It broke.");
            },
            Stop));

        Assert.Empty(await store.Accounts.ListAsync(Stop));
    }

    [Fact]
    public async Task Many_can_open_and_write_at_once()
    {
        using var store = StoreFixture.Unopened();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(
            async () =>
            {
                var dataSets = new DataSetStore(await StoreDatabase.OpenAsync(store.Path, Stop), store.Clock);
                for (var i = 0; i < 10; i++)
                {
                    await dataSets.AddAsync(StoreFixture.Definition($"Pages {writer}.{i}"), null, Stop);
                }
            },
            Stop)));

        await store.ReopenAsync();
        var all = await store.DataSets.ListAsync(Stop);
        Assert.Equal(40, all.Select(d => d.Table).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }
}
