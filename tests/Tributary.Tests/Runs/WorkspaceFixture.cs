using Microsoft.Extensions.Time.Testing;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Store;
using Tributary.Testing;

namespace Tributary.Tests.Runs;

/// <summary>A workspace of one test with an account on a <see cref="PretendMatomo"/>, on the morning of 2026-11-25.</summary>
internal sealed class WorkspaceFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private WorkspaceFixture()
    {
    }

    public PretendMatomo Matomo { get; } = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    public string Folder => _folder.File("workspace");

    public Workspace Workspace { get; private set; } = null!;

    /// <summary>What the workspace is opened with.</summary>
    public WorkspaceOptions Options { get; init; } = new();

    public static async Task<WorkspaceFixture> CreateAsync(WorkspaceOptions? options = null)
    {
        var fixture = new WorkspaceFixture { Options = options ?? new WorkspaceOptions() };
        await fixture.OpenAsync();
        var test = await fixture.Workspace.Accounts.AddAsync(
            new NewAccount { Name = "Shop", Url = fixture.Matomo.Address.ToString(), Token = new AccessToken(CanaryToken.Value) },
            TestContext.Current.CancellationToken);
        Assert.DoesNotContain(test.Steps, s => s.Result == ConnectionStepResult.Failed);
        return fixture;
    }

    public async Task OpenAsync() => Workspace = await Workspace.OpenAsync(Folder, Clock, Options, TestContext.Current.CancellationToken);

    public Task<DataSet> AddAsync(string name, DetailsInput details, DataSetSettings? settings = null) =>
        Workspace.AddDataSetAsync(new NewDataSet { Name = name, Account = "Shop", Details = details, Settings = settings ?? new DataSetSettings() }, TestContext.Current.CancellationToken);

    public async Task<RunResult> RunAsync(string name, bool full = false) =>
        Assert.Single(await Workspace.RunAsync(new RunRequest { Names = [name], Full = full }, null, TestContext.Current.CancellationToken));

    /// <summary>Runs while the clock goes on by itself, so that the waits between attempts end.</summary>
    public async Task<RunResult> RunPatientlyAsync(string name)
    {
        var run = RunAsync(name);
        while (!run.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromSeconds(30));
            await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        return await run;
    }

    public async Task<List<object?[]>> QueryAsync(string sql)
    {
        await using var result = await Workspace.QueryAsync(sql, TestContext.Current.CancellationToken);
        var rows = new List<object?[]>();
        await foreach (var row in result.Rows)
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>The state after a crash between the commit of the data and the record of it.</summary>
    public async Task ForgetPartitionsAsync(string dataSetId)
    {
        var store = await StoreDatabase.OpenAsync(Path.Combine(Folder, "tributary.db"), TestContext.Current.CancellationToken);
        await store.ExecuteAsync("DELETE FROM partitions WHERE dataset_id = @id", [("id", dataSetId)], TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Workspace.DisposeAsync();
        await Matomo.DisposeAsync();
        _folder.Dispose();
    }
}
