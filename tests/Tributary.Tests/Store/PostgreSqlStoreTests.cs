using Npgsql;
using Tributary.Model;
using Tributary.Store;
using Tributary.Testing;

namespace Tributary.Tests.Store;

/// <summary>What is PostgreSQL's alone: several nodes at once, connections that break, versions that meet.</summary>
public sealed class PostgreSqlStoreTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_that_start_together_make_one_store()
    {
        using var store = StoreFixture.Unopened(StoreKind.PostgreSql);

        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => store.OpenAgainAsync()));

        Assert.Equal(6, opened.Length);
        Assert.Equal((1L, (long)StoreSchema.Version), (store.Sql("SELECT count(*) FROM store_version"), store.Sql("SELECT version FROM store_version")));
    }

    [Fact]
    public async Task Every_older_version_is_brought_up_to_date_with_its_records()
    {
        for (var version = 1; version < StoreSchema.Version; version++)
        {
            using var store = StoreFixture.Unopened(StoreKind.PostgreSql);
            store.Sql($"CREATE SCHEMA {store.Path[(store.Path.IndexOf("schema=", StringComparison.Ordinal) + 7)..]}");
            store.Sql($"CREATE TABLE store_version (version BIGINT NOT NULL); INSERT INTO store_version VALUES ({version})");
            foreach (var step in StoreSchema.Steps[..version])
            {
                store.Sql(PostgreSqlSchema.Of(step));
            }

            store.Sql("INSERT INTO accounts (id, name, name_key, url, settings, state, created_at) VALUES ('a', 'Old', 'OLD', 'https://matomo.example/', '{}', 'valid', 1)");

            await store.ReopenAsync();

            Assert.Equal("Old", Assert.Single(await store.Accounts.ListAsync(Stop)).Name);
            Assert.Equal((long)StoreSchema.Version, store.Sql("SELECT version FROM store_version"));
        }
    }

    [Fact]
    public async Task A_newer_store_is_refused_at_the_start_and_by_a_node_that_was_there_before()
    {
        using var store = await StoreFixture.OpenAsync(StoreKind.PostgreSql);
        Assert.Equal(store.Clock.GetUtcNow(), await store.Database.PresentAsync(store.Clock, Stop));
        store.Sql($"UPDATE store_version SET version = {StoreSchema.Version + 1}");

        var start = await Assert.ThrowsAsync<TributaryException>(store.ReopenAsync);
        var later = await Assert.ThrowsAsync<TributaryException>(() => store.Database.PresentAsync(store.Clock, Stop));

        Assert.Equal((("workspace.newer_version", Fault.Workspace), "workspace.newer_version"), ((start.Code, start.Fault), later.Code));
        Assert.Equal((long)StoreSchema.Version + 1, store.Sql("SELECT version FROM store_version"));
    }

    [Fact]
    public async Task A_step_that_fails_leaves_nothing_behind()
    {
        using var store = StoreFixture.Unopened(StoreKind.PostgreSql);
        store.Sql($"CREATE SCHEMA {store.Path[(store.Path.IndexOf("schema=", StringComparison.Ordinal) + 7)..]}");
        store.Sql("CREATE TABLE alerts (own TEXT)");

        Assert.Equal("workspace.store", (await Assert.ThrowsAsync<TributaryException>(store.ReopenAsync)).Code);

        Assert.Equal(1L, store.Sql("SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()"));
        store.Sql("DROP TABLE alerts");
        await store.ReopenAsync();
        Assert.Empty(await store.Accounts.ListAsync(Stop));
    }

    [Fact]
    public async Task Changes_that_must_be_alone_are_though_many_nodes_make_them()
    {
        using var store = await StoreFixture.OpenAsync(StoreKind.PostgreSql);
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.OpenAgainAsync()));
        var settings = new SettingStore(store.Database);
        await settings.SetAsync("count", "0", Stop);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => nodes[i % nodes.Length].ChangeAsync(
            async (connection, transaction) =>
            {
                var count = (string)(await connection.Command("SELECT value FROM settings WHERE name = 'count'", [], transaction).ExecuteScalarAsync(Stop))!;
                var next = (int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
                return await connection.Command("UPDATE settings SET value = @value WHERE name = 'count'", [("value", next)], transaction).ExecuteNonQueryAsync(Stop);
            },
            Stop)));

        Assert.Equal("40", await settings.GetAsync("count", Stop));
    }

    [Fact]
    public async Task A_due_run_is_taken_once_however_many_nodes_look()
    {
        using var store = await StoreFixture.OpenAsync(StoreKind.PostgreSql);
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => new RunStores(await store.OpenAgainAsync(), store.Clock)));
        foreach (var number in Enumerable.Range(0, 10))
        {
            var dataSet = await store.DataSets.AddAsync(StoreFixture.Definition($"Pages {number}"), null, Stop);
            await nodes[0].Queue.AddAsync(new NewRun(dataSet.Id, RunTriggers.Scheduled), Stop);
        }

        var claimed = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => nodes[i % 4].Queue.ClaimAsync(null, Stop)));

        Assert.Equal(10, claimed.OfType<ClaimedRun>().Select(c => c.Id).Distinct().Count());
        Assert.Equal((10, 10L), (claimed.OfType<ClaimedRun>().Count(), store.Sql("SELECT count(*) FROM runs WHERE status = 'running'")));
    }

    [Fact]
    public async Task Connections_that_the_server_ends_cost_nothing_that_was_to_be_read_or_written()
    {
        using var store = await StoreFixture.OpenAsync(StoreKind.PostgreSql);
        var settings = new SettingStore(store.Database);
        for (var i = 0; i < 20; i++)
        {
            var value = i.ToString(System.Globalization.CultureInfo.InvariantCulture);
            EndConnections(store);
            await settings.SetAsync("last", value, Stop);
            EndConnections(store);
            Assert.Equal(value, await settings.GetAsync("last", Stop));
        }
    }

    [Fact]
    public async Task A_change_whose_connection_is_ended_in_its_midst_is_made_once_from_the_start()
    {
        using var store = await StoreFixture.OpenAsync(StoreKind.PostgreSql);
        var tries = 0;

        await store.Database.ChangeAsync(
            async (connection, transaction) =>
            {
                await connection.Command("INSERT INTO settings (name, value) VALUES (@name, 'x')", [("name", $"try {++tries}")], transaction).ExecuteNonQueryAsync(Stop);
                if (tries == 1)
                {
                    EndConnections(store);
                }

                return await connection.Command("SELECT 1", [], transaction).ExecuteScalarAsync(Stop);
            },
            Stop);

        Assert.Equal((2, 1L, "try 2"), (tries, store.Sql("SELECT count(*) FROM settings"), store.Sql("SELECT name FROM settings")));
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_looked_up_and_not_made_again()
    {
        using var store = await StoreFixture.OpenAsync(StoreKind.PostgreSql);
        var engine = store.Database.Engine;
        await using var connection = await engine.ConnectAsync(Stop);
        var (kept, keptId) = await engine.BeginAsync(connection, alone: false, Stop);
        await kept.CommitAsync(Stop);
        var (undone, undoneId) = await engine.BeginAsync(connection, alone: false, Stop);
        await undone.RollbackAsync(Stop);

        Assert.Equal((true, false), (await engine.IsCommittedAsync(connection, keptId!, Stop), await engine.IsCommittedAsync(connection, undoneId!, Stop)));
    }

    [Fact]
    public async Task Text_that_PostgreSQL_does_not_take_is_kept_with_a_mark_in_its_place()
    {
        using var store = await StoreFixture.OpenAsync(StoreKind.PostgreSql);
        var settings = new SettingStore(store.Database);

        await settings.SetAsync("odd", "a\0b\uD800c 😀", Stop);

        Assert.Equal("a\uFFFDb\uFFFDc 😀", await settings.GetAsync("odd", Stop));
    }

    [Theory]
    [InlineData("mysql://a@b/c")]
    [InlineData("postgresql://b/c")]
    [InlineData("postgresql://a:hidden@b")]
    [InlineData("postgresql://a:hidden@b/c?schema=Bad Name")]
    [InlineData("postgresql://a:hidden@b/c?channel=1")]
    public void An_address_that_cannot_be_used_is_refused_without_repeating_it(string address)
    {
        var refusal = Assert.Throws<InputException>(() => StoreAddress.Parse(address, "--to"));

        Assert.DoesNotContain("hidden", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_is_told_without_its_password_and_reads_the_same_again()
    {
        var address = StoreAddress.Parse("postgres://us%40er:s%3Acret@db.example:5433/tri%20b?schema=two&sslmode=verify-full&sslrootcert=/etc/ca.pem", "test");

        Assert.Equal("postgresql://us%40er@db.example:5433/tri%20b?schema=two&sslmode=verifyfull&sslrootcert=%2Fetc%2Fca.pem".Replace("verifyfull", "verify-full", StringComparison.Ordinal), address.ToString());
        Assert.Equal(("s:cret", address.ToString()), (address.Password, StoreAddress.Parse(address.ToString(), "test").ToString()));
        Assert.Equal("us@er", new NpgsqlConnectionStringBuilder(address.ToConnectionString()).Username);
    }

    [Fact]
    public async Task A_wrong_password_is_told_as_such_and_not_repeated()
    {
        var address = TestPostgres.NewStore().Replace(TestPostgres.Password, "another-password", StringComparison.Ordinal);
        using var engine = new PostgreSqlEngine(StoreAddress.Parse(address, "test"));

        var failure = await Assert.ThrowsAsync<TributaryException>(() => StoreDatabase.OpenAsync(engine, Stop));

        Assert.Equal(("workspace.store_refused", Fault.Workspace), (failure.Code, failure.Fault));
        Assert.DoesNotContain("another-password", failure.ToString(), StringComparison.Ordinal);
    }

    /// <summary>All connections to the store but the one that ends them.</summary>
    private static void EndConnections(StoreFixture store) => store.Sql(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE application_name = $name AND pid <> pg_backend_pid()", ("name", $"tributary/{store.Path[(store.Path.IndexOf("schema=", StringComparison.Ordinal) + 7)..]}"));
}
