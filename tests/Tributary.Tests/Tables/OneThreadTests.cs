using System.Collections.Concurrent;
using Tributary.Tables;

namespace Tributary.Tests.Tables;

/// <summary>A page calls from one thread alone, to which everything comes back: nothing may wait there for what needs that thread.</summary>
public sealed class OneThreadTests(FilledWorkspace filled) : IClassFixture<FilledWorkspace>
{
    [Fact]
    public async Task Many_reads_at_once_from_one_thread_all_end()
    {
        var reading = new TaskCompletionSource<Task>();
        using var page = new OneThread();
        page.Post(_ => reading.SetResult(ReadManyAsync()), null);

        await (await reading.Task).WaitAsync(TestContext.Current.CancellationToken);
    }

    private async Task ReadManyAsync()
    {
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).SelectMany(_ => new Task[]
            {
                filled.Workspace.Tables.ReadRowsAsync("Countries", new RowRequest { Take = 5 }, TestContext.Current.CancellationToken),
                filled.Workspace.GetDataSetAsync("Countries", TestContext.Current.CancellationToken),
                ReadAllAsync(filled.Workspace),
            }));
        }
    }

    private static async Task ReadAllAsync(Workspace workspace)
    {
        await using var result = await workspace.QueryAsync("SELECT 1", TestContext.Current.CancellationToken);
        await foreach (var _ in result.Rows)
        {
        }
    }

    /// <summary>What a page's dispatcher is: one thing after another, on one thread.</summary>
    private sealed class OneThread : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];

        public OneThread() => new Thread(() =>
        {
            SetSynchronizationContext(this);
            foreach (var (callback, state) in _queue.GetConsumingEnumerable())
            {
                callback(state);
            }
        })
        { IsBackground = true }.Start();

        public override void Post(SendOrPostCallback d, object? state) => _queue.Add((d, state));

        public void Dispose() => _queue.CompleteAdding();
    }
}
