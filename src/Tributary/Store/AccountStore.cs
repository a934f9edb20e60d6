using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>An account as it is stored, without its token.</summary>
internal sealed record AccountRecord(string Id, string Name, string Url, string Settings, string? MatomoVersion, string State, string? Reason, DateTimeOffset? LastUsedAt, int DataSets)
{
    /// <summary>The encrypted secrets of its connection; null when it has none.</summary>
    public byte[]? Secrets { get; init; }

    /// <summary>What its server taught about limits, as JSON; null when nothing.</summary>
    public string? Learned { get; init; }
}

/// <summary>The accounts of a workspace.</summary>
internal sealed class AccountStore(StoreDatabase store, TimeProvider clock)
{
    private const string Columns = "id, name, url, settings, matomo_version, state, reason, last_used_at, (SELECT count(*) FROM datasets d WHERE d.account_id = accounts.id), secrets, learned";

    /// <summary>Adds an account with its encrypted token.</summary>
    /// <exception cref="InputException">The name is taken.</exception>
    public async Task AddAsync(AccountRecord account, byte[] token, CancellationToken cancellationToken)
    {
        var added = await store.ExecuteAsync(
            """
            INSERT INTO accounts (id, name, name_key, url, settings, token, secrets, matomo_version, state, reason, last_used_at, created_at)
            VALUES (@id, @name, @key, @url, @settings, @token, @secrets, @version, @state, @reason, @used, @now)
            ON CONFLICT (name_key) DO NOTHING
            """,
            [("id", account.Id), ("name", account.Name), ("key", NameKey.Of(account.Name)), ("url", account.Url), ("settings", account.Settings), ("token", token), ("secrets", account.Secrets), ("version", account.MatomoVersion), ("state", account.State), ("reason", account.Reason), ("used", account.LastUsedAt?.ToMicroseconds()), ("now", clock.GetUtcNow().ToMicroseconds())],
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
        (await store.ReadAsync($"SELECT {Columns} FROM accounts WHERE name_key = @key", [("key", NameKey.Of(name))], Read, cancellationToken)).FirstOrDefault();

    /// <summary>The account of that id; null when there is none.</summary>
    public async Task<AccountRecord?> GetAsync(string id, CancellationToken cancellationToken) =>
        (await store.ReadAsync($"SELECT {Columns} FROM accounts WHERE id = @id", [("id", id)], Read, cancellationToken)).FirstOrDefault();

    /// <summary>The encrypted token; null when the account has none.</summary>
    public async Task<byte[]?> TokenAsync(string id, CancellationToken cancellationToken) =>
        (await store.ReadAsync("SELECT token FROM accounts WHERE id = @id", [("id", id)], r => r.Bytes(0), cancellationToken)).FirstOrDefault();

    /// <summary>Stores another address, other settings and secrets; a token that is null stays.</summary>
    public Task UpdateAsync(AccountRecord account, byte[]? token, CancellationToken cancellationToken) => store.ExecuteAsync(
        "UPDATE accounts SET url = @url, settings = @settings, secrets = @secrets, learned = @learned, token = coalesce(@token, token) WHERE id = @id",
        [("url", account.Url), ("settings", account.Settings), ("secrets", account.Secrets), ("learned", account.Learned), ("token", token), ("id", account.Id)],
        cancellationToken);

    /// <summary>Gives the account another name.</summary>
    /// <exception cref="InputException">The name is taken.</exception>
    public Task RenameAsync(string id, string name, CancellationToken cancellationToken) => store.ChangeAsync(
        async (connection, transaction) =>
        {
            var key = NameKey.Of(name);
            if (await connection.Command("SELECT name FROM accounts WHERE name_key = @key AND id <> @id", [("key", key), ("id", id)], transaction).ExecuteScalarAsync(cancellationToken) is string taken)
            {
                throw new InputException("NEW", $"There is an account named '{taken}' already. Choose another name.");
            }

            return await connection.Command("UPDATE accounts SET name = @name, name_key = @key WHERE id = @id", [("name", name), ("key", key), ("id", id)], transaction).ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    /// <summary>Stores what the account's server taught about limits.</summary>
    public Task SetLearnedAsync(string id, string learned, CancellationToken cancellationToken) =>
        store.ExecuteAsync("UPDATE accounts SET learned = @learned WHERE id = @id", [("learned", learned), ("id", id)], cancellationToken);

    /// <summary>Stores that the account is asked now.</summary>
    public Task SetUsedAsync(string id, CancellationToken cancellationToken) =>
        store.ExecuteAsync("UPDATE accounts SET last_used_at = @now WHERE id = @id", [("now", clock.GetUtcNow().ToMicroseconds()), ("id", id)], cancellationToken);

    /// <summary>The account's state alone; null when it was removed.</summary>
    public async Task<(string State, string? Reason)?> StateAsync(string id, CancellationToken cancellationToken) =>
        (await store.ReadAsync<(string, string?)?>("SELECT state, reason FROM accounts WHERE id = @id", [("id", id)], r => (r.GetString(0), r.Text(1)), cancellationToken)).FirstOrDefault();

    /// <summary>Stores how the account answered last.</summary>
    public Task SetStateAsync(string id, string state, string? reason, string? matomoVersion, CancellationToken cancellationToken) => store.ExecuteAsync(
        "UPDATE accounts SET state = @state, reason = @reason, matomo_version = coalesce(@version, matomo_version), last_used_at = @now WHERE id = @id",
        [("state", state), ("reason", reason), ("version", matomoVersion), ("now", clock.GetUtcNow().ToMicroseconds()), ("id", id)],
        cancellationToken);

    /// <summary>Stores that the account waits for a person, with the first reason there was.</summary>
    public Task StopAsync(string id, string reason, CancellationToken cancellationToken) => store.ExecuteAsync(
        "UPDATE accounts SET state = 'needs_attention', reason = @reason, last_used_at = @now WHERE id = @id AND state <> 'needs_attention'",
        [("reason", reason), ("now", clock.GetUtcNow().ToMicroseconds()), ("id", id)],
        cancellationToken);

    /// <summary>Removes an account.</summary>
    public Task RemoveAsync(string id, CancellationToken cancellationToken) =>
        store.ExecuteAsync("DELETE FROM accounts WHERE id = @id", [("id", id)], cancellationToken);

    private static AccountRecord Read(DbDataReader r) =>
        new(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.Text(4), r.GetString(5), r.Text(6), r.Instant(7), r.GetInt32(8)) { Secrets = r.Bytes(9), Learned = r.Text(10) };
}
