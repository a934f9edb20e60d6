namespace Tributary.Store;

/// <summary>What is kept of a pace from one run to the next.</summary>
/// <param name="PartitionBytes">Bytes of reply a partition, lately.</param>
/// <param name="PartitionSeconds">Seconds a partition took the server, lately.</param>
/// <param name="ProvenBytes">The longest reply that came.</param>
/// <param name="MostBytes">Longer replies failed; null when none did.</param>
/// <param name="FailedAt">When one failed last.</param>
internal sealed record PaceNotes(double PartitionBytes, double PartitionSeconds, long ProvenBytes, long? MostBytes, DateTimeOffset? FailedAt)
{
    // By then a server may have been given more memory or time.
    private static readonly TimeSpan HoldsFor = TimeSpan.FromDays(7);

    /// <summary>The notes as far as they still hold.</summary>
    public PaceNotes At(DateTimeOffset now) => FailedAt is { } at && now - at > HoldsFor ? this with { MostBytes = null, FailedAt = null } : this;
}

/// <summary>What was learned of the replies of an account's reports.</summary>
internal sealed class PaceStore(StoreDatabase store)
{
    /// <summary>What is known of a report; null when nothing is.</summary>
    public async Task<PaceNotes?> FindAsync(string account, string report, CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT notes FROM paces WHERE account_id = @account AND report = @report", [("account", account), ("report", report)], r => r.GetString(0), cancellationToken)) is [var text]
            ? StoreJson.Read<PaceNotes>(text)
            : null;

    /// <summary>Writes what is known of a report now; nothing where the account was removed meanwhile.</summary>
    public Task WriteAsync(string account, string report, PaceNotes notes, CancellationToken cancellationToken) => store.ExecuteAsync(
        "INSERT INTO paces (account_id, report, notes) SELECT id, @report, @notes FROM accounts WHERE id = @account ON CONFLICT (account_id, report) DO UPDATE SET notes = excluded.notes",
        [("account", account), ("report", report), ("notes", StoreJson.Write(notes))],
        cancellationToken);
}
