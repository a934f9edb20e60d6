using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>A person as they are stored.</summary>
internal sealed record UserRecord(string Id, string Name, UserRole Role, string? PasswordHash, string Stamp, int Failures, DateTimeOffset? LockedUntil, DateTimeOffset? LastSeenAt);

/// <summary>Who may sign in, and which keys open the API.</summary>
internal sealed class AccessStore(StoreDatabase store, TimeProvider clock)
{
    private const string UserColumns = "id, name, role, password_hash, stamp, failures, locked_until, last_seen_at";
    private const string IsManager = $"role = '{nameof(UserRole.Manager)}'";
    private const string LeavesManager = $"NOT {IsManager} OR EXISTS (SELECT 1 FROM users other WHERE other.{IsManager} AND other.id <> @id)";
    private const string KeyColumns = "id, name, scope, start, made_by, created_at, last_used_at, revoked_at, maker_id";

    public Task<List<UserRecord>> ListUsersAsync(CancellationToken cancellationToken) =>
        store.ReadAsync($"SELECT {UserColumns} FROM users ORDER BY name_key", [], ReadUser, cancellationToken);

    public async Task<UserRecord?> FindUserAsync(string name, CancellationToken cancellationToken) =>
        (await store.ReadAsync($"SELECT {UserColumns} FROM users WHERE name_key = @key", [("key", NameKey.Of(name))], ReadUser, cancellationToken)).FirstOrDefault();

    public async Task<UserRecord?> GetUserAsync(string id, CancellationToken cancellationToken) =>
        (await store.ReadAsync($"SELECT {UserColumns} FROM users WHERE id = @id", [("id", id)], ReadUser, cancellationToken)).FirstOrDefault();

    public async Task<bool> HasManagerAsync(CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT id FROM users WHERE role = @role LIMIT 1", [("role", nameof(UserRole.Manager))], r => r.GetString(0), cancellationToken)).Count > 0;

    /// <summary>Adds a person; false when the name is taken or the provider's id known, or with <paramref name="onlyFirst"/> when there is a manager already.</summary>
    public Task<bool> AddUserAsync(UserRecord user, string? openId, bool onlyFirst, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) => await connection.Command(
        $"INSERT INTO users (id, name, name_key, role, password_hash, openid, stamp, created_at) SELECT @id, @name, @key, @role, @hash, @openid, @stamp, @now WHERE @first = 0 OR NOT EXISTS (SELECT 1 FROM users WHERE {IsManager}) ON CONFLICT DO NOTHING",
        [("id", user.Id), ("name", user.Name), ("key", NameKey.Of(user.Name)), ("role", user.Role.ToString()), ("hash", user.PasswordHash), ("openid", openId), ("stamp", user.Stamp), ("now", Now()), ("first", onlyFirst)],
        transaction).ExecuteNonQueryAsync(cancellationToken) > 0,
        cancellationToken);

    /// <summary>Counts a try at a password, and locks when it is the last for now, in one step.</summary>
    /// <returns>The person as they are, with the try counted as one that failed; null when no try is to be had, or the person is gone.</returns>
    public async Task<UserRecord?> TakeTryAsync(string id, int most, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => (await store.ChangeAsync(
        $"UPDATE users SET failures = CASE WHEN failures + 1 >= @most THEN 0 ELSE failures + 1 END, locked_until = CASE WHEN failures + 1 >= @most THEN @until ELSE locked_until END WHERE id = @id AND (locked_until IS NULL OR locked_until <= @now) RETURNING {UserColumns}",
        [("id", id), ("most", most), ("now", now.ToMicroseconds()), ("until", until.ToMicroseconds())],
        ReadUser,
        cancellationToken)).FirstOrDefault();

    /// <summary>Notes that a person came in with the password of that hash.</summary>
    /// <returns>The person as they are; null when they have another password by now, or are gone.</returns>
    public async Task<UserRecord?> EnterAsync(string id, string oldHash, string hash, DateTimeOffset now, CancellationToken cancellationToken) => (await store.ChangeAsync(
        $"UPDATE users SET failures = 0, locked_until = NULL, last_seen_at = @now, password_hash = @hash WHERE id = @id AND password_hash = @old RETURNING {UserColumns}",
        [("id", id), ("old", oldHash), ("hash", hash), ("now", now.ToMicroseconds())],
        ReadUser,
        cancellationToken)).FirstOrDefault();

    /// <summary>Notes that a person came in by a provider: the one of the provider's id, or one of that name who has neither an id nor a password yet.</summary>
    /// <returns>The person as they are; null when there is none.</returns>
    public Task<UserRecord?> EnterVouchedAsync(string openId, string nameKey, DateTimeOffset now, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            await using var command = connection.Command(
                $"UPDATE users SET openid = @openid, last_seen_at = @now WHERE openid = @openid OR (name_key = @key AND openid IS NULL AND password_hash IS NULL AND NOT EXISTS (SELECT 1 FROM users WHERE openid = @openid)) RETURNING {UserColumns}",
                [("openid", openId), ("key", nameKey), ("now", now.ToMicroseconds())],
                transaction);
            await using var told = await command.ExecuteReaderAsync(cancellationToken);
            return await told.ReadAsync(cancellationToken) ? ReadUser(told) : null;
        },
        cancellationToken);

    /// <summary>Ends the sessions of a person; false when they are gone.</summary>
    public async Task<bool> ChangeStampAsync(string id, string stamp, CancellationToken cancellationToken) =>
        await store.ExecuteAsync("UPDATE users SET stamp = @stamp WHERE id = @id", [("id", id), ("stamp", stamp)], cancellationToken) > 0;

    /// <summary>Gives another password; false when the person is gone.</summary>
    public async Task<bool> ChangePasswordAsync(string id, string hash, string stamp, CancellationToken cancellationToken) => await store.ExecuteAsync(
        "UPDATE users SET password_hash = @hash, stamp = @stamp, failures = 0, locked_until = NULL WHERE id = @id",
        [("id", id), ("hash", hash), ("stamp", stamp)],
        cancellationToken) > 0;

    /// <summary>Gives another role, unless that would leave no manager. Of a manager who becomes a viewer the keys end that may do more than one.</summary>
    /// <returns>The keys that ended; null when nothing was done, or the person is gone.</returns>
    public Task<List<ApiKey>?> ChangeRoleAsync(string id, UserRole role, string stamp, CancellationToken cancellationToken) => AloneAsync(
        id,
        role == UserRole.Manager ? "FALSE" : $"scope <> '{nameof(KeyScope.Read)}'",
        $"UPDATE users SET role = @role, stamp = @stamp WHERE id = @id AND (@role = '{nameof(UserRole.Manager)}' OR {LeavesManager})",
        [("id", id), ("role", role.ToString()), ("stamp", stamp)],
        cancellationToken);

    /// <summary>Removes a person with their keys, unless that would leave no manager.</summary>
    /// <returns>The keys that ended; null when nothing was done, or the person is gone.</returns>
    public Task<List<ApiKey>?> RemoveUserAsync(string id, CancellationToken cancellationToken) => AloneAsync(id, "TRUE", $"DELETE FROM users WHERE id = @id AND ({LeavesManager})", [("id", id)], cancellationToken);

    public Task<List<ApiKey>> ListKeysAsync(CancellationToken cancellationToken) =>
        store.ReadAsync($"SELECT {KeyColumns} FROM api_keys ORDER BY revoked_at IS NOT NULL, name_key", [], ReadKey, cancellationToken);

    public async Task<ApiKey?> FindKeyAsync(string hash, CancellationToken cancellationToken) =>
        (await store.ReadAsync($"SELECT {KeyColumns} FROM api_keys WHERE hash = @hash AND revoked_at IS NULL", [("hash", hash)], ReadKey, cancellationToken)).FirstOrDefault();

    /// <summary>Adds a key; false when the name is taken.</summary>
    public async Task<bool> AddKeyAsync(ApiKey key, string hash, CancellationToken cancellationToken) => await store.ExecuteAsync(
        "INSERT INTO api_keys (id, name, name_key, scope, hash, start, made_by, maker_id, created_at) VALUES (@id, @name, @key, @scope, @hash, @start, @by, @maker, @now) ON CONFLICT (name_key) DO NOTHING",
        [("id", key.Id), ("name", key.Name), ("key", NameKey.Of(key.Name)), ("scope", key.Scope.ToString()), ("hash", hash), ("start", key.Start), ("by", key.MadeBy), ("maker", key.MakerId), ("now", Now())],
        cancellationToken) > 0;

    public Task NoteKeyAsync(string id, CancellationToken cancellationToken) =>
        store.ExecuteAsync("UPDATE api_keys SET last_used_at = @now WHERE id = @id", [("id", id), ("now", Now())], cancellationToken);

    /// <summary>Ends a key; its name is free again.</summary>
    public async Task<bool> RevokeKeyAsync(string id, CancellationToken cancellationToken) => await store.ExecuteAsync(
        "UPDATE api_keys SET revoked_at = @now, name_key = id WHERE id = @id AND revoked_at IS NULL", [("id", id), ("now", Now())], cancellationToken) > 0;

    // Two managers who remove each other at the same time must not both be right.
    private Task<List<ApiKey>?> AloneAsync(string id, string keysThatEnd, string sql, (string, object?)[] parameters, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            if (await connection.Command(sql, parameters, transaction).ExecuteNonQueryAsync(cancellationToken) == 0)
            {
                return null;
            }

            List<ApiKey> ended = [];
            await using var command = connection.Command(
                $"UPDATE api_keys SET revoked_at = @now, name_key = id WHERE maker_id = @id AND revoked_at IS NULL AND {keysThatEnd} RETURNING {KeyColumns}", [("id", id), ("now", Now())], transaction);
            await using var told = await command.ExecuteReaderAsync(cancellationToken);
            while (await told.ReadAsync(cancellationToken))
            {
                ended.Add(ReadKey(told));
            }

            return ended;
        },
        cancellationToken);

    private long Now() => clock.GetUtcNow().ToMicroseconds();

    private static UserRecord ReadUser(DbDataReader r) =>
        new(r.GetString(0), r.GetString(1), Enum.Parse<UserRole>(r.GetString(2)), r.Text(3), r.GetString(4), r.GetInt32(5), r.Instant(6), r.Instant(7));

    private static ApiKey ReadKey(DbDataReader r) =>
        new(r.GetString(0), r.GetString(1), Enum.Parse<KeyScope>(r.GetString(2)), r.GetString(3), r.GetString(4), r.Instant(5)!.Value, r.Instant(6), r.Instant(7)) { MakerId = r.Text(8) };
}
