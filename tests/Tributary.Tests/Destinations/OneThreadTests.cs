using System.Collections.Concurrent;

namespace Tributary.Tests.Destinations;

public sealed class OneThreadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A web page comes back to its own one thread after every wait, as a desktop program does.</summary>
    [Fact]
    public async Task Readings_side_by_side_on_one_thread_do_not_wait_for_each_other()
    {
        using var duckDb = new DuckDbFixture();
        await duckDb.FillAsync();

        var read = await OneThread.RunAsync(async () =>
        {
            var count = 0;
            for (var round = 0; round < 20; round++)
            {
                count += (await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => duckDb.Destination.ReadSchemaAsync("pages", Stop)))).Count(s => s is not null);
            }

            return count;
        }).WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, Stop);

        Assert.Equal(120, read);
    }

    private sealed class OneThread : SynchronizationContext
    {
        private readonly BlockingCollection<(SendOrPostCallback Work, object? State)> _work = [];

        public static Task<T> RunAsync<T>(Func<Task<T>> work)
        {
            var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            var context = new OneThread();
            var thread = new Thread(() =>
            {
                SetSynchronizationContext(context);
                _ = context.TellAsync(work, done);
                foreach (var (callback, state) in context._work.GetConsumingEnumerable())
                {
                    callback(state);
                }
            })
            { IsBackground = true };
            thread.Start();
            return done.Task;
        }

        public override void Post(SendOrPostCallback d, object? state) => _work.Add((d, state));

        private async Task TellAsync<T>(Func<Task<T>> work, TaskCompletionSource<T> done)
        {
            try
            {
                done.SetResult(await work());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }

            _work.CompleteAdding();
        }
    }
}
