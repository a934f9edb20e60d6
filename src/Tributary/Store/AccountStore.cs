using Microsoft.Data.Sqlite;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>An account as it is stored, without its token.</summary>
internal sealed record AccountRecord(string Id, string Name, string Url, string Settings, string? MatomoVersion, string State, string? Reason, DateTimeOffset? LastUsedAt, int DataSets);

/// <summary>The accounts of a workspace.</summary>
internal sealed class AccountStore(StoreDatabase store, TimeProvider clock)
{
    private const string Columns = "id, name, url, settings, matomo_version, state, reason, last_used_at, (SELECT count(*) FROM datasets d WHERE d.account_id = accounts.id)";

    /// <summary>Adds an account with its encrypted token.</summary>
    /// <exception cref="InputException">The name is taken.</exception>
    public async Task AddAsync(AccountRecord account, byte[] token, CancellationToken cancellationToken)
    {
        var added = await store.ExecuteAsync(
            """
            INSERT INTO accounts (id, name, name_key, url, settings, token, matomo_version, state, reason, last_used_at, created_at)
            VALUES ($id, $name, $key, $url, $settings, $token, $version, $state, $reason, $used, $now)
            ON CONFLICT (name_key) DO NOTHING
            """,
            [("id", account.Id), ("name", account.Name), ("key", NameKey.Of(account.Name)), ("url", account.Url), ("settings", account.Settings), ("token", token), ("version", account.MatomoVersion), ("state", account.State), ("reason", account.Reason), ("used", account.LastUsedAt?.ToMicroseconds()), ("now", clock.GetUtcNow().ToMicroseconds())],
            cancellationToken);
        if (added == 0)
        {
            throw new InputException("NAME", $"There is an account named '{account.Name}' already. Choose another name.");
        }
    }

    /// <summary>All accounts by name.</summary>
    public Task<List<AccountRecord>> ListAsync(CancellationToken cancellationToken) =>
        store.ReadAsync($"SELECT {Columns} FROM accounts ORDER BY name_key", [], Read, cancellationToken);

    /// <summary>The account of that name, ignoring case; null when there is none.</summary>
    public async Task<AccountRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await store.ReadAsync($"SELECT {Columns} FROM accounts WHERE name_key = $key", [("key", NameKey.Of(name))], Read, cancellationToken)).FirstOrDefault();

    /// <summary>The account of that id; null when there is none.</summary>
    public async Task<AccountRecord?> GetAsync(string id, CancellationToken cancellationToken) =>
        (await store.ReadAsync($"SELECT {Columns} FROM accounts WHERE id = $id", [("id", id)], Read, cancellationToken)).FirstOrDefault();

    /// <summary>The encrypted token; null when the account has none.</summary>
    public async Task<byte[]?> TokenAsync(string id, CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT token FROM accounts WHERE id = $id", [("id", id)], r => r.IsDBNull(0) ? null : (byte[])r[0], cancellationToken)).FirstOrDefault();

    /// <summary>Stores another token.</summary>
    public Task ReplaceTokenAsync(string id, byte[] token, CancellationToken cancellationToken) =>
        store.ExecuteAsync("UPDATE accounts SET token = $token WHERE id = $id", [("token", token), ("id", id)], cancellationToken);

    /// <summary>Stores how the account answered last.</summary>
    public Task SetStateAsync(string id, string state, string? reason, string? matomoVersion, CancellationToken cancellationToken) => store.ExecuteAsync(
        "UPDATE accounts SET state = $state, reason = $reason, matomo_version = coalesce($version, matomo_version), last_used_at = $now WHERE id = $id",
        [("state", state), ("reason", reason), ("version", matomoVersion), ("now", clock.GetUtcNow().ToMicroseconds()), ("id", id)],
        cancellationToken);

    /// <summary>Removes an account.</summary>
    public Task RemoveAsync(string id, CancellationToken cancellationToken) =>
        store.ExecuteAsync("DELETE FROM accounts WHERE id = $id", [("id", id)], cancellationToken);

    private static AccountRecord Read(SqliteDataReader r) =>
        new(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.Text(4), r.GetString(5), r.Text(6), r.Instant(7), r.GetInt32(8));
}
