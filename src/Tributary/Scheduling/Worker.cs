using System.Collections.Concurrent;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Scheduling;

/// <summary>
/// Runs what is queued, a few at a time, until it is told to end: then the runs at work are cancelled between two windows and queued again.
/// It polls: several processes, on several machines too, share a store that cannot wake them.
/// </summary>
internal sealed class Worker(
    RunQueue queue,
    WorkerStore workers,
    Scheduler scheduler,
    Func<ClaimedRun, CancellationToken, Task<string>> run,
    Func<CancellationToken, Task<RunPart?>> takePart,
    Func<RunPart, CancellationToken, Task<string>> help,
    Func<IReadOnlyList<InterruptedRun>, Task> tell,
    TimeProvider clock,
    int atOnce,
    Action<string> say)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // Two looks are a second apart, and whatever the store takes.
    private static readonly TimeSpan Stillness = TimeSpan.FromSeconds(6);

    private readonly string _id = Guid.NewGuid().ToString();
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);
    private int _helping;

    /// <summary>Works until cancelled.</summary>
    /// <exception cref="TributaryException"><c>workspace.newer_version</c>: another node has a newer program.</exception>
    public async Task WorkAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? seen = null, recovered = null;
        var looked = clock.GetTimestamp();
        using var outdated = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TributaryException? newer = null;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    var now = await queue.PresentAsync(cancellationToken);
                    if (clock.GetElapsedTime(looked) > Stillness)
                    {
                        // While the records were away, or this process stood still, nobody could renew: who lives has to come first.
                        recovered = now + queue.RecoveryGrace - queue.RecoveryEvery;
                    }

                    looked = clock.GetTimestamp();
                    if (now < seen || !(now - seen < WorkerStore.Beat))
                    {
                        await workers.SeenAsync(_id, cancellationToken);
                        seen = now;
                    }

                    if (!(now - recovered < queue.RecoveryEvery) || recovered - now > queue.RecoveryGrace)
                    {
                        await RecoverAsync(cancellationToken);
                        recovered = now;
                    }

                    await TickAsync(now, cancellationToken);
                    await ClaimAsync(outdated.Token);
                }
                catch (TributaryException error) when (error.Code == "workspace.newer_version")
                {
                    // Nothing of what this one would write is asked for any more.
                    newer = error;
                    await outdated.CancelAsync();
                    break;
                }
                catch (TributaryException error)
                {
                    // The records may be busy or the disk full: what is due stays due.
                    say($"warning: {error.Message} It is tried again.");
                }

                await Task.Delay(Look, clock, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to end.
        }

        await Task.WhenAll(_running.Values);
        if (newer is not null)
        {
            throw new TributaryException(newer.Code, newer.Fault, $"Another node has a newer Tributary, which has changed the records. This one stops: {newer.Message}", newer);
        }

        await workers.RemoveAsync(_id, CancellationToken.None);
    }

    /// <summary>Queues what is due now.</summary>
    public async Task TickAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var due in await scheduler.TickAsync(now, cancellationToken))
        {
            say($"{due.DataSet}: due at {due.DueAt.ToUniversalTime():yyyy-MM-dd HH:mm}Z, {due.Message}");
        }
    }

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var recovered = await queue.RecoverAsync(cancellationToken);
        if (recovered.Count > 0)
        {
            say($"{recovered.Count} {(recovered.Count == 1 ? "run was" : "runs were")} interrupted: the process is gone. {recovered.Count(r => r.IsQueuedAgain)} queued again.");
            await tell(recovered);
        }
    }

    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        while (_running.Count < atOnce && await queue.ClaimAsync(null, cancellationToken) is { } claimed)
        {
            Begin(claimed.Id, () => run(claimed, cancellationToken));
        }

        // Whoever has nothing of its own to do helps with what takes long, and keeps a place for what becomes due.
        while (_running.Count < atOnce && Volatile.Read(ref _helping) < Math.Max(1, atOnce - 1) && await takePart(cancellationToken) is { } part)
        {
            Interlocked.Increment(ref _helping);
            Begin(part.Owner, async () =>
            {
                try
                {
                    return await help(part, cancellationToken);
                }
                finally
                {
                    Interlocked.Decrement(ref _helping);
                }
            });
        }
    }

    private void Begin(string id, Func<Task<string>> make)
    {
        // Begun only when it is on the list, so that it is off the list when it has ended.
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[id] = RunAsync(begin.Task, id, make);
        begin.SetResult();
    }

    private async Task RunAsync(Task begin, string id, Func<Task<string>> make)
    {
        await begin;
        try
        {
            say(await make());
        }
        catch (OperationCanceledException)
        {
            // Told to end before it had begun: found interrupted.
        }
        catch (Exception error)
        {
            // Its record could not be written. The lock is not renewed any more, so the run is found interrupted.
            say($"error: {error.Message}");
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }
}
