using Tributary.Model;

namespace Tributary.Store;

/// <summary>The right to run a DataSet, renewed by itself until it is disposed.</summary>
public sealed class RunLock : IAsyncDisposable
{
    private readonly RunLockStore _store;
    private readonly string _dataSetId;
    private readonly string _ticket;
    private readonly CancellationTokenSource _lost = new();
    private readonly ITimer _timer;
    private Task _renewal = Task.CompletedTask;

    internal RunLock(RunLockStore store, string dataSetId, string ticket, TimeProvider clock)
    {
        _store = store;
        _dataSetId = dataSetId;
        _ticket = ticket;
        var pace = RunLockStore.Lifetime / 3;
        _timer = clock.CreateTimer(_ => _renewal = RenewAsync(), null, pace, pace);
    }

    /// <summary>Set off when the lock went to somebody else, after this machine was asleep for long: the run must stop.</summary>
    public CancellationToken Lost => _lost.Token;

    internal Task LastRenewal => _renewal;

    /// <summary>Gives the lock back. That it cannot be, for a full disk say, is no failure of the run: it ends by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _renewal;
        try
        {
            await _store.ReleaseAsync(_dataSetId, _ticket, CancellationToken.None);
        }
        catch (TributaryException)
        {
        }

        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        try
        {
            if (!await _store.RenewAsync(_dataSetId, _ticket, CancellationToken.None))
            {
                await _lost.CancelAsync();
            }
        }
        catch (TributaryException)
        {
            // The next renewal comes before the lock ends.
        }
    }
}
