using System.Collections.Concurrent;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary;

/// <summary>The accounts of a workspace and their connections. One client an account, so that its limits hold over all runs.</summary>
internal sealed class AccountConnections(AccountStore store, SecretBox secrets, TimeProvider clock) : IDisposable
{
    private const string Valid = "valid";
    private const string NeedsAttention = "needs_attention";

    private readonly ConcurrentDictionary<string, MatomoClient> _clients = new(StringComparer.Ordinal);

    /// <summary>Tests an account and stores it when every step is fine.</summary>
    public async Task<AccountTest> AddAsync(NewAccount account, CancellationToken cancellationToken)
    {
        var endpoint = Parse(account.Url);
        var name = string.IsNullOrWhiteSpace(account.Name) ? endpoint.Address.Host : account.Name.Trim();
        if (await store.FindAsync(name, cancellationToken) is { } taken)
        {
            throw new InputException("NAME", $"There is an account named '{taken.Name}' already. Choose another name, or replace its token with: tributary account token \"{taken.Name}\"");
        }

        using var client = new MatomoClient(endpoint, account.Token, OptionsOf(account.Settings), clock);
        var (steps, version, sites) = await TestAsync(client, cancellationToken);
        var failed = steps.FirstOrDefault(s => s.Result == ConnectionStepResult.Failed);
        var record = new AccountRecord(
            Guid.CreateVersion7(clock.GetUtcNow()).ToString(),
            name,
            endpoint.Address.ToString(),
            StoreJson.Write(account.Settings),
            version,
            failed is null ? Valid : NeedsAttention,
            failed?.Sentence,
            clock.GetUtcNow(),
            0);
        if (failed is null)
        {
            await store.AddAsync(record, secrets.Protect(account.Token), cancellationToken);
        }

        return new AccountTest(ToAccount(record), steps, sites);
    }

    /// <summary>All accounts by name.</summary>
    public async Task<IReadOnlyList<Account>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(cancellationToken)).Select(ToAccount)];

    /// <summary>Tests a stored account and stores how it went.</summary>
    public async Task<AccountTest> TestAsync(string name, CancellationToken cancellationToken)
    {
        var record = await FindAsync(name, cancellationToken);
        return await TestAsync(record, await ClientAsync(record, cancellationToken), cancellationToken);
    }

    /// <summary>Tests a new token and stores it when it works.</summary>
    public async Task<AccountTest> ReplaceTokenAsync(string name, AccessToken token, CancellationToken cancellationToken)
    {
        var record = await FindAsync(name, cancellationToken);
        using var client = new MatomoClient(Parse(record.Url), token, OptionsOf(StoreJson.Read<AccountSettings>(record.Settings)), clock);
        var (steps, version, sites) = await TestAsync(client, cancellationToken);
        if (steps.All(s => s.Result != ConnectionStepResult.Failed))
        {
            await store.ReplaceTokenAsync(record.Id, secrets.Protect(token), cancellationToken);
            await store.SetStateAsync(record.Id, Valid, null, version, cancellationToken);
            if (_clients.TryRemove(record.Id, out var old))
            {
                old.Dispose();
            }
        }

        return new AccountTest(ToAccount(await FindAsync(name, cancellationToken)), steps, sites);
    }

    /// <summary>Removes an account.</summary>
    public async Task RemoveAsync(AccountRecord account, CancellationToken cancellationToken)
    {
        await store.RemoveAsync(account.Id, cancellationToken);
        if (_clients.TryRemove(account.Id, out var client))
        {
            client.Dispose();
        }
    }

    /// <summary>The account of that name.</summary>
    /// <exception cref="InputException">There is none; the nearest are named.</exception>
    public async Task<AccountRecord> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(name, cancellationToken) is { } account)
        {
            return account;
        }

        var names = (await store.ListAsync(cancellationToken)).ConvertAll(a => a.Name);
        throw new InputException("--account", names.Count == 0
            ? $"There is no account '{name}': the workspace has none yet. Add one with: tributary account add NAME --url URL"
            : $"There is no account '{name}'.{NearestName.Hint(name, names)} Accounts: {string.Join(", ", names)}.");
    }

    /// <summary>The account of a DataSet.</summary>
    /// <exception cref="TributaryException">It was removed, or waits for a person.</exception>
    public async Task<AccountRecord> OfDataSetAsync(DataSetDefinition definition, CancellationToken cancellationToken) =>
        await store.GetAsync(definition.AccountId, cancellationToken)
        ?? throw new TributaryException("account.removed", Fault.Setup, $"The account of DataSet '{definition.Name}' was removed. Its data is kept; it cannot be updated.");

    /// <summary>The account's client.</summary>
    /// <exception cref="TributaryException">Its token cannot be decrypted.</exception>
    public async Task<MatomoClient> ClientAsync(AccountRecord account, CancellationToken cancellationToken)
    {
        if (_clients.TryGetValue(account.Id, out var known))
        {
            return known;
        }

        var cipher = await store.TokenAsync(account.Id, cancellationToken)
            ?? throw new TributaryException("workspace.key_missing", Fault.Workspace, $"The account '{account.Name}' has no token. Give it one with: tributary account token \"{account.Name}\"");
        var token = secrets.Unprotect(cipher, account.Name);
        return _clients.GetOrAdd(account.Id, _ => new MatomoClient(Parse(account.Url), token, OptionsOf(SettingsOf(account)), clock));
    }

    /// <summary>The account's limits.</summary>
    public static AccountSettings SettingsOf(AccountRecord account) => StoreJson.Read<AccountSettings>(account.Settings);

    /// <summary>Stores that the account must not be asked again before a person mended it.</summary>
    public Task StopAsync(AccountRecord account, string reason, CancellationToken cancellationToken) =>
        store.SetStateAsync(account.Id, NeedsAttention, reason, null, cancellationToken);

    /// <summary>Whether the account waits for a person.</summary>
    public static bool IsStopped(AccountRecord account) => account.State == NeedsAttention;

    /// <summary>Refuses to work on an account that waits for a person.</summary>
    /// <exception cref="TributaryException">It does.</exception>
    public static void RefuseIfStopped(AccountRecord account)
    {
        if (IsStopped(account))
        {
            throw new TributaryException(
                "account.needs_attention",
                Fault.Source,
                $"Account '{account.Name}' waits for you: {account.Reason} Nothing was asked, because Matomo locks out addresses that keep failing. Mend it, then: tributary account test \"{account.Name}\"");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }

    private async Task<AccountTest> TestAsync(AccountRecord record, MatomoClient client, CancellationToken cancellationToken)
    {
        var (steps, version, sites) = await TestAsync(client, cancellationToken);
        var failed = steps.FirstOrDefault(s => s.Result == ConnectionStepResult.Failed);
        await store.SetStateAsync(record.Id, failed is null ? Valid : NeedsAttention, failed?.Sentence, version, cancellationToken);
        return new AccountTest(ToAccount(await FindAsync(record.Name, cancellationToken)), steps, sites);
    }

    private static async Task<(IReadOnlyList<ConnectionStep> Steps, string? Version, IReadOnlyList<MatomoSite> Sites)> TestAsync(MatomoClient client, CancellationToken cancellationToken)
    {
        var steps = await client.CheckAsync(cancellationToken);
        return steps.All(s => s.Result != ConnectionStepResult.Failed)
            ? (steps, await client.GetVersionAsync(cancellationToken), await client.GetSitesAsync(cancellationToken))
            : (steps, null, []);
    }

    private static MatomoEndpoint Parse(string url)
    {
        try
        {
            return MatomoEndpoint.Parse(url);
        }
        catch (ArgumentException error)
        {
            throw new InputException("--url", error.Message);
        }
    }

    private static MatomoClientOptions OptionsOf(AccountSettings settings) => new()
    {
        ParallelRequests = settings.ParallelRequests,
        RequestsPerMinute = settings.RequestsPerMinute,
        Language = settings.Language,
        UserAgent = settings.UserAgent,
    };

    private static Account ToAccount(AccountRecord r) => new(r.Id, r.Name, r.Url, r.MatomoVersion, r.State, r.Reason, r.DataSets, r.LastUsedAt);
}
