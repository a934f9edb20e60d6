using Tributary.Model;

namespace Tributary.Store;

/// <summary>When a DataSet is due next.</summary>
/// <param name="Schedule">The text of the schedule from which <paramref name="NextAt"/> was reckoned.</param>
/// <param name="NextAt">The next due time; null when none comes.</param>
internal sealed record ScheduleRecord(string Schedule, DateTimeOffset? NextAt);

/// <summary>What became of a due time.</summary>
internal enum DueOutcome
{
    /// <summary>A run waits for a worker.</summary>
    Queued,

    /// <summary>The DataSet was being updated, so the time was noted and left out.</summary>
    Overlap,

    /// <summary>Another scheduler has seen to it.</summary>
    Taken,
}

/// <summary>The next due times of a workspace's DataSets.</summary>
internal sealed class ScheduleStore(StoreDatabase store, TimeProvider clock)
{
    private readonly RunRows _rows = new(clock);

    /// <summary>All, by DataSet id.</summary>
    public async Task<Dictionary<string, ScheduleRecord>> ReadAsync(CancellationToken cancellationToken) =>
        (await store.ReadAsync(
            "SELECT dataset_id, schedule, next_at FROM schedules", [], r => (Id: r.GetString(0), Record: new ScheduleRecord(r.GetString(1), r.Instant(2))), cancellationToken))
        .ToDictionary(r => r.Id, r => r.Record, StringComparer.Ordinal);

    /// <summary>Writes when a DataSet is due next; a null record takes it off the list.</summary>
    public Task SetAsync(string dataSetId, ScheduleRecord? record, CancellationToken cancellationToken) => record is null
        ? store.ExecuteAsync("DELETE FROM schedules WHERE dataset_id = @id", [("id", dataSetId)], cancellationToken)
        : store.ExecuteAsync(
            "INSERT INTO schedules (dataset_id, schedule, next_at) SELECT @id, @schedule, CAST(@next AS BIGINT) WHERE EXISTS (SELECT 1 FROM datasets WHERE id = @id) ON CONFLICT (dataset_id) DO UPDATE SET schedule = excluded.schedule, next_at = excluded.next_at",
            [("id", dataSetId), ("schedule", record.Schedule), ("next", record.NextAt?.ToMicroseconds())],
            cancellationToken);

    /// <summary>Moves a DataSet on from one due time to the next and queues its run, both or neither, once however many schedulers try.</summary>
    /// <param name="dataSetId">The DataSet.</param>
    /// <param name="seen">The record that was found due.</param>
    /// <param name="next">The next due time.</param>
    /// <param name="due">The time to run for; null to leave it out because it was missed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<DueOutcome> MoveOnAsync(string dataSetId, ScheduleRecord seen, DateTimeOffset? next, DateTimeOffset? due, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            var moved = await connection.Command(
                "UPDATE schedules SET next_at = @next, last_due_at = coalesce(@due, last_due_at) WHERE dataset_id = @id AND schedule = @schedule AND next_at = @seen",
                [("next", next?.ToMicroseconds()), ("due", due?.ToMicroseconds()), ("id", dataSetId), ("schedule", seen.Schedule), ("seen", seen.NextAt?.ToMicroseconds())],
                transaction).ExecuteNonQueryAsync(cancellationToken);
            if (moved == 0)
            {
                return DueOutcome.Taken;
            }

            if (due is null)
            {
                return DueOutcome.Queued;
            }

            // A run by hand that waits for its hour does not stand in for the schedule's; the schedule's own does, and so does its next try.
            var busy = await connection.Command(
                $"SELECT 1 FROM runs WHERE dataset_id = @id AND (status = 'running' OR (status = 'queued' AND trigger = '{RunTriggers.Scheduled}'))", [("id", dataSetId)], transaction).ExecuteScalarAsync(cancellationToken) is not null;
            var run = new NewRun(dataSetId, RunTriggers.Scheduled) { DueAt = due };
            if (!busy)
            {
                await _rows.AddAsync(connection, transaction, run, "queued", cancellationToken);
                return DueOutcome.Queued;
            }

            var skipped = await _rows.AddAsync(connection, transaction, run, "skipped", cancellationToken);
            await connection.Command("UPDATE runs SET ended_at = started_at WHERE id = @id", [("id", skipped.Id)], transaction).ExecuteNonQueryAsync(cancellationToken);
            await _rows.LogAsync(connection, transaction, skipped.Id, "info", "This time was left out: the DataSet was still being updated, or its next try was waiting.", cancellationToken);
            return DueOutcome.Overlap;
        },
        cancellationToken);
}
