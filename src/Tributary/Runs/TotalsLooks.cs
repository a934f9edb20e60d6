using System.Collections.Concurrent;
using Tributary.Accounts;
using Tributary.Matomo;

namespace Tributary.Runs;

/// <summary>The sites whose daily totals are being asked for, over the runs of a process.</summary>
internal sealed class TotalsLooks
{
    private readonly ConcurrentDictionary<(string Account, int Site), TaskCompletionSource<MatomoException?>> _underWay = new();

    /// <summary>The sites nobody asks for yet; from now on somebody does.</summary>
    public IReadOnlyList<MatomoSite> Claim(string account, IReadOnlyList<MatomoSite> sites) =>
        [.. sites.Where(s => _underWay.TryAdd((account, s.Id), new TaskCompletionSource<MatomoException?>(TaskCreationOptions.RunContinuationsAsynchronously)))];

    /// <summary>Sites have been asked for, or will not be.</summary>
    /// <param name="account">The account.</param>
    /// <param name="sites">The sites.</param>
    /// <param name="refusal">Why the account is refused; null when it is not.</param>
    public void End(string account, IEnumerable<MatomoSite> sites, MatomoException? refusal)
    {
        foreach (var site in sites)
        {
            if (_underWay.TryRemove((account, site.Id), out var look))
            {
                look.SetResult(refusal);
            }
        }
    }

    /// <summary>Waits for those that are asked for.</summary>
    /// <exception cref="MatomoException">The server refused the account.</exception>
    public async Task EndedAsync(string account, IEnumerable<int> sites, CancellationToken cancellationToken)
    {
        foreach (var site in sites)
        {
            if (_underWay.TryGetValue((account, site), out var look) && await look.Task.WaitAsync(cancellationToken) is { } refusal)
            {
                throw refusal;
            }
        }
    }
}
