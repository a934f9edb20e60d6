using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Testing;

/// <summary>
/// The process that is killed: it runs a DataSet when it is told to, says on its output how far it is, and stands still at the point named,
/// until somebody kills it. Without a point it goes on slowly, so that a kill at any time meets every phase.
/// </summary>
internal sealed class CrashChild(CrashPoint? point, int number) : IProgress<RunProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(12);

    private int _met;

    public static async Task RunAsync(string folder, string name, string point, int number)
    {
        var child = new CrashChild(Enum.TryParse<CrashPoint>(point, out var known) ? known : null, number);
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        await using var workspace = await Workspace.OpenAsync(folder, TimeProvider.System, new WorkspaceOptions { Watched = d => new Watched(d, child) }, CancellationToken.None);
        await workspace.RunAsync(new RunRequest { Names = [name], Full = true }, child, CancellationToken.None);
        Console.WriteLine("ended");
    }

    public void Report(RunProgress value)
    {
        if (value.WindowsDone > 0 && value.Result is null && value.WindowsDone == value.WindowsPlanned)
        {
            ReachAsync(CrashPoint.BeforeRecord).GetAwaiter().GetResult();
        }
    }

    private async Task ReachAsync(CrashPoint reached)
    {
        Console.WriteLine(reached);
        if (reached == point && Interlocked.Increment(ref _met) == number)
        {
            Console.WriteLine("here");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
        }

        if (point is null)
        {
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    private sealed class Watched(IDestination inner, CrashChild child) : PassedOnDestination(inner)
    {
        public override async Task CommitAsync(WindowCommit commit, CancellationToken cancellationToken)
        {
            await child.ReachAsync(CrashPoint.BeforeCommit);
            await base.CommitAsync(commit with { Rows = new WatchedRows(commit.Rows, child) }, cancellationToken);
            await child.ReachAsync(CrashPoint.AfterCommit);
        }
    }

    private sealed class WatchedRows(IStagedRows inner, CrashChild child) : IStagedRows
    {
        public long Count => inner.Count;

        public IEnumerable<RowBatch> ReadBatches()
        {
            foreach (var batch in inner.ReadBatches())
            {
                yield return batch;

                // Behind a batch: its rows are in the open transaction.
                child.ReachAsync(CrashPoint.InsideCommit).GetAwaiter().GetResult();
            }
        }
    }
}
