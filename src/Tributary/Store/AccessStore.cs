using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>A person as they are stored.</summary>
internal sealed record UserRecord(string Id, string Name, UserRole Role, string? PasswordHash, string Stamp, int Failures, DateTimeOffset? LockedUntil, DateTimeOffset? LastSeenAt);

/// <summary>Who may sign in, and which keys open the API.</summary>
internal sealed class AccessStore(StoreDatabase store, TimeProvider clock)
{
    private const string UserColumns = "id, name, role, password_hash, stamp, failures, locked_until, last_seen_at";
    private const string KeyColumns = "id, name, scope, start, made_by, created_at, last_used_at, revoked_at";

    public Task<List<UserRecord>> ListUsersAsync(CancellationToken cancellationToken) =>
        store.ReadAsync($"SELECT {UserColumns} FROM users ORDER BY name_key", [], ReadUser, cancellationToken);

    public async Task<UserRecord?> FindUserAsync(string name, CancellationToken cancellationToken) =>
        (await store.ReadAsync($"SELECT {UserColumns} FROM users WHERE name_key = @key", [("key", NameKey.Of(name))], ReadUser, cancellationToken)).FirstOrDefault();

    public async Task<UserRecord?> GetUserAsync(string id, CancellationToken cancellationToken) =>
        (await store.ReadAsync($"SELECT {UserColumns} FROM users WHERE id = @id", [("id", id)], ReadUser, cancellationToken)).FirstOrDefault();

    /// <summary>Adds a person; false when the name is taken, or with <paramref name="onlyFirst"/> when somebody is there already.</summary>
    public Task<bool> AddUserAsync(UserRecord user, bool onlyFirst, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) => await connection.Command(
        "INSERT INTO users (id, name, name_key, role, password_hash, stamp, created_at) SELECT @id, @name, @key, @role, @hash, @stamp, @now WHERE @first = 0 OR NOT EXISTS (SELECT 1 FROM users) ON CONFLICT (name_key) DO NOTHING",
        [("id", user.Id), ("name", user.Name), ("key", NameKey.Of(user.Name)), ("role", user.Role.ToString()), ("hash", user.PasswordHash), ("stamp", user.Stamp), ("now", Now()), ("first", onlyFirst)],
        transaction).ExecuteNonQueryAsync(cancellationToken) > 0,
        cancellationToken);

    public Task UpdateUserAsync(UserRecord user, CancellationToken cancellationToken) => store.ExecuteAsync(
        "UPDATE users SET role = @role, password_hash = @hash, stamp = @stamp, failures = @failures, locked_until = @locked, last_seen_at = @seen WHERE id = @id",
        [("id", user.Id), ("role", user.Role.ToString()), ("hash", user.PasswordHash), ("stamp", user.Stamp), ("failures", user.Failures), ("locked", user.LockedUntil?.ToMicroseconds()), ("seen", user.LastSeenAt?.ToMicroseconds())],
        cancellationToken);

    /// <summary>Counts a wrong password and locks when there were too many, in one step: guesses made at the same time all count.</summary>
    /// <returns>Until when the person is locked; null when they are not.</returns>
    public async Task<DateTimeOffset?> CountFailureAsync(string id, int most, DateTimeOffset until, CancellationToken cancellationToken) => (await store.ChangeAsync(
        "UPDATE users SET failures = CASE WHEN failures + 1 >= @most THEN 0 ELSE failures + 1 END, locked_until = CASE WHEN failures + 1 >= @most THEN @until ELSE locked_until END WHERE id = @id RETURNING locked_until",
        [("id", id), ("most", most), ("until", until.ToMicroseconds())],
        r => r.Instant(0),
        cancellationToken)).FirstOrDefault();

    public Task RemoveUserAsync(string id, CancellationToken cancellationToken) => store.ExecuteAsync("DELETE FROM users WHERE id = @id", [("id", id)], cancellationToken);

    public Task<List<ApiKey>> ListKeysAsync(CancellationToken cancellationToken) =>
        store.ReadAsync($"SELECT {KeyColumns} FROM api_keys ORDER BY revoked_at IS NOT NULL, name_key", [], ReadKey, cancellationToken);

    public async Task<ApiKey?> FindKeyAsync(string hash, CancellationToken cancellationToken) =>
        (await store.ReadAsync($"SELECT {KeyColumns} FROM api_keys WHERE hash = @hash AND revoked_at IS NULL", [("hash", hash)], ReadKey, cancellationToken)).FirstOrDefault();

    /// <summary>Adds a key; false when the name is taken.</summary>
    public async Task<bool> AddKeyAsync(ApiKey key, string hash, CancellationToken cancellationToken) => await store.ExecuteAsync(
        "INSERT INTO api_keys (id, name, name_key, scope, hash, start, made_by, created_at) VALUES (@id, @name, @key, @scope, @hash, @start, @by, @now) ON CONFLICT (name_key) DO NOTHING",
        [("id", key.Id), ("name", key.Name), ("key", NameKey.Of(key.Name)), ("scope", key.Scope.ToString()), ("hash", hash), ("start", key.Start), ("by", key.MadeBy), ("now", Now())],
        cancellationToken) > 0;

    public Task NoteKeyAsync(string id, CancellationToken cancellationToken) =>
        store.ExecuteAsync("UPDATE api_keys SET last_used_at = @now WHERE id = @id", [("id", id), ("now", Now())], cancellationToken);

    /// <summary>Ends a key; its name is free again.</summary>
    public async Task<bool> RevokeKeyAsync(string id, CancellationToken cancellationToken) => await store.ExecuteAsync(
        "UPDATE api_keys SET revoked_at = @now, name_key = id WHERE id = @id AND revoked_at IS NULL", [("id", id), ("now", Now())], cancellationToken) > 0;

    private long Now() => clock.GetUtcNow().ToMicroseconds();

    private static UserRecord ReadUser(DbDataReader r) =>
        new(r.GetString(0), r.GetString(1), Enum.Parse<UserRole>(r.GetString(2)), r.Text(3), r.GetString(4), r.GetInt32(5), r.Instant(6), r.Instant(7));

    private static ApiKey ReadKey(DbDataReader r) =>
        new(r.GetString(0), r.GetString(1), Enum.Parse<KeyScope>(r.GetString(2)), r.GetString(3), r.GetString(4), r.Instant(5)!.Value, r.Instant(6), r.Instant(7));
}
