using DuckDB.NET.Data;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Testing;

namespace Tributary.Tests.Destinations;

public sealed class DuckDbFileTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Says_which_process_holds_the_file()
    {
        using var duckDb = new DuckDbFixture(options: new DuckDbOptions { BusyTimeout = TimeSpan.Zero });
        await duckDb.FillAsync();
        using var holder = Child.Start("Tributary.Tests", "hold", duckDb.Path);
        Assert.Equal("holding", await holder.ReadLineAsync(Stop));

        var writing = await Assert.ThrowsAsync<TributaryException>(() => duckDb.FillAsync());
        var reading = await Assert.ThrowsAsync<TributaryException>(() => duckDb.Destination.ReadPartitionsAsync("pages", Stop));

        Assert.All([writing, reading], e =>
        {
            Assert.Equal(("destination.file_busy", Fault.Workspace, true), (e.Code, e.Fault, e.IsTransient));
            Assert.Contains($"process {holder.Id} (Tributary.Tests", e.Message, StringComparison.Ordinal);
            Assert.Contains(duckDb.Path, e.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Waits_for_a_file_that_another_process_holds()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();
        using var holder = Child.Start("Tributary.Tests", "hold", duckDb.Path);
        Assert.Equal("holding", await holder.ReadLineAsync(Stop));

        var commit = duckDb.FillAsync(rows: 5);
        Assert.False(commit.IsCompleted);
        holder.LetGo();

        await commit;
        Assert.Equal(5, (await duckDb.QueryAsync("FROM pages")).Count);
    }

    [Fact]
    public async Task Behind_some_work_of_several_commits_the_file_is_free_for_others()
    {
        using var duckDb = new DuckDbFixture();
        using (duckDb.Destination.BeginWork())
        {
            await duckDb.FillAsync();
            await duckDb.FillAsync(rows: 4);
            Assert.Equal(4, (await duckDb.QueryAsync("FROM pages")).Count);
        }

        using var holder = Child.Start("Tributary.Tests", "hold", duckDb.Path);
        Assert.Equal("holding", await holder.ReadLineAsync(Stop));
    }

    [Fact]
    public async Task Another_process_that_asks_for_the_file_gets_it_between_the_commits_of_some_work()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();
        using var work = duckDb.Destination.BeginWork();
        using var other = Child.Start("Tributary.Tests", "write", duckDb.Path, duckDb.Staging, "0");
        var heard = Task.Run(async () =>
        {
            for (var commits = 0; commits < 4; commits++)
            {
                await other.ReadLineAsync(Stop);
            }
        }, Stop);

        var own = 0;
        for (; !heard.IsCompleted; own++)
        {
            await duckDb.FillAsync(rows: 3);
        }

        await heard;
        Assert.True(own > 0);
        Assert.Equal(3, (await duckDb.QueryAsync("FROM pages")).Count);
    }

    [Fact]
    public async Task Who_looks_at_many_tables_has_the_file_open_from_one_look_to_the_next_and_no_longer()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();
        using (duckDb.Destination.BeginLooking())
        {
            await duckDb.Destination.ReadSchemaAsync("pages", Stop);
            Assert.True(IsOpen(duckDb.Path));
            await duckDb.FillAsync(rows: 4);
            Assert.Equal(4, (await duckDb.QueryAsync("FROM pages")).Count);
            Assert.True(IsOpen(duckDb.Path));
            await duckDb.Destination.CompactAsync(Stop);
            Assert.Equal(4, (await duckDb.QueryAsync("FROM pages")).Count);
        }

        Assert.False(IsOpen(duckDb.Path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(duckDb.Staging));

        // Only this system tells what a process has open.
        static bool IsOpen(string path) => !OperatingSystem.IsLinux() || Directory.EnumerateFileSystemEntries("/proc/self/fd").Any(f => new FileInfo(f).LinkTarget == path);
    }

    [Fact]
    public async Task Another_process_that_writes_has_the_file_from_who_looks()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();
        using var look = duckDb.Destination.BeginLooking();
        await duckDb.Destination.ReadSchemaAsync("pages", Stop);

        using var other = Child.Start("Tributary.Tests", "write", duckDb.Path, duckDb.Staging, "0");
        for (var commits = 0; commits < 4; commits++)
        {
            await other.ReadLineAsync(Stop);
            await duckDb.Destination.ReadSchemaAsync("pages", Stop);
        }

        Assert.Equal(2, (await duckDb.QueryAsync("FROM pages")).Count);
    }

    [Fact]
    public async Task Who_looks_sees_a_file_that_was_put_in_the_place_of_another()
    {
        using DuckDbFixture duckDb = new(), restored = new();
        await duckDb.FillAsync();
        await restored.FillAsync(rows: 7);
        using var look = duckDb.Destination.BeginLooking();
        Assert.Equal(2, (await duckDb.QueryAsync("FROM pages")).Count);

        File.Move(restored.Path, duckDb.Path, overwrite: true);

        Assert.Equal(7, (await duckDb.QueryAsync("FROM pages")).Count);
    }

    [Fact]
    public async Task A_commit_that_fails_leaves_nothing_behind_that_the_next_would_trust()
    {
        using var duckDb = new DuckDbFixture();
        using var work = duckDb.Destination.BeginWork();
        await duckDb.FillAsync();
        ColumnDefinition[] columns = [new("label", ColumnType.Text, ColumnRole.Dimension)];

        await Assert.ThrowsAsync<ArgumentException>(() => duckDb.Destination.CommitAsync(
            new WindowCommit { Table = "pages", WindowId = "wrong", Schema = new TableSchema(columns), Partitions = [new PartitionRecord(new PartitionKey(1, Period.None, DateOnly.MinValue, DateOnly.MinValue), PartitionState.Final, 9, DateTimeOffset.UnixEpoch, "r")], Rows = new TestRows(columns) },
            Stop));
        await duckDb.FillAsync(rows: 5);
        await duckDb.Destination.DropAsync("pages", Stop);
        await duckDb.FillAsync(rows: 6);

        Assert.Equal(6, (await duckDb.QueryAsync("FROM pages")).Count);
    }

    [Fact]
    public async Task A_commit_behind_an_open_query_gives_up_after_the_queue_time()
    {
        using var duckDb = new DuckDbFixture(options: new DuckDbOptions { QueueTimeout = TimeSpan.Zero });
        await duckDb.FillAsync();
        await using (await duckDb.Destination.QueryAsync("FROM pages", Stop))
        {
            var failure = await Assert.ThrowsAsync<TributaryException>(() => duckDb.FillAsync());
            Assert.Equal(("destination.file_busy", true), (failure.Code, failure.IsTransient));
            Assert.Equal(2, (await duckDb.QueryAsync("FROM pages")).Count);
        }

        await duckDb.FillAsync(rows: 3);
        Assert.Equal(3, (await duckDb.QueryAsync("FROM pages")).Count);
    }

    [Fact]
    public async Task A_damaged_file_is_named_and_left_alone()
    {
        using var duckDb = new DuckDbFixture();
        var bytes = new byte[50_000];
        new Random(1).NextBytes(bytes);
        await File.WriteAllBytesAsync(duckDb.Path, bytes, Stop);

        var failure = await Assert.ThrowsAsync<TributaryException>(() => duckDb.FillAsync());

        Assert.Equal(("destination.file_damaged", Fault.Workspace), (failure.Code, failure.Fault));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(duckDb.Path, Stop));
    }

    [Theory]
    [InlineData("with space.duckdb")]
    [InlineData("semi;colon=equals.duckdb")]
    [InlineData("it's \"quoted\".duckdb")]
    [InlineData("ünïcode 表.duckdb")]
    public async Task Any_file_name_will_do(string name)
    {
        using var duckDb = new DuckDbFixture(name);

        await duckDb.FillAsync();
        await duckDb.Destination.CompactAsync(Stop);

        Assert.True(File.Exists(duckDb.Path));
        Assert.Equal(2, (await duckDb.QueryAsync("FROM pages")).Count);
    }

    [Fact]
    public async Task Files_whose_names_differ_by_case_are_two_files()
    {
        using var duckDb = new DuckDbFixture();
        var other = new DuckDbDestination(duckDb.Folder.File("DATASETS.duckdb"), duckDb.Staging, TimeProvider.System);
        await duckDb.FillAsync();
        if (File.Exists(duckDb.Folder.File("DATASETS.duckdb")))
        {
            return; // A file system that ignores case.
        }

        Assert.Null(await other.ReadSchemaAsync("pages", Stop));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => Assert.Equal(i % 2 == 0, await (i % 2 == 0 ? duckDb.Destination : other).ReadSchemaAsync("pages", Stop) is not null)));
    }

    [Fact]
    public async Task Small_blocks_and_comments_are_in_the_file_and_nothing_is_left_in_staging()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        Assert.Equal(16_384L, (await duckDb.QueryAsync("SELECT block_size FROM pragma_database_size()"))[0][0]);
        Assert.Equal("The page", (await duckDb.QueryAsync("SELECT comment FROM duckdb_columns() WHERE table_name = 'pages' AND column_name = 'label'"))[0][0]);
        Assert.Equal("Pages", (await duckDb.QueryAsync("SELECT comment FROM duckdb_tables() WHERE table_name = 'pages'"))[0][0]);
        Assert.Equal("JSON", (await duckDb.QueryAsync("SELECT data_type FROM duckdb_columns() WHERE table_name = 'pages' AND column_name = 'details'"))[0][0]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(duckDb.Staging));
    }

    [Fact]
    public async Task Compacting_gives_space_back_and_changes_nothing_else()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync("kept", 50);
        for (var i = 0; i < 5; i++)
        {
            await duckDb.FillAsync(rows: 20_000 + i);
        }

        await duckDb.FillAsync();
        var schema = await duckDb.Destination.ReadSchemaAsync("pages", Stop);
        var partitions = await duckDb.Destination.ReadPartitionsAsync("pages", Stop);

        var (before, after) = await duckDb.Destination.CompactAsync(Stop);

        Assert.True(after < before / 2, $"{before} became {after}");
        Assert.Equal(new FileInfo(duckDb.Path).Length, after);
        Assert.Equal(schema!.Columns, (await duckDb.Destination.ReadSchemaAsync("pages", Stop))!.Columns);
        Assert.Equal(partitions, await duckDb.Destination.ReadPartitionsAsync("pages", Stop));
        Assert.Equal(50, (await duckDb.QueryAsync("FROM kept")).Count);
        Assert.Equal("The page", (await duckDb.QueryAsync("SELECT comment FROM duckdb_columns() WHERE table_name = 'pages' AND column_name = 'label'"))[0][0]);
        Assert.Equal([duckDb.Path, duckDb.Staging], Directory.EnumerateFileSystemEntries(duckDb.Folder.Path).Order(StringComparer.Ordinal));
        await duckDb.FillAsync(rows: 4);
        Assert.Equal(4, (await duckDb.QueryAsync("FROM pages")).Count);
    }

    [Fact]
    public async Task A_new_file_is_one_for_DuckDB_1_2_and_another_becomes_such_a_file_when_it_is_compacted()
    {
        const string version = "SELECT tags['storage_version'] || ' ' || block_size FROM pragma_database_size(), duckdb_databases() d WHERE d.database_name = current_database()";
        using var made = new DuckDbFixture();
        using var other = new DuckDbFixture();
        using (var connection = new DuckDBConnection($"DataSource={other.Path}"))
        {
            await connection.OpenAsync(Stop);
        }

        await made.FillAsync();
        await other.FillAsync();
        var before = (await other.QueryAsync(version))[0][0];
        await other.Destination.CompactAsync(Stop);

        Assert.Equal(("v1.2.0+ 16384", "v1.0.0+ 262144", "v1.2.0+ 16384"), ((await made.QueryAsync(version))[0][0], before, (await other.QueryAsync(version))[0][0]));
        Assert.Equal(2, (await other.QueryAsync("FROM pages")).Count);
    }

    [Fact]
    public async Task Compacting_nothing_does_nothing()
    {
        using var duckDb = new DuckDbFixture();

        Assert.Equal((0, 0), await duckDb.Destination.CompactAsync(Stop));
        Assert.False(File.Exists(duckDb.Path));
    }

    [Theory]
    [InlineData("IO Error: Could not write file \"/w/datasets.duckdb\": No space left on device", "destination.disk_full", Fault.Workspace)]
    [InlineData("TransactionContext Error: Failed to commit: Could not write file \"/w/datasets.duckdb.wal\": No space left on device", "destination.disk_full", Fault.Workspace)]
    [InlineData("DuckDBOpen failed: IO Error: Cannot open file \"/w/datasets.duckdb\": Permission denied", "destination.file_denied", Fault.Workspace)]
    [InlineData("IO Error: Trying to read a database file with version number 99, but we can only read versions between 64 and 67.", "destination.newer_version", Fault.Workspace)]
    [InlineData("Out of Memory Error: failed to offload data block of size 256.0 KiB", "destination.out_of_memory", Fault.Workspace)]
    [InlineData("TransactionContext Error: Failed to commit: Conflict on update!", "destination.conflict", Fault.Destination)]
    [InlineData("IO Error: Could not read from file \"/w/datasets.duckdb\": Input/output error", "destination.io", Fault.Workspace)]
    [InlineData("Constraint Error: something else", "destination.engine", Fault.Destination)]
    public void Engine_failures_become_failures_for_people(string text, string code, Fault fault)
    {
        var failure = DuckDbErrors.Explain(new DuckDbAppendException(text), "/w/datasets.duckdb");

        Assert.Equal((code, fault), (failure.Code, failure.Fault));
        Assert.Contains("/w/datasets.duckdb", failure.Message, StringComparison.Ordinal);
    }
}
