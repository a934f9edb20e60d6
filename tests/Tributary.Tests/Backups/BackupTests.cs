using System.Globalization;
using Tributary.Matomo;
using Tributary.Model;
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
        await restored.ReplaceTokenAsync("Shop", new AccessToken(CanaryToken.Value), Stop);
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
        var running = names.Select(name => Task.Run(
            async () =>
            {
                var runs = 0;
                while (!done.IsCancellationRequested)
                {
                    Assert.Equal(RunStatus.Succeeded, (await fixture.RunAsync(name, full: true)).Status);
                    runs++;
                }

                return runs;
            },
            Stop)).ToList();
        var backups = new List<BackupResult>();
        for (var i = 0; i < 6; i++)
        {
            backups.Add(await fixture.Workspace.BackUpAsync(elsewhere.File($"copy {i}"), withKeys: true, Stop));
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(running), runs => Assert.True(runs > 1, "Nothing ran while the backups were made."));
        var (rows, cut) = (0L, 0);
        foreach (var backup in backups)
        {
            await using var restored = await Workspace.OpenAsync(backup.Folder, fixture.Clock, Stop);
            Assert.False(await restored.HasWorkerAsync(Stop));
            foreach (var name in names)
            {
                var states = (await restored.ReadPartitionsAsync(name, Stop)).Sum(p => p.Rows);
                var table = await CountAsync(restored, name);
                Assert.Equal(states, table);
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
}
