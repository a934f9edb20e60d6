using Tributary.Runs;

namespace Tributary.Store;

/// <summary>What was learned of the replies of an account's reports.</summary>
internal sealed class PaceStore(StoreDatabase store)
{
    /// <summary>What is known of a report; null when nothing is.</summary>
    public async Task<PaceNotes?> FindAsync(string account, string report, CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT notes FROM paces WHERE account_id = $account AND report = $report", [("account", account), ("report", report)], r => r.GetString(0), cancellationToken)) is [var text]
            ? StoreJson.Read<PaceNotes>(text)
            : null;

    /// <summary>Writes what is known of a report now.</summary>
    public Task WriteAsync(string account, string report, PaceNotes notes, CancellationToken cancellationToken) => store.ExecuteAsync(
        "INSERT OR REPLACE INTO paces (account_id, report, notes) VALUES ($account, $report, $notes)",
        [("account", account), ("report", report), ("notes", StoreJson.Write(notes))],
        cancellationToken);
}
