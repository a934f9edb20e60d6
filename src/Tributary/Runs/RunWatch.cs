using Tributary.Model;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>While a run is at work: writes about every second where it is, and stops it when a person asks for that in the store, or its quiet hours are over.</summary>
internal sealed class RunWatch : IProgress<RunProgress>, IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly RunStores _stores;
    private readonly string _runId;
    private readonly IProgress<RunProgress>? _listener;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;
    private RunProgress? _last;
    private Task? _planned;

    /// <summary>Begins to watch.</summary>
    /// <param name="stores">What is kept of runs.</param>
    /// <param name="runId">The run.</param>
    /// <param name="listener">Told of its progress too; null for none.</param>
    /// <param name="hours">The hours outside of which it is stopped; null for none.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    public RunWatch(RunStores stores, string runId, IProgress<RunProgress>? listener, QuietHours? hours, TimeProvider clock, CancellationToken cancellationToken)
    {
        _stores = stores;
        _runId = runId;
        _listener = listener;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _loop = LoopAsync(hours, clock);
    }

    /// <summary>Cancelled when the run has to stop, whoever wants it.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Whether a person asked the run to stop.</summary>
    public bool StopRequested { get; private set; }

    /// <summary>Whether another process has ended the run, taking this one for dead.</summary>
    public bool IsLost { get; private set; }

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        _planned ??= LogPlanAsync(value.WindowsPlanned);
        _last = value;
        _listener?.Report(value);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        await (_planned ?? Task.CompletedTask);
        _end.Dispose();
        _stop.Dispose();
    }

    private async Task LoopAsync(QuietHours? hours, TimeProvider clock)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                if (QuietWait.Of(hours, clock.GetUtcNow()) is not null)
                {
                    await _stop.CancelAsync();
                    return;
                }

                await LookAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private async Task LogPlanAsync(int windows)
    {
        try
        {
            await _stores.History.WriteLogAsync(_runId, [("info", $"{windows} {(windows == 1 ? "window" : "windows")} to read.")], CancellationToken.None);
        }
        catch (TributaryException)
        {
            // As below: a run does not fail for want of a line.
        }
    }

    private async Task LookAsync()
    {
        try
        {
            var asked = await _stores.Queue.BeatAsync(_runId, Interlocked.Exchange(ref _last, null), _end.Token);
            if (asked != false && !StopRequested && !IsLost)
            {
                StopRequested = asked is true;
                IsLost = asked is null;
                await _stop.CancelAsync();
            }
        }
        catch (TributaryException)
        {
            // The store was busy: the next look comes in a second, and a run does not fail for want of a progress bar.
        }
    }
}
