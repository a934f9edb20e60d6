using Tributary.Model;
using Tributary.Runs;

namespace Tributary.DataCenter.Hosting;

/// <summary>The runs at work and those that wait, looked at once a second while a page is open that shows them.</summary>
internal sealed class LiveRuns(Workspace workspace, TimeProvider clock) : IAsyncDisposable
{
    // As often as a run writes where it is.
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _end = new();
    private readonly List<Action> _watchers = [];
    private TaskCompletionSource _watched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _loop;
    private volatile IReadOnlyList<RunEntry> _active = [];

    /// <summary>Runs at work with where they are, then those that wait; as of the last look.</summary>
    public IReadOnlyList<RunEntry> Active => _active;

    /// <summary>When a run ended last, as of the last look; null before the first.</summary>
    public DateTimeOffset? LastEnd { get; private set; }

    /// <summary>The runs at work, as of the last look.</summary>
    public IReadOnlyList<RunEntry> Running => [.. _active.Where(r => r.Status == RunStatus.Running)];

    /// <summary>The run of a DataSet that is at work, or else waits; null when there is none.</summary>
    public RunEntry? Of(string dataSet) => _active.FirstOrDefault(r => string.Equals(r.DataSet, dataSet, StringComparison.OrdinalIgnoreCase));

    /// <summary>Tells of every change, progress included and once a second at most, until disposed. The first look comes at once.</summary>
    public IDisposable Watch(Action changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        lock (_gate)
        {
            _watchers.Add(changed);
            _loop ??= Task.Run(LoopAsync);
            _watched.TrySetResult();
        }

        return new Watcher(this, changed);
    }

    /// <summary>Looks now: after a page has queued or stopped something, its own view must not wait for the next look.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var (before, endedBefore) = (_active, LastEnd);
        var now = await workspace.Runs.ActiveAsync(cancellationToken);
        _active = now;

        // A short run begins and ends between two looks.
        LastEnd = await workspace.Runs.GetLastEndAsync(cancellationToken);
        if (IsSame(before, now) && endedBefore == LastEnd)
        {
            return;
        }

        Action[] watchers;
        lock (_gate)
        {
            watchers = [.. _watchers];
        }

        foreach (var watcher in watchers)
        {
            watcher();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await (_loop ?? Task.CompletedTask);
        _end.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                await WhileUnwatchedAsync();
                try
                {
                    await LookAsync(_end.Token);
                }
                catch (Exception error) when (error is not OperationCanceledException || !_end.IsCancellationRequested)
                {
                    // The store was busy, or away: the next look comes in a second, and one that fails must not be the last.
                }

                await Task.Delay(Every, clock, _end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The host ends.
        }
    }

    private Task WhileUnwatchedAsync()
    {
        lock (_gate)
        {
            if (_watchers.Count == 0 && _watched.Task.IsCompleted)
            {
                _watched = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return _watched.Task.WaitAsync(_end.Token);
        }
    }

    private static bool IsSame(IReadOnlyList<RunEntry> before, IReadOnlyList<RunEntry> now) =>
        before.Count == now.Count && before.Zip(now).All(p => p.First.RunId == p.Second.RunId && p.First.Status == p.Second.Status && p.First.Progress == p.Second.Progress);

    private sealed class Watcher(LiveRuns runs, Action changed) : IDisposable
    {
        public void Dispose()
        {
            lock (runs._gate)
            {
                runs._watchers.Remove(changed);
            }
        }
    }
}
