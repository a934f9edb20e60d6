using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>What an alert needs and nobody may see. Kept encrypted.</summary>
internal sealed record AlertSecrets
{
    /// <summary>The webhook's address.</summary>
    public string? Url { get; init; }

    /// <summary>The password of the mail server.</summary>
    public string? Password { get; init; }

    /// <summary>Says nothing of what is in it, which a record would print.</summary>
    public override string ToString() => "***";
}

/// <summary>An alert as it is stored.</summary>
internal sealed record AlertRecord(string Id, AlertDefinition Definition, byte[]? Secrets);

/// <summary>How the messages of an alert fared.</summary>
internal sealed record AlertPost(string AlertId, int Waiting, int GivenUp, string? Error, DateTimeOffset? LastSentAt);

/// <summary>A message on its way.</summary>
internal sealed record DueMessage(string Id, string AlertId, AlertMessage Message, DateTimeOffset CreatedAt, int Attempts);

/// <summary>The alerts of a workspace, what they have told, and the messages on their way.</summary>
internal sealed class AlertStore(StoreDatabase store, TimeProvider clock)
{
    /// <summary>Adds an alert.</summary>
    /// <exception cref="InputException">The name is taken.</exception>
    public async Task<AlertRecord> AddAsync(AlertDefinition definition, byte[]? secrets, CancellationToken cancellationToken)
    {
        var record = new AlertRecord(NewId(), definition, secrets);
        var added = await store.ExecuteAsync(
            "INSERT INTO alerts (id, name, name_key, definition, secrets, created_at) VALUES (@id, @name, @key, @definition, @secrets, @now) ON CONFLICT (name_key) DO NOTHING",
            [("id", record.Id), ("name", definition.Name), ("key", NameKey.Of(definition.Name)), ("definition", StoreJson.Write(definition)), ("secrets", secrets), ("now", Now())],
            cancellationToken);
        return added > 0 ? record : throw new InputException("NAME", $"There is an alert named '{definition.Name}' already. Choose another name, or remove it with: tributary alert remove {ShellWord.Of(definition.Name)}");
    }

    /// <summary>Stores another definition and other secrets of an alert.</summary>
    public Task UpdateAsync(string id, AlertDefinition definition, byte[]? secrets, CancellationToken cancellationToken) => store.ExecuteAsync(
        "UPDATE alerts SET name = @name, name_key = @key, definition = @definition, secrets = @secrets WHERE id = @id",
        [("id", id), ("name", definition.Name), ("key", NameKey.Of(definition.Name)), ("definition", StoreJson.Write(definition)), ("secrets", secrets)],
        cancellationToken);

    /// <summary>All alerts by name.</summary>
    public Task<List<AlertRecord>> ListAsync(CancellationToken cancellationToken) =>
        store.ReadAsync("SELECT id, definition, secrets FROM alerts ORDER BY name_key", [], Read, cancellationToken);

    /// <summary>The alert of that id; null when there is none.</summary>
    public async Task<AlertRecord?> GetAsync(string id, CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT id, definition, secrets FROM alerts WHERE id = @id", [("id", id)], Read, cancellationToken)).FirstOrDefault();

    /// <summary>Removes an alert with its messages.</summary>
    public Task RemoveAsync(string id, CancellationToken cancellationToken) =>
        store.ExecuteAsync("DELETE FROM alerts WHERE id = @id", [("id", id)], cancellationToken);

    /// <summary>Remembers that an event of a DataSet is on, and puts its messages in the post unless it was on already.</summary>
    public Task<bool> RaiseAsync(string dataSetId, AlertEvent kind, IReadOnlyList<(string AlertId, AlertMessage Message)> messages, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            var raised = await connection.Command(
                "INSERT INTO alert_states (dataset_id, event, raised_at) VALUES (@dataset, @event, @now) ON CONFLICT DO NOTHING",
                [("dataset", dataSetId), ("event", kind.ToString()), ("now", Now())],
                transaction).ExecuteNonQueryAsync(cancellationToken) > 0;
            return raised && await PostAsync(connection, transaction, messages, cancellationToken);
        },
        cancellationToken);

    /// <summary>Forgets events of a DataSet, and puts the messages in the post when one of them was on.</summary>
    public Task<bool> EndAsync(string dataSetId, IReadOnlyList<AlertEvent> kinds, IReadOnlyList<(string AlertId, AlertMessage Message)> messages, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            var ended = 0;
            foreach (var kind in kinds)
            {
                ended += await connection.Command("DELETE FROM alert_states WHERE dataset_id = @dataset AND event = @event", [("dataset", dataSetId), ("event", kind.ToString())], transaction).ExecuteNonQueryAsync(cancellationToken);
            }

            return ended > 0 && await PostAsync(connection, transaction, messages, cancellationToken);
        },
        cancellationToken);

    /// <summary>When each DataSet was updated last, or made when it never was.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> UpdatedAtAsync(CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            $"SELECT id, coalesce((SELECT max(ended_at) FROM runs r WHERE r.dataset_id = d.id AND {RunTriggers.HasUpdated}), created_at) FROM datasets d",
            [],
            r => (r.GetString(0), r.Instant(1)!.Value),
            cancellationToken);
        return rows.ToDictionary(r => r.Item1, r => r.Item2, StringComparer.Ordinal);
    }

    /// <summary>Whether a message is due. Asked first, because taking one takes the store's one place to write.</summary>
    public async Task<bool> AnyDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT 1 FROM alert_messages WHERE sent_at IS NULL AND next_at <= @now LIMIT 1", [("now", now.ToMicroseconds())], _ => true, cancellationToken)).Count > 0;

    /// <summary>Takes the oldest message that is due, so that no other process takes it before <paramref name="until"/>; null when there is none.</summary>
    /// <remarks>The conditions stand twice: of two processes that find the same message, the second looks at it again once the first has changed it.</remarks>
    public async Task<DueMessage?> ClaimAsync(DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => (await store.ChangeAsync(
        """
        UPDATE alert_messages SET next_at = @until, attempts = attempts + 1
        WHERE id = (SELECT id FROM alert_messages WHERE sent_at IS NULL AND next_at <= @now ORDER BY created_at, id LIMIT 1) AND sent_at IS NULL AND next_at <= @now
        RETURNING id, alert_id, message, created_at, attempts
        """,
        [("now", now.ToMicroseconds()), ("until", until.ToMicroseconds())],
        r => new DueMessage(r.GetString(0), r.GetString(1), StoreJson.Read<AlertMessage>(r.GetString(2)), r.Instant(3)!.Value, r.GetInt32(4)),
        cancellationToken)).FirstOrDefault();

    /// <summary>The message arrived.</summary>
    public Task SentAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.ExecuteAsync("UPDATE alert_messages SET sent_at = @now, next_at = NULL, error = NULL WHERE id = @id", [("now", now.ToMicroseconds()), ("id", id)], cancellationToken);

    /// <summary>The message did not arrive; with <paramref name="next"/> null it is given up. What else the alert has to send waits as long.</summary>
    public Task FailedAsync(DueMessage message, string error, DateTimeOffset now, DateTimeOffset? next, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            await connection.Command("UPDATE alert_messages SET next_at = @next, error = @error WHERE id = @id", [("next", next?.ToMicroseconds()), ("error", error), ("id", message.Id)], transaction).ExecuteNonQueryAsync(cancellationToken);
            if (next is { } later)
            {
                await connection.Command(
                    "UPDATE alert_messages SET next_at = @next WHERE alert_id = @alert AND sent_at IS NULL AND next_at <= @now",
                    [("next", later.ToMicroseconds()), ("alert", message.AlertId), ("now", now.ToMicroseconds())],
                    transaction).ExecuteNonQueryAsync(cancellationToken);
            }

            return true;
        },
        cancellationToken);

    /// <summary>Forgets messages that were sent or given up before.</summary>
    public Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        store.ExecuteAsync("DELETE FROM alert_messages WHERE next_at IS NULL AND created_at < @before", [("before", before.ToMicroseconds())], cancellationToken);

    /// <summary>Forgets the messages of an alert that were given up: it works again.</summary>
    public Task ForgetGivenUpAsync(string alertId, CancellationToken cancellationToken) =>
        store.ExecuteAsync("DELETE FROM alert_messages WHERE alert_id = @alert AND next_at IS NULL AND sent_at IS NULL", [("alert", alertId)], cancellationToken);

    /// <summary>How the messages of each alert fared, by the alert's id.</summary>
    public async Task<IReadOnlyDictionary<string, AlertPost>> PostsAsync(CancellationToken cancellationToken)
    {
        var rows = await store.ReadAsync(
            """
            SELECT alert_id, count(*) FILTER (WHERE next_at IS NOT NULL), count(*) FILTER (WHERE next_at IS NULL AND sent_at IS NULL), max(error), max(sent_at)
            FROM alert_messages GROUP BY alert_id
            """,
            [],
            r => new AlertPost(r.GetString(0), r.GetInt32(1), r.GetInt32(2), r.Text(3), r.Instant(4)),
            cancellationToken);
        return rows.ToDictionary(r => r.AlertId, StringComparer.Ordinal);
    }

    private async Task<bool> PostAsync(DbConnection connection, DbTransaction transaction, IReadOnlyList<(string AlertId, AlertMessage Message)> messages, CancellationToken cancellationToken)
    {
        foreach (var (alertId, message) in messages)
        {
            await connection.Command(
                "INSERT INTO alert_messages (id, alert_id, message, created_at, next_at) VALUES (@id, @alert, @message, @now, @now)",
                [("id", NewId()), ("alert", alertId), ("message", StoreJson.Write(message)), ("now", Now())],
                transaction).ExecuteNonQueryAsync(cancellationToken);
        }

        return messages.Count > 0;
    }

    private string NewId() => Guid.CreateVersion7(clock.GetUtcNow()).ToString();

    private long Now() => clock.GetUtcNow().ToMicroseconds();

    private static AlertRecord Read(DbDataReader r) => new(r.GetString(0), StoreJson.Read<AlertDefinition>(r.GetString(1)), r.Bytes(2));
}
