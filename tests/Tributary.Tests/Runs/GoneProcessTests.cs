using Tributary.Model;
using Tributary.Store;

namespace Tributary.Tests.Runs;

/// <summary>What is said of a run whose process was killed, before the next run finds it, and of data that is gone.</summary>
public class GoneProcessTests
{
    private static readonly DetailsInput ThreeDays = new() { Report = "UserCountry.getCountry", StartDaysBack = "3", EndDaysBack = "1" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_run_is_not_said_to_be_at_work_and_nobody_is_asked_to_stop_it()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", ThreeDays);
        var run = await fixture.RunAsync("Countries");
        await ReviveAsync(fixture, run.RunId);

        var entry = Assert.Single((await fixture.Workspace.ReadHistoryAsync("Countries", Stop)).Runs);
        var findings = await fixture.Workspace.DiagnoseAsync(Stop);
        var active = await fixture.Workspace.Runs.ActiveAsync(Stop);
        var stopped = await fixture.Workspace.StopAsync("Countries", Stop);

        Assert.Equal((RunStatus.Failed, "run.interrupted"), (entry.Status, entry.Result?.Error?.Code));
        Assert.Contains(findings, f => f is { Name: "run of Countries", Ok: false } && f.Message.Contains("tributary dataset run \"Countries\"", StringComparison.Ordinal));
        Assert.Empty(active);
        Assert.Equal((0, 0), stopped);
        Assert.DoesNotContain(await fixture.Workspace.DiagnoseAsync(Stop), f => f.Name == "run of Countries");
    }

    [Fact]
    public async Task A_data_file_that_is_gone_or_is_none_is_named_by_the_doctor()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        Assert.True(Data(await fixture.Workspace.DiagnoseAsync(Stop)).Ok);
        await fixture.AddAsync("Countries", ThreeDays);
        fixture.Matomo.Visits["2026-11-23"] = 5;
        await fixture.RunAsync("Countries");
        await fixture.Workspace.DisposeAsync();
        var file = Path.Combine(fixture.Folder, "datasets.duckdb");
        File.Delete(file);
        await fixture.OpenAsync();

        var gone = Data(await fixture.Workspace.DiagnoseAsync(Stop));
        await fixture.Workspace.DeleteDataSetAsync("Countries", keepData: true, Stop);
        await fixture.Workspace.DisposeAsync();
        await File.WriteAllTextAsync(file, new string('x', 20_000), Stop);
        await fixture.OpenAsync();
        var garbage = Data(await fixture.Workspace.DiagnoseAsync(Stop));

        Assert.False(gone.Ok);
        Assert.StartsWith($"The data file {file} is gone", gone.Message, StringComparison.Ordinal);
        Assert.EndsWith("tributary dataset run \"Countries\" --from 2026-11-22 --to 2026-11-24", gone.Message, StringComparison.Ordinal);
        Assert.False(garbage.Ok);
    }

    [Fact]
    public async Task A_revert_that_was_refused_is_no_failed_update()
    {
        await using var fixture = await WorkspaceFixture.CreateAsync();
        await fixture.AddAsync("Countries", ThreeDays);
        var run = await fixture.RunAsync("Countries");
        var store = await StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop);
        await store.ExecuteAsync(
            "INSERT INTO runs (id, dataset_id, trigger, status, attempt, started_at, ended_at) SELECT 'f' || id, dataset_id, 'revert', 'failed', 1, started_at, ended_at FROM runs WHERE id = @id", [("id", run.RunId)], Stop);

        Assert.Equal(1.0, (await fixture.Workspace.ReadHistoryAsync("Countries", Stop)).SuccessRate);
    }

    private static Finding Data(IReadOnlyList<Finding> findings) => findings.Single(f => f.Name == "data");

    /// <summary>The records as a killed process leaves them.</summary>
    private static async Task ReviveAsync(WorkspaceFixture fixture, string runId)
    {
        var store = await StoreDatabase.OpenAsync(Path.Combine(fixture.Folder, "tributary.db"), Stop);
        await store.ExecuteAsync("UPDATE runs SET status = 'running', ended_at = NULL, result = NULL WHERE id = @id", [("id", runId)], Stop);
    }
}
