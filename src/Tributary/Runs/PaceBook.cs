using System.Collections.Concurrent;
using Tributary.Accounts;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>The paces of all accounts and reports: shared by the runs of a process, kept in the store from one to the next.</summary>
internal sealed class PaceBook(PaceStore store, TimeProvider clock)
{
    private readonly ConcurrentDictionary<(string Account, string Report), ReportPace> _paces = new();

    /// <summary>The pace of a report.</summary>
    /// <param name="account">The account.</param>
    /// <param name="report">The report in the form it is asked for: see <see cref="ReportRequests.PaceKey"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ReportPace> OfAsync(string account, string report, CancellationToken cancellationToken) =>
        _paces.TryGetValue((account, report), out var known)
            ? known
            : _paces.GetOrAdd((account, report), new ReportPace((await store.FindAsync(account, report, cancellationToken))?.At(clock.GetUtcNow())));

    /// <summary>Keeps what a run has learned.</summary>
    public async Task KeepAsync(string account, string report, CancellationToken cancellationToken)
    {
        if (_paces.TryGetValue((account, report), out var pace) && pace is { IsKnown: true, Notes: { } notes })
        {
            await store.WriteAsync(account, report, notes, cancellationToken);
        }
    }
}
