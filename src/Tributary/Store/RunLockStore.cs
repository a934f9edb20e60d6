using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Tributary.Store;

/// <summary>Who runs a DataSet at the moment.</summary>
/// <param name="Owner">As given when the lock was taken.</param>
/// <param name="Host">The machine.</param>
/// <param name="ProcessId">The process on it.</param>
/// <param name="AcquiredAt">Since when, UTC.</param>
public sealed record RunLockHolder(string Owner, string Host, int ProcessId, DateTimeOffset AcquiredAt);

/// <summary>
/// One run of a DataSet at a time, over all processes and machines that share the store. A lock ends with its holder: at once when the
/// process is seen to be gone on this machine, else when it has not been renewed for <see cref="Lifetime"/>.
/// </summary>
public sealed class RunLockStore
{
    private readonly StoreDatabase _database;
    private readonly TimeProvider _clock;

    internal RunLockStore(StoreDatabase database, TimeProvider clock)
    {
        _database = database;
        _clock = clock;
    }

    /// <summary>How long a lock holds without being renewed. Renewed three times within it, so that one failed write does no harm.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Takes the lock of a DataSet; null when another run has it.</summary>
    /// <param name="owner">For people: the run, the command.</param>
    public async Task<RunLock?> TryAcquireRunLockAsync(string dataSetId, string owner, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataSetId);
        ArgumentNullException.ThrowIfNull(owner);
        var ticket = Guid.NewGuid().ToString("N");
        var acquired = await _database.WriteAsync(c => TryAcquire(c, dataSetId, owner, ticket), cancellationToken);
        return acquired ? new RunLock(this, dataSetId, ticket, _clock) : null;
    }

    /// <summary>Who has the lock of a DataSet; null when it is free.</summary>
    public Task<RunLockHolder?> ReadHolderAsync(string dataSetId, CancellationToken cancellationToken) => _database.ReadAsync(
        c => Find(c, dataSetId) is { } row && !IsOver(row) ? row.Holder : null,
        cancellationToken);

    internal Task<bool> RenewAsync(string dataSetId, string ticket, CancellationToken cancellationToken) => _database.WriteAsync(
        c => c.Execute("UPDATE run_locks SET expires_at = $expires WHERE dataset_id = $dataset AND ticket = $ticket", ("$dataset", dataSetId), ("$ticket", ticket), ("$expires", Expiry())) > 0,
        cancellationToken);

    internal Task ReleaseAsync(string dataSetId, string ticket, CancellationToken cancellationToken) => _database.WriteAsync(
        c => c.Execute("DELETE FROM run_locks WHERE dataset_id = $dataset AND ticket = $ticket", ("$dataset", dataSetId), ("$ticket", ticket)),
        cancellationToken);

    private bool TryAcquire(SqliteConnection connection, string dataSetId, string owner, string ticket)
    {
        if (Find(connection, dataSetId) is { } row && !IsOver(row))
        {
            return false;
        }

        connection.Execute(
            "INSERT OR REPLACE INTO run_locks (dataset_id, ticket, owner, host, process_id, process_started, acquired_at, expires_at) VALUES ($dataset, $ticket, $owner, $host, $process, $started, $now, $expires)",
            ("$dataset", dataSetId),
            ("$ticket", ticket),
            ("$owner", owner),
            ("$host", Environment.MachineName),
            ("$process", Environment.ProcessId),
            ("$started", StartOf(Environment.ProcessId) ?? 0),
            ("$now", StoreStatements.Micros(_clock.GetUtcNow())),
            ("$expires", Expiry()));
        return true;
    }

    private static Row? Find(SqliteConnection connection, string dataSetId) => connection.Rows(
        "SELECT owner, host, process_id, acquired_at, process_started, expires_at FROM run_locks WHERE dataset_id = $dataset",
        r => new Row(new RunLockHolder(r.GetString(0), r.GetString(1), r.GetInt32(2), r.Instant(3)), r.GetInt64(4), r.Instant(5)),
        ("$dataset", dataSetId)).FirstOrDefault();

    private bool IsOver(Row row) => row.ExpiresAt <= _clock.GetUtcNow()
        || (row.Holder.Host == Environment.MachineName && StartOf(row.Holder.ProcessId) != row.ProcessStarted);

    private long Expiry() => StoreStatements.Micros(_clock.GetUtcNow() + Lifetime);

    /// <summary>In seconds, which tells a process from a later one that got its number; null when there is none.</summary>
    private static long? StartOf(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeSeconds();
        }
        catch (ArgumentException)
        {
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            return 0;
        }
    }

    private sealed record Row(RunLockHolder Holder, long ProcessStarted, DateTimeOffset ExpiresAt);
}
