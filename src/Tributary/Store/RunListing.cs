using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>Which runs to list, by ids.</summary>
internal sealed record RunChoice(IReadOnlyCollection<RunStatus> Statuses, string? DataSetId, string? AccountId, string? Trigger);

/// <summary>
/// The runs of all DataSets. Ids are chosen inside the index <c>runs_to_list</c>, which holds all that is filtered by: results, which are long, are read of the runs shown only.
/// </summary>
internal sealed class RunListing(StoreDatabase store)
{
    /// <summary>What <see cref="Read"/> reads, of runs r joined with datasets d.</summary>
    public const string Columns = "r.id, r.trigger, r.status, r.attempt, r.requested_by, r.due_at, r.not_before, r.started_at, r.ended_at, r.result, d.name, r.progress, d.table_name";

    private const string Active = "('running', 'queued')";

    /// <summary>Runs, newest first.</summary>
    /// <param name="choice">Which.</param>
    /// <param name="before">Only older ones than that of this id; null for the newest.</param>
    /// <param name="take">At most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<List<RunRecord>> ListAsync(RunChoice choice, string? before, int take, CancellationToken cancellationToken) => store.ReadAsync(
        $"""
        SELECT {Columns} FROM (SELECT id FROM runs{Index(choice)} WHERE {ConditionOf(choice)} AND (CAST(@before AS TEXT) IS NULL OR id < @before) ORDER BY id DESC LIMIT @take) chosen
        JOIN runs r ON r.id = chosen.id JOIN datasets d ON d.id = r.dataset_id ORDER BY r.id DESC
        """,
        [.. ValuesOf(choice), ("before", before), ("take", take)],
        Read,
        cancellationToken);

    /// <summary>How many runs stand where.</summary>
    public Task<List<(RunStatus Status, int Count)>> CountAsync(RunChoice choice, CancellationToken cancellationToken) => store.ReadAsync(
        $"SELECT status, count(*) FROM runs{Index(choice)} WHERE {ConditionOf(choice)} GROUP BY status",
        ValuesOf(choice),
        r => (RunStore.StatusOf(r.GetString(0)), r.GetInt32(1)),
        cancellationToken);

    /// <summary>Runs at work, then those that wait in the order they are taken.</summary>
    public Task<List<RunRecord>> ActiveAsync(CancellationToken cancellationToken) => store.ReadAsync(
        $"SELECT {Columns} FROM runs r{store.Engine.By("runs_by_status")} JOIN datasets d ON d.id = r.dataset_id WHERE r.status IN {Active} ORDER BY r.status DESC, r.trigger = '{RunTriggers.Manual}' DESC, r.id",
        [],
        Read,
        cancellationToken);

    /// <summary>When a run of any DataSet ended last; null before the first.</summary>
    public async Task<DateTimeOffset?> LastEndAsync(CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT max(ended_at) FROM runs", [], r => r.Instant(0), cancellationToken)).FirstOrDefault();

    /// <summary>The runs whose id is the one given or begins with it, and their DataSets; two at most.</summary>
    public Task<List<(RunRecord Run, string DataSetId)>> FindAsync(string id, CancellationToken cancellationToken) => store.ReadAsync(
        $"SELECT {Columns}, d.id FROM runs r JOIN datasets d ON d.id = r.dataset_id WHERE r.id >= @id AND r.id < @id || '~' ORDER BY r.id LIMIT 2",
        [("id", id)],
        r => (Read(r), r.GetString(13)),
        cancellationToken);

    /// <summary>Removes runs that ended before a moment, with their logs. Of each DataSet stay the newest: its last, as many as can be reverted, and the last that updated it.</summary>
    public Task<int> RemoveOldAsync(DateTimeOffset before, CancellationToken cancellationToken) => store.ExecuteAsync(
        $"""
        DELETE FROM runs WHERE ended_at < @before AND id NOT IN (
            SELECT r.id FROM (SELECT id, dataset_id, row_number() OVER (PARTITION BY dataset_id ORDER BY id DESC) AS age FROM runs WHERE status <> 'skipped') r
            JOIN datasets d ON d.id = r.dataset_id WHERE r.age <= 1 + coalesce(CAST({store.Engine.Json("d.definition", "keep_runs")} AS INTEGER), 3))
        AND id NOT IN (SELECT u.id FROM (SELECT id, row_number() OVER (PARTITION BY dataset_id ORDER BY ended_at DESC, id DESC) AS age FROM runs WHERE {RunTriggers.HasUpdated}) u WHERE u.age = 1)
        """,
        [("before", before.ToMicroseconds())],
        cancellationToken);

    /// <summary>The run of a row of <see cref="Columns"/>.</summary>
    public static RunRecord Read(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt32(3), r.Text(4), r.Instant(5), r.Instant(6), r.Instant(7)!.Value, r.Instant(8),
        r.Text(9) is { } result ? StoreJson.Read<RunResult>(result) : null, r.GetString(10), r.Text(11) is { } progress ? StoreJson.Read<RunProgress>(progress) : null, r.GetString(12));

    // A DataSet has few runs, which its own index finds; for all others SQLite would take the first index that fits and read whole rows.
    private string Index(RunChoice choice) => choice.DataSetId is null ? store.Engine.By("runs_to_list") : "";

    private static string ConditionOf(RunChoice choice)
    {
        var conditions = new List<string> { "TRUE" };
        if (choice.Statuses.Count > 0)
        {
            conditions.Add($"status IN ({string.Join(", ", choice.Statuses.Select(s => $"'{RunStore.StatusName(s)}'"))})");
        }

        if (choice.DataSetId is not null)
        {
            conditions.Add("dataset_id = @dataset");
        }

        if (choice.AccountId is not null)
        {
            conditions.Add("dataset_id IN (SELECT id FROM datasets WHERE account_id = @account)");
        }

        if (choice.Trigger is not null)
        {
            conditions.Add("trigger = @trigger");
        }

        return string.Join(" AND ", conditions);
    }

    private static (string, object?)[] ValuesOf(RunChoice choice) => [("dataset", choice.DataSetId), ("account", choice.AccountId), ("trigger", choice.Trigger)];
}
