using Microsoft.Data.Sqlite;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>Accounts. Tokens are written and read by themselves, encrypted, and are part of no record.</summary>
public sealed class AccountStore
{
    private const string Columns = "id, name, url, settings, matomo_version, state, state_reason, last_used_at, created_at";

    private static readonly (AccountState State, string Text)[] States =
        [(AccountState.Untested, "untested"), (AccountState.Valid, "valid"), (AccountState.NeedsAttention, "needs_attention")];

    private readonly StoreDatabase _database;
    private readonly SecretBox _secrets;

    internal AccountStore(StoreDatabase database, SecretBox secrets)
    {
        _database = database;
        _secrets = secrets;
    }

    /// <summary>Adds an account with its token; null for one without.</summary>
    public Task AddAsync(AccountRecord account, string? token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        var ciphertext = token is null ? null : _secrets.Protect(account.Id, token);
        return NamedAsync(
            account.Name,
            connection => connection.Execute(
                $"INSERT INTO accounts ({Columns}, name_key, token_ciphertext) VALUES ($id, $name, $url, $settings, $version, $state, $reason, $used, $created, $key, $token)",
                [.. Values(account), ("$token", ciphertext)]),
            cancellationToken);
    }

    /// <summary>Writes all of an account but its token.</summary>
    /// <returns>Whether there is such an account.</returns>
    public Task<bool> UpdateAsync(AccountRecord account, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return NamedAsync(
            account.Name,
            connection => connection.Execute(
                "UPDATE accounts SET name = $name, name_key = $key, url = $url, settings = $settings, matomo_version = $version, state = $state, state_reason = $reason, last_used_at = $used, created_at = $created WHERE id = $id",
                Values(account)) > 0,
            cancellationToken);
    }

    /// <summary>Replaces the token.</summary>
    /// <returns>Whether there is such an account.</returns>
    public Task<bool> WriteTokenAsync(string id, string token, CancellationToken cancellationToken)
    {
        var ciphertext = _secrets.Protect(id, token);
        return _database.WriteAsync(c => c.Execute("UPDATE accounts SET token_ciphertext = $token WHERE id = $id", ("$id", id), ("$token", ciphertext)) > 0, cancellationToken);
    }

    /// <summary>The token in clear; null when there is none.</summary>
    public async Task<string?> ReadTokenAsync(string id, CancellationToken cancellationToken)
    {
        var ciphertext = await _database.ReadAsync(c => c.Rows("SELECT token_ciphertext FROM accounts WHERE id = $id", r => r.TextOrNull(0), ("$id", id)).FirstOrDefault(), cancellationToken);
        return ciphertext is null ? null : _secrets.Unprotect(id, ciphertext);
    }

    /// <summary>All accounts by name.</summary>
    public Task<IReadOnlyList<AccountRecord>> ListAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<AccountRecord>>(c => c.Rows($"SELECT {Columns} FROM accounts ORDER BY name_key", Read), cancellationToken);

    /// <summary>The account of that id.</summary>
    public Task<AccountRecord?> GetAsync(string id, CancellationToken cancellationToken) =>
        _database.ReadAsync(c => c.Rows($"SELECT {Columns} FROM accounts WHERE id = $id", Read, ("$id", id)).FirstOrDefault(), cancellationToken);

    /// <summary>The account of that name, ignoring case.</summary>
    public Task<AccountRecord?> FindAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _database.ReadAsync(c => c.Rows($"SELECT {Columns} FROM accounts WHERE name_key = $key", Read, ("$key", StoreStatements.Key(name))).FirstOrDefault(), cancellationToken);
    }

    /// <summary>Removes an account, its token and its catalog.</summary>
    /// <returns>Whether there was such an account.</returns>
    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) =>
        _database.WriteAsync(c => c.Execute("DELETE FROM accounts WHERE id = $id", ("$id", id)) > 0, cancellationToken);

    private async Task<T> NamedAsync<T>(string name, Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        try
        {
            return await _database.WriteAsync(write, cancellationToken);
        }
        catch (SqliteException e) when (StoreErrors.IsTaken(e, "accounts.name_key"))
        {
            throw new TributaryException("account.name_taken", Fault.Setup, $"There is an account named '{name}' already. Choose another name; upper and lower case do not count.", e);
        }
    }

    private static (string, object?)[] Values(AccountRecord a) =>
    [
        ("$id", a.Id),
        ("$name", a.Name),
        ("$key", StoreStatements.Key(a.Name)),
        ("$url", a.Url),
        ("$settings", a.Settings),
        ("$version", a.MatomoVersion),
        ("$state", States.Single(s => s.State == a.State).Text),
        ("$reason", a.StateReason),
        ("$used", a.LastUsedAt is { } used ? StoreStatements.Micros(used) : null),
        ("$created", StoreStatements.Micros(a.CreatedAt)),
    ];

    private static AccountRecord Read(SqliteDataReader r) => new(r.GetString(0), r.GetString(1), r.GetString(2), r.Instant(8))
    {
        Settings = r.GetString(3),
        MatomoVersion = r.TextOrNull(4),
        State = States.Single(s => s.Text == r.GetString(5)).State,
        StateReason = r.TextOrNull(6),
        LastUsedAt = r.InstantOrNull(7),
    };
}
