using Microsoft.Extensions.Time.Testing;
using Tributary.Accounts;
using Tributary.DataCenter.Hosting;
using Tributary.Model;

namespace Tributary.DataCenter.Tests;

public sealed class LiveRunsTests(Center center)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watchers_are_told_of_what_changes_and_of_nothing_else()
    {
        await center.Workspace.AddDataSetAsync(new NewDataSet { Name = "Watched", Account = "Main", Details = new DetailsInput { Report = "VisitsSummary.get" } }, Stop);
        await using var live = new LiveRuns(center.Workspace, new FakeTimeProvider());
        var told = 0;
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await center.Workspace.Runs.QueueAsync(new RunRequest { Names = ["Watched"] }, "ann", Stop);
        var watch = live.Watch(() =>
        {
            Interlocked.Increment(ref told);
            seen.TrySetResult();
        });

        await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.Equal(RunStatus.Queued, live.Of("watched")!.Status);
        Assert.Null(live.Of("nothing"));
        watch.Dispose();
        var before = Volatile.Read(ref told);
        await center.Workspace.StopAsync("Watched", Stop);
        await live.LookAsync(Stop);

        Assert.Null(live.Of("Watched"));
        Assert.Equal(before, Volatile.Read(ref told));
    }
}
