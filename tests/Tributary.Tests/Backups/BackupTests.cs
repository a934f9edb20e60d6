using System.Globalization;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Store;
using Tributary.Testing;
using Tributary.Tests.Runs;

namespace Tributary.Tests.Backups;

public class BackupTests
{
    private static readonly DetailsInput Countries = new() { Report = "UserCountry.getCountry", Start = "2026-10-01", EndDaysBack = "1" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_opens_as_a_workspace_with_all_it_held()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits["2026-11-24"] = 3;
        await fixture.AddAsync("Countries", Countries);
        await fixture.RunAsync("Countries");
        using var elsewhere = new TemporaryFolder();

        var backup = await fixture.Workspace.BackUpAsync(elsewhere.File("copy"), withKeys: true, Stop);

        await using var restored = await Workspace.OpenAsync(backup.Folder, fixture.Clock, Stop);
        Assert.Equal(2, (await restored.GetDataSetAsync("Countries", Stop)).Rows);
        Assert.Equal(RunStatus.Succeeded, Assert.Single(await restored.RunAsync(new RunRequest { Names = ["Countries"] }, null, Stop)).Status);
        Assert.Equal(["copy"], Directory.EnumerateFileSystemEntries(elsewhere.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Rows_that_were_committed_and_not_yet_recorded_are_recorded_in_the_backup()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits["2026-11-24"] = 3;
        var dataSet = await fixture.AddAsync("Countries", Countries);
        await fixture.RunAsync("Countries");
        await fixture.ForgetPartitionsAsync(dataSet.Id);
        using var elsewhere = new TemporaryFolder();

        var backup = await fixture.Workspace.BackUpAsync(elsewhere.File("copy"), withKeys: true, Stop);

        await using var restored = await Workspace.OpenAsync(backup.Folder, fixture.Clock, Stop);
        Assert.Equal(2, (await restored.ReadPartitionsAsync("Countries", Stop)).Sum(p => p.Rows));
        Assert.Equal(2, await CountAsync(restored, "countries"));
    }

    [Fact]
    public async Task A_run_at_work_has_ended_in_the_backup_and_goes_on_beside_it()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits["2026-11-24"] = 3;
        var dataSet = await fixture.AddAsync("Countries", Countries);
        await fixture.RunAsync("Countries");
        var store = await StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop);
        var atWork = await new RunStore(store, fixture.Clock).BeginAsync(dataSet.Id, RunTriggers.Manual, Stop);
        using var elsewhere = new TemporaryFolder();

        var backup = await fixture.Workspace.BackUpAsync(elsewhere.File("copy"), withKeys: true, Stop);

        await using var restored = await Workspace.OpenAsync(backup.Folder, fixture.Clock, Stop);
        var copied = await restored.Runs.GetAsync(atWork!, Stop);
        Assert.Equal((RunStatus.Failed, "run.interrupted"), (copied.Status, copied.Result!.Error!.Code));
        Assert.All(await restored.DiagnoseAsync(Stop), f => Assert.True(f.Ok, f.Message));
        Assert.Equal(RunStatus.Running, (await fixture.Workspace.Runs.GetAsync(atWork!, Stop)).Status);
    }

    [Fact]
    public async Task What_is_recorded_of_a_table_elsewhere_stays_in_the_backup()
    {
        var kinds = new WorkspaceOptions { Kinds = [new SecondFileKind()] };
        await using var fixture = await WorkspaceFixture.CreateAsync(kinds);
        fixture.Matomo.Visits["2026-11-24"] = 3;
        await fixture.AddAsync("Countries", Countries);
        await fixture.RunAsync("Countries");
        using var elsewhere = new TemporaryFolder();
        await fixture.Workspace.Destinations.AddAsync(new NewDestination("Warehouse", "second", new Dictionary<string, string> { ["path"] = elsewhere.File("second.duckdb") }), Stop);
        await fixture.Workspace.MoveToDestinationAsync("Countries", "Warehouse", keep: true, null, Stop);

        var backup = await fixture.Workspace.BackUpAsync(elsewhere.File("copy"), withKeys: true, Stop);

        await using var restored = await Workspace.OpenAsync(backup.Folder, fixture.Clock, kinds, Stop);
        Assert.Equal(await fixture.Workspace.ReadPartitionsAsync("Countries", Stop), await restored.ReadPartitionsAsync("Countries", Stop));
        Assert.Equal(2, (await restored.GetDataSetAsync("Countries", Stop)).Rows);
    }

    [Fact]
    public async Task Without_keys_all_is_there_but_the_token_which_can_be_given_again()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits["2026-11-24"] = 3;
        await fixture.AddAsync("Countries", Countries);
        await fixture.RunAsync("Countries");
        using var elsewhere = new TemporaryFolder();

        var backup = await fixture.Workspace.BackUpAsync(elsewhere.File("copy"), withKeys: false, Stop);

        Assert.False(Directory.Exists(Path.Combine(backup.Folder, "keys")));
        await using var restored = await Workspace.OpenAsync(backup.Folder, fixture.Clock, Stop);
        Assert.Equal(2, (await restored.GetDataSetAsync("Countries", Stop)).Rows);
        var failed = Assert.Single(await restored.RunAsync(new RunRequest { Names = ["Countries"] }, null, Stop));
        Assert.Equal("workspace.key_missing", failed.Error!.Code);
        await restored.Accounts.ReplaceTokenAsync("Shop", new AccessToken(CanaryToken.Value), Stop);
        Assert.Equal(RunStatus.Succeeded, Assert.Single(await restored.RunAsync(new RunRequest { Names = ["Countries"] }, null, Stop)).Status);
    }

    [Fact]
    public async Task Nobody_else_may_read_a_backup()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        await using var fixture = await WorkspaceFixture.CreateAsync();
        using var elsewhere = new TemporaryFolder();

        var backup = await fixture.Workspace.BackUpAsync(elsewhere.File("copy"), withKeys: true, Stop);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(backup.Folder));
            var keys = Directory.GetFiles(Path.Combine(backup.Folder, "keys"));
            Assert.NotEmpty(keys);
            foreach (var key in keys)
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
            }

        }
    }

    [Theory]
    [InlineData("workspace")]
    [InlineData("workspace/inside")]
    [InlineData("there")]
    public async Task Nothing_is_ever_overwritten(string name)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        var parent = Path.GetDirectoryName(fixture.Folder)!;
        Directory.CreateDirectory(Path.Combine(parent, "there"));
        var before = Directory.GetFileSystemEntries(parent, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

        await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.BackUpAsync(Path.Combine(parent, name), withKeys: true, Stop));

        Assert.Equal(before, Directory.GetFileSystemEntries(parent, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Backups_made_while_runs_commit_have_in_every_table_what_its_partition_states_say()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        for (var day = new DateOnly(2026, 10, 1); day < new DateOnly(2026, 11, 25); day = day.AddDays(1))
        {
            fixture.Matomo.Visits[day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)] = day.DayNumber % 50;
        }

        string[] names = ["A", "B", "C"];
        foreach (var name in names)
        {
            await fixture.AddAsync(name, Countries);
        }

        await fixture.RunAsync("A");
        using var elsewhere = new TemporaryFolder();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var runs = new int[names.Length];
        var running = names.Select((name, index) => Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync(name, full: true)).Status);
                    Interlocked.Increment(ref runs[index]);
                }
            },
            Stop)).ToList();

        // Until every DataSet has run again meanwhile, however slow the machine; a run that failed ends it too.
        var backups = new List<BackupResult>();
        while (backups.Count < 6 || (runs.Any(r => r < 3) && !running.Exists(r => r.IsFaulted)))
        {
            backups.Add(await fixture.Workspace.BackUpAsync(elsewhere.File($"copy {backups.Count}"), withKeys: true, Stop));
        }

        await done.CancelAsync();
        await Task.WhenAll(running);
        var (rows, cut) = (0L, 0);
        foreach (var backup in backups)
        {
            await using var restored = await Workspace.OpenAsync(backup.Folder, fixture.Clock, Stop);
            Assert.False(await restored.HasWorkerAsync(Stop));
            foreach (var name in names)
            {
                var states = await restored.ReadPartitionsAsync(name, Stop);
                var table = await CountAsync(restored, name);
                Assert.Equal(states.Sum(p => p.Rows), table);

                // Every run writes as many rows as the one before: only which run they are of tells an old state from a new one.
                Assert.Equal(table == 0 ? [] : await RunsAsync(restored, name), states.Select(p => $"{p.Key.Start:yyyy-MM-dd} {p.RunId}").Order(StringComparer.Ordinal));
                rows += table;
                cut += (await restored.ReadHistoryAsync(name, Stop)).Runs.Count(r => r.Status == RunStatus.Running);
                Assert.Equal(RunStatus.Succeeded, Assert.Single(await restored.RunAsync(new RunRequest { Names = [name] }, null, Stop)).Status);
                Assert.DoesNotContain((await restored.ReadHistoryAsync(name, Stop)).Runs, r => r.Status == RunStatus.Running);
            }
        }

        Assert.True(rows > 0, "No backup had rows.");
        TestContext.Current.SendDiagnosticMessage($"{backups.Count} backups, {rows} rows, {cut} runs under way");
    }

    private static async Task<long> CountAsync(Workspace workspace, string table)
    {
        async Task<long> NumberAsync(string sql)
        {
            await using var result = await workspace.QueryAsync(sql, Stop);
            return (long)(await result.Rows.FirstAsync(Stop))[0]!;
        }

        return await NumberAsync($"SELECT count(*) FROM duckdb_tables() WHERE table_name ILIKE '{table}'") == 0 ? 0 : await NumberAsync($"SELECT count(*) FROM {table}");
    }

    private static async Task<IEnumerable<string>> RunsAsync(Workspace workspace, string table)
    {
        await using var result = await workspace.QueryAsync($"SELECT DISTINCT strftime(period_start, '%Y-%m-%d') || ' ' || _run_id FROM {table}", Stop);
        return (await result.Rows.Select(row => (string)row[0]!).ToListAsync(Stop)).Order(StringComparer.Ordinal);
    }
}
