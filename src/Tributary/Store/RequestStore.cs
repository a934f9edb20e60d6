using System.Globalization;

namespace Tributary.Store;

/// <summary>The requests that the nodes of a store have under way, and those begun in the last minute, by account.</summary>
internal sealed class RequestStore(StoreDatabase store, TimeProvider clock)
{
    /// <summary>How long a place is held without being renewed: for that long the requests of a node that died still count.</summary>
    public static readonly TimeSpan Held = TimeSpan.FromSeconds(30);

    // A second more than the minute: between leave and sending, and on the way, some requests take longer than others, and the server counts them when they come.
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(61);

    /// <summary>Takes a place for a request.</summary>
    /// <param name="account">The account.</param>
    /// <param name="node">Who asks.</param>
    /// <param name="parallel">Most at the same time.</param>
    /// <param name="perMinute">Most in a minute; null for no limit.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The place; or null, and the time until there may be one: zero when that is not known.</returns>
    public Task<(string? Id, TimeSpan Wait)> TakeAsync(string account, string node, int parallel, int? perMinute, CancellationToken cancellationToken) => store.TogetherAsync<(string?, TimeSpan)>(
        async (connection, transaction) =>
        {
            (string, object?)[] values = [("account", account), ("now", Now()), ("minute", (long)Minute.TotalMicroseconds)];

            // One node at a time by the row of the account, which stays locked until all is written.
            await connection.Command($"INSERT INTO request_gates (account_id, used_at) SELECT id, {store.Engine.Now} FROM accounts WHERE id = @account ON CONFLICT (account_id) DO UPDATE SET used_at = excluded.used_at", values, transaction).ExecuteNonQueryAsync(cancellationToken);
            await connection.Command($"DELETE FROM requests WHERE account_id = @account AND held_until <= {store.Engine.Now} AND begun_at <= {store.Engine.Now} - @minute", values, transaction).ExecuteNonQueryAsync(cancellationToken);
            int held, begun;
            TimeSpan untilOldest;
            await using (var read = connection.Command(
                $"""
                SELECT count(*) FILTER (WHERE held_until > {store.Engine.Now}), count(*) FILTER (WHERE begun_at > {store.Engine.Now} - @minute),
                    coalesce(min(begun_at) FILTER (WHERE begun_at > {store.Engine.Now} - @minute), 0) + @minute - {store.Engine.Now}
                FROM requests WHERE account_id = @account
                """,
                values,
                transaction))
            await using (var counts = await read.ExecuteReaderAsync(cancellationToken))
            {
                await counts.ReadAsync(cancellationToken);
                (held, begun, untilOldest) = (counts.GetInt32(0), counts.GetInt32(1), TimeSpan.FromMicroseconds(counts.GetInt64(2)));
            }

            if (begun >= perMinute || held >= parallel)
            {
                return (null, begun >= perMinute ? untilOldest : TimeSpan.Zero);
            }

            var id = Guid.CreateVersion7(clock.GetUtcNow()).ToString();
            await connection.Command(
                $"INSERT INTO requests (id, account_id, node, begun_at, held_until) SELECT @id, @account, @node, {store.Engine.Now}, {store.Engine.Now} + @held WHERE EXISTS (SELECT 1 FROM accounts WHERE id = @account)",
                [("id", id), ("account", account), ("node", node), ("now", Now()), ("held", (long)Held.TotalMicroseconds)],
                transaction).ExecuteNonQueryAsync(cancellationToken);
            return (id, TimeSpan.Zero);
        },
        cancellationToken);

    /// <summary>Gives a place back. The request still counts in its minute.</summary>
    public Task LeaveAsync(string id, CancellationToken cancellationToken) => store.ExecuteAsync("UPDATE requests SET held_until = 0 WHERE id = @id", [("id", id)], cancellationToken);

    /// <summary>Renews places.</summary>
    public Task HoldAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => store.ExecuteAsync(
        $"UPDATE requests SET held_until = {store.Engine.Now} + @held WHERE held_until > 0 AND id IN ({string.Join(", ", ids.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"@id{i}")))})",
        [("now", Now()), ("held", (long)Held.TotalMicroseconds), .. ids.Select((id, i) => (string.Create(CultureInfo.InvariantCulture, $"id{i}"), (object?)id))],
        cancellationToken);

    private long Now() => clock.GetUtcNow().ToMicroseconds();
}
