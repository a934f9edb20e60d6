using Tributary.Applying;
using Tributary.Model;

namespace Tributary.Tests.Runs;

/// <summary>What deleting a DataSet leaves, and what it does to a run.</summary>
public class DeletingTests
{
    private static readonly DetailsInput Yesterday = new() { Report = "UserCountry.getCountry" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_that_a_deleted_DataSet_left_is_taken_over_by_no_other()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits["2026-11-24"] = 3;
        await fixture.AddAsync("Countries", Yesterday);
        await fixture.RunAsync("Countries");
        await fixture.Workspace.DeleteDataSetAsync("Countries", keepData: true, Stop);
        await fixture.AddAsync("Other", Yesterday);

        var added = await Assert.ThrowsAsync<InputException>(() => fixture.AddAsync("Countries", Yesterday));
        var copied = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.DuplicateDataSetAsync("Other", "Countries", Stop));
        var applied = await Assert.ThrowsAsync<InputException>(() => fixture.Workspace.ApplyFileAsync(File(""), Stop));
        await fixture.Workspace.ApplyFileAsync(File("\n    table: countries_2"), Stop);
        await fixture.RunAsync("Countries");

        Assert.All([added, copied, applied], e => Assert.Contains("--table: countries_2", e.Message, StringComparison.Ordinal));
        Assert.Equal("--table", Assert.Single(added.Problems).Field);
        Assert.Equal([[2L]], await fixture.QueryAsync("SELECT count(*) FROM countries"));
        Assert.Equal([[2L]], await fixture.QueryAsync("SELECT count(*) FROM countries_2"));
        await fixture.Workspace.DeleteDataSetAsync("Countries", keepData: false, Stop);
        Assert.Equal([[2L]], await fixture.QueryAsync("SELECT count(*) FROM countries"));
    }

    [Fact]
    public async Task What_a_dropped_table_has_left_belongs_to_no_other_DataSet_either()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits["2026-11-24"] = 3;
        await fixture.AddAsync("Countries", Yesterday);
        await fixture.RunAsync("Countries");
        await fixture.Workspace.DeleteDataSetAsync("Countries", keepData: true, Stop);
        await using (var connection = new DuckDB.NET.Data.DuckDBConnection($"Data Source={Path.Combine(fixture.Folder, "datasets.duckdb")}"))
        {
            await connection.OpenAsync(Stop);
            await using var drop = connection.CreateCommand();
            drop.CommandText = "DROP TABLE countries";
            await drop.ExecuteNonQueryAsync(Stop);
        }

        await Assert.ThrowsAsync<InputException>(() => fixture.AddAsync("Countries", Yesterday));

        Assert.Empty(await fixture.Workspace.ListDataSetsAsync(Stop));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_at_work_is_stopped_and_writes_nothing_once_its_DataSet_is_deleted(bool pruned)
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits["2026-11-24"] = 3;
        await fixture.AddAsync("Countries", Yesterday);
        await fixture.RunAsync("Countries");
        var asked = new TaskCompletionSource();
        using var answer = new ManualResetEventSlim();
        fixture.Matomo.Anything = request =>
        {
            if (request.Method == "UserCountry.getCountry")
            {
                asked.TrySetResult();
                answer.Wait(Stop);
            }

            return null;
        };
        var run = fixture.RunAsync("Countries", full: true);
        await asked.Task.WaitAsync(Stop);

        var deleting = pruned ? fixture.Workspace.ApplyFileAsync(new FileRequest { Text = "version: 1\n", Folder = fixture.Folder, Variable = _ => null, Prune = true }, Stop) : fixture.Workspace.DeleteDataSetAsync("Countries", keepData: false, Stop);
        await PatientlyAsync(fixture, deleting);
        answer.Set();
        var result = await run;

        Assert.Equal((RunStatus.Cancelled, null), (result.Status, result.Error));
        Assert.Empty(await fixture.Workspace.ListDataSetsAsync(Stop));
        Assert.Equal([[0L]], await fixture.QueryAsync("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE '%countries%'"));
    }

    [Fact]
    public async Task A_DataSet_whose_run_does_not_stop_stays_and_says_why()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        fixture.Matomo.Visits["2026-11-24"] = 3;
        var added = await fixture.AddAsync("Countries", Yesterday);
        await fixture.RunAsync("Countries");
        var store = await Tributary.Store.StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop);
        var other = await new Tributary.Store.RunStore(store, fixture.Clock).BeginAsync(added.Id, "manual", Stop);
        Assert.NotNull(other);

        var deleting = fixture.Workspace.DeleteDataSetAsync("Countries", keepData: false, Stop);
        var error = await Assert.ThrowsAsync<TributaryException>(() => PatientlyAsync(fixture, deleting));

        Assert.Equal("run.already_running", error.Code);
        Assert.Equal([[2L]], await fixture.QueryAsync("SELECT count(*) FROM countries"));
        Assert.Equal("Countries", Assert.Single(await fixture.Workspace.ListDataSetsAsync(Stop)).Definition.Name);
    }

    private static FileRequest File(string more) => new()
    {
        Text = $"version: 1\ndatasets:\n  - name: Countries\n    account: Shop\n    report: UserCountry.getCountry{more}\n",
        Folder = "",
        Variable = _ => null,
    };

    private static async Task PatientlyAsync(WorkspaceFixture fixture, Task task)
    {
        while (!task.IsCompleted)
        {
            fixture.Clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop));
        }

        await task;
    }
}
