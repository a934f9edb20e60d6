using System.Collections.Concurrent;
using Tributary.Matomo;
using Tributary.Runs;

namespace Tributary.Accounts;

/// <summary>What several runs at the same time want to know of a server: asked for once for all of them, and anew for those that began later.</summary>
internal sealed class ServerFacts(TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<string, Fact<IReadOnlyList<MatomoSite>>> _sites = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Account, string Sites), Fact<IReadOnlyDictionary<int, IReadOnlyList<MatomoGoal>>>> _goals = new();

    private readonly ConcurrentDictionary<(string Account, int Site), Fact<IReadOnlyList<MatomoSegment>>> _segments = new();

    /// <summary>The sites of an account.</summary>
    /// <param name="account">The account's id.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="since">An answer asked for after this is new enough.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<MatomoSite>> SitesAsync(string account, MatomoClient client, DateTimeOffset since, CancellationToken cancellationToken) =>
        _sites.GetOrAdd(account, _ => new Fact<IReadOnlyList<MatomoSite>>(clock)).GetAsync(since, client.GetSitesAsync, cancellationToken);

    /// <summary>The goals of some sites, by site.</summary>
    /// <param name="account">The account's id.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="sites">The sites.</param>
    /// <param name="since">An answer asked for after this is new enough.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyDictionary<int, IReadOnlyList<MatomoGoal>>> GoalsAsync(string account, MatomoClient client, IReadOnlyList<int> sites, DateTimeOffset since, CancellationToken cancellationToken) =>
        _goals.GetOrAdd((account, string.Join(',', sites)), _ => new Fact<IReadOnlyDictionary<int, IReadOnlyList<MatomoGoal>>>(clock)).GetAsync(since, stop => client.GetGoalsAsync(sites, stop), cancellationToken);

    /// <summary>The segments saved for a site.</summary>
    /// <param name="account">The account's id.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="site">The site.</param>
    /// <param name="since">An answer asked for after this is new enough.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<MatomoSegment>> SegmentsAsync(string account, MatomoClient client, int site, DateTimeOffset since, CancellationToken cancellationToken) =>
        _segments.GetOrAdd((account, site), _ => new Fact<IReadOnlyList<MatomoSegment>>(clock)).GetAsync(since, stop => client.GetSegmentsAsync(site, stop), cancellationToken);

    /// <summary>Has everything about an account asked for anew. Who waits for an answer still gets it.</summary>
    public void Forget(string account)
    {
        _sites.TryRemove(account, out _);
        foreach (var key in _goals.Keys.Where(k => k.Account == account))
        {
            _goals.TryRemove(key, out _);
        }

        foreach (var key in _segments.Keys.Where(k => k.Account == account))
        {
            _segments.TryRemove(key, out _);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var fact in _sites.Values.Cast<IDisposable>().Concat(_goals.Values).Concat(_segments.Values))
        {
            fact.Dispose();
        }
    }

    private sealed class Fact<T>(TimeProvider clock) : IDisposable
    {
        private readonly SemaphoreSlim _turn = new(1, 1);
        private DateTimeOffset _askedAt = DateTimeOffset.MinValue;
        private T? _answer;
        private MatomoException? _refusal;

        public void Dispose() => _turn.Dispose();

        public async Task<T> GetAsync(DateTimeOffset since, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                if (_askedAt < since || (_answer is null && _refusal is null))
                {
                    (_askedAt, _answer, _refusal) = (clock.GetUtcNow(), default, null);
                    _answer = await ask(cancellationToken);
                }

                // Who waited for the answer would be refused too, and each refusal brings the lockout nearer.
                return _refusal is null ? _answer! : throw _refusal;
            }
            catch (MatomoException error) when (RunErrors.StopsAccount(error))
            {
                _refusal = error;
                throw;
            }
            finally
            {
                _turn.Release();
            }
        }
    }
}
