using Microsoft.Data.Sqlite;

namespace Tributary.Store;

/// <summary>Runs and their windows.</summary>
public sealed class RunStore
{
    private const string Columns = "id, dataset_id, status, started_at, ended_at, rows, partitions, partitions_skipped, requests, bytes_read, warnings, error, triggered_by";

    private readonly StoreDatabase _database;

    internal RunStore(StoreDatabase database) => _database = database;

    /// <summary>Adds a run.</summary>
    public Task AddAsync(RunRecord run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        return _database.WriteAsync(
            c => c.Execute($"INSERT INTO runs ({Columns}) VALUES ($id, $dataset, $status, $started, $ended, $rows, $partitions, $skipped, $requests, $bytes, $warnings, $error, $trigger)", Values(run)),
            cancellationToken);
    }

    /// <summary>Writes all of a run.</summary>
    /// <returns>Whether there is such a run.</returns>
    public Task<bool> UpdateAsync(RunRecord run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        return _database.WriteAsync(
            c => c.Execute(
                "UPDATE runs SET status = $status, started_at = $started, ended_at = $ended, rows = $rows, partitions = $partitions, partitions_skipped = $skipped, requests = $requests, " +
                "bytes_read = $bytes, warnings = $warnings, error = $error, triggered_by = $trigger WHERE id = $id AND dataset_id = $dataset",
                Values(run)) > 0,
            cancellationToken);
    }

    /// <summary>The run of that id.</summary>
    public Task<RunRecord?> GetAsync(string id, CancellationToken cancellationToken) =>
        _database.ReadAsync(c => c.Rows($"SELECT {Columns} FROM runs WHERE id = $id", Read, ("$id", id)).FirstOrDefault(), cancellationToken);

    /// <summary>Runs, the latest first.</summary>
    /// <param name="dataSetId">Of one DataSet; null for all.</param>
    /// <param name="limit">How many at most.</param>
    public Task<IReadOnlyList<RunRecord>> ListAsync(string? dataSetId, int limit, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<RunRecord>>(
            c => c.Rows(
                $"SELECT {Columns} FROM runs WHERE $dataset IS NULL OR dataset_id = $dataset ORDER BY started_at DESC, id DESC LIMIT $limit",
                Read,
                ("$dataset", dataSetId),
                ("$limit", limit)),
            cancellationToken);

    /// <summary>Adds a window to its run, or writes it again.</summary>
    public Task WriteWindowAsync(RunWindowRecord window, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        return _database.WriteAsync(
            c => c.Execute(
                "INSERT OR REPLACE INTO run_windows (run_id, window_id, sites, from_day, to_day, rows, requests, bytes, seconds, status, message) " +
                "VALUES ($run, $window, $sites, $from, $to, $rows, $requests, $bytes, $seconds, $status, $message)",
                ("$run", window.RunId),
                ("$window", window.WindowId),
                ("$sites", window.Sites),
                ("$from", StoreStatements.DayText(window.From)),
                ("$to", StoreStatements.DayText(window.To)),
                ("$rows", window.Rows),
                ("$requests", window.Requests),
                ("$bytes", window.Bytes),
                ("$seconds", window.Seconds),
                ("$status", window.Status),
                ("$message", window.Message)),
            cancellationToken);
    }

    /// <summary>The windows of a run, by day.</summary>
    public Task<IReadOnlyList<RunWindowRecord>> ReadWindowsAsync(string runId, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<RunWindowRecord>>(
            c => c.Rows(
                "SELECT run_id, window_id, sites, from_day, to_day, status, rows, requests, bytes, seconds, message FROM run_windows WHERE run_id = $run ORDER BY from_day, sites, window_id",
                r => new RunWindowRecord(r.GetString(0), r.GetString(1), r.GetString(2), r.DayOrNull(3), r.DayOrNull(4), r.GetString(5))
                {
                    Rows = r.GetInt64(6),
                    Requests = r.GetInt64(7),
                    Bytes = r.GetInt64(8),
                    Seconds = r.GetDouble(9),
                    Message = r.TextOrNull(10),
                },
                ("$run", runId)),
            cancellationToken);

    private static (string, object?)[] Values(RunRecord r) =>
    [
        ("$id", r.Id),
        ("$dataset", r.DataSetId),
        ("$status", r.Status),
        ("$started", StoreStatements.Micros(r.StartedAt)),
        ("$ended", r.EndedAt is { } ended ? StoreStatements.Micros(ended) : null),
        ("$rows", r.Rows),
        ("$partitions", r.Partitions),
        ("$skipped", r.PartitionsSkipped),
        ("$requests", r.Requests),
        ("$bytes", r.BytesRead),
        ("$warnings", r.Warnings),
        ("$error", r.Error),
        ("$trigger", r.Trigger),
    ];

    private static RunRecord Read(SqliteDataReader r) => new(r.GetString(0), r.GetString(1), r.GetString(2), r.Instant(3), r.GetString(12))
    {
        EndedAt = r.InstantOrNull(4),
        Rows = r.GetInt64(5),
        Partitions = r.GetInt64(6),
        PartitionsSkipped = r.GetInt64(7),
        Requests = r.GetInt64(8),
        BytesRead = r.GetInt64(9),
        Warnings = r.GetString(10),
        Error = r.TextOrNull(11),
    };
}
