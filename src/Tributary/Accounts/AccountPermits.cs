using System.Collections.Concurrent;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Accounts;

/// <summary>Has the limits of an account hold over all nodes of a store: a request begins when the store has a place for it.</summary>
internal sealed class AccountPermits : IDisposable
{
    // A place that comes free is not told; so often is looked.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    // Waits until a known time are cut into pieces, since an account's limit may be changed meanwhile.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly RequestStore _requests;
    private readonly TimeProvider _clock;
    private readonly string _node = Guid.NewGuid().ToString();
    private readonly ITimer _renewal;
    // Those alone are renewed: one that could not be given back ends by itself.
    private readonly ConcurrentDictionary<string, bool> _held = new(StringComparer.Ordinal);

    public AccountPermits(RequestStore requests, TimeProvider clock)
    {
        _requests = requests;
        _clock = clock;
        _renewal = clock.CreateTimer(_ => _ = RenewAsync(), null, RequestStore.Held / 3, RequestStore.Held / 3);
    }

    /// <summary>The permits of an account.</summary>
    public IRequestPermits Of(string accountId) => new Permits(this, accountId);

    /// <inheritdoc/>
    public void Dispose() => _renewal.Dispose();

    private async Task<IAsyncDisposable> EnterAsync(string account, int parallel, int? perMinute, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (id, wait) = await _requests.TakeAsync(account, _node, parallel, perMinute, cancellationToken);
            if (id is not null)
            {
                _held[id] = true;
                return new Place(this, id);
            }

            await Task.Delay(wait <= TimeSpan.Zero ? Look : wait < LongestWait ? wait : LongestWait, _clock, cancellationToken);
        }
    }

    private async Task LeaveAsync(string id)
    {
        _held.TryRemove(id, out _);
        try
        {
            await _requests.LeaveAsync(id, CancellationToken.None);
        }
        catch (TributaryException)
        {
            // The answer is worth more than the place, which ends by itself.
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            if (_held.Keys is { Count: > 0 } held)
            {
                await _requests.HoldAsync([.. held], CancellationToken.None);
            }
        }
        catch (TributaryException)
        {
            // The next renewal comes before the places end.
        }
    }

    private sealed class Permits(AccountPermits permits, string account) : IRequestPermits
    {
        public Task<IAsyncDisposable> EnterAsync(int parallelRequests, int? requestsPerMinute, CancellationToken cancellationToken) =>
            permits.EnterAsync(account, parallelRequests, requestsPerMinute, cancellationToken);
    }

    private sealed class Place(AccountPermits permits, string id) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await permits.LeaveAsync(id);
    }
}
