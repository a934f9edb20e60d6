using System.Collections.Concurrent;
using System.Globalization;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Runs;
using Tributary.Store;

namespace Tributary.Accounts;

/// <summary>The accounts of a workspace and their connections. One client an account, so that its limits hold over all runs.</summary>
internal sealed class AccountConnections(AccountStore store, SecretBox secrets, AccountPermits? permits, TimeProvider clock) : IDisposable
{
    /// <summary>The state of an account that waits for a person.</summary>
    public const string NeedsAttention = "needs_attention";

    private const string Valid = "valid";

    private readonly ConcurrentDictionary<string, OpenClient> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<OpenClient> _replaced = [];
    private readonly ConcurrentDictionary<string, Draft> _drafts = new(StringComparer.Ordinal);

    /// <summary>What it means for stored rows that their DataSet goes from one account to another; null where both lead to the same Matomo, or nobody knows where the one led.</summary>
    public async Task<string?> OtherMatomoAsync(string from, string to, CancellationToken cancellationToken) =>
        from != to && await store.GetAsync(from, cancellationToken) is { } old && await store.GetAsync(to, cancellationToken) is { } now && old.Url != now.Url
            ? $"The stored rows are of the Matomo at {old.Url}; from the next run on those of {now.Url} go into the same table. Rows of a site of the same number are taken for the same site's, and final dates are not read again: tributary dataset run --full. For another Matomo another DataSet is mostly meant."
            : null;

    /// <summary>Tests an account and stores it when every step is fine.</summary>
    public async Task<AccountTest> AddAsync(NewAccount account, CancellationToken cancellationToken)
    {
        var endpoint = ClientFactory.EndpointOf(account.Url);
        var name = string.IsNullOrWhiteSpace(account.Name) ? endpoint.Address.Host : NameRules.Read(account.Name, "NAME", "An account");
        if (await store.FindAsync(name, cancellationToken) is { } taken)
        {
            throw new InputException("NAME", $"There is an account named '{taken.Name}' already. Choose another name, or replace its token with: tributary account token {ShellWord.Of(taken.Name)}");
        }

        var settings = account.Connection.Of(account.Settings);
        var hidden = account.Connection.Of(new AccountSecrets());
        using var client = ClientFactory.Create(account.Url, account.Token, settings, hidden, null, null, clock);
        var (steps, version, sites) = await TestAsync(client, cancellationToken);
        var failed = FailedOf(steps);
        var record = new AccountRecord(
            Guid.CreateVersion7(clock.GetUtcNow()).ToString(),
            name,
            endpoint.Address.ToString(),
            StoreJson.Write(settings),
            version,
            failed is null ? Valid : NeedsAttention,
            failed?.Sentence,
            clock.GetUtcNow(),
            0)
        {
            Secrets = Protect(hidden),
        };
        if (failed is null)
        {
            await store.AddAsync(record, secrets.Protect(account.Token), cancellationToken);
        }

        return new AccountTest(ToAccount(record), steps, sites);
    }

    /// <summary>
    /// Tests an account as it is to be. When every step is fine it is known here from then on, so that what stands on it can be checked before anything is stored.
    /// </summary>
    /// <param name="before">The account as it is; null for a new one.</param>
    /// <param name="name">Its name.</param>
    /// <param name="url">Its address.</param>
    /// <param name="token">Its token; null for the one it has.</param>
    /// <param name="settings">Its limits and extras.</param>
    /// <param name="hidden">What its connection needs beside the token.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The account, and the step that failed if one did.</returns>
    public async Task<(AccountRecord Account, ConnectionStep? Failed)> DraftAsync(
        AccountRecord? before, string name, string url, AccessToken? token, AccountSettings settings, AccountSecrets hidden, CancellationToken cancellationToken)
    {
        var given = token ?? await TokenAsync(before!, cancellationToken);
        using var client = ClientFactory.Create(url, given, settings, hidden, null, null, clock);
        var (steps, version, _) = await TestAsync(client, cancellationToken);
        var old = before ?? new AccountRecord(Guid.CreateVersion7(clock.GetUtcNow()).ToString(), name, url, "", null, Valid, null, clock.GetUtcNow(), 0);
        var account = old with
        {
            Name = name,
            Url = ClientFactory.EndpointOf(url).Address.ToString(),
            Settings = StoreJson.Write(settings),
            MatomoVersion = version ?? old.MatomoVersion,
            State = Valid,
            Reason = null,
            Secrets = Protect(hidden),
            Learned = SettingsOfOrNull(before) is { } was && (was.ParallelRequests, was.RequestsPerMinute) == (settings.ParallelRequests, settings.RequestsPerMinute) ? old.Learned : null,
        };
        var failed = FailedOf(steps);
        if (failed is null)
        {
            _drafts[account.Id] = new Draft(account, secrets.Protect(given), before is null);
        }

        return (account, failed);
    }

    /// <summary>Stores the drafts, or forgets them.</summary>
    public async Task EndDraftsAsync(bool keep, CancellationToken cancellationToken)
    {
        foreach (var (account, token, isNew) in _drafts.Values.Where(_ => keep))
        {
            if (isNew)
            {
                await store.AddAsync(account, token, cancellationToken);
                continue;
            }

            await store.RenameAsync(account.Id, account.Name, cancellationToken);
            await store.UpdateAsync(account, token, cancellationToken);
            await store.SetStateAsync(account.Id, Valid, null, account.MatomoVersion, cancellationToken);
        }

        _drafts.Clear();
    }

    /// <summary>The token and what else is hidden of an account; null for what its key no longer opens.</summary>
    public async Task<(AccessToken? Token, AccountSecrets? Hidden)> OpenAsync(AccountRecord account, CancellationToken cancellationToken)
    {
        try
        {
            return (await TokenAsync(account, cancellationToken), OpenSecrets(account));
        }
        catch (TributaryException error) when (error.Code == "workspace.key_missing")
        {
            return (null, OpenSecrets(account));
        }
    }

    /// <summary>All accounts by name.</summary>
    public async Task<IReadOnlyList<Account>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(cancellationToken)).Select(ToAccount)];

    /// <summary>Tests a stored account. What fails stops the account only where the token is refused: a server that is down comes back by itself.</summary>
    public async Task<AccountTest> TestAsync(string name, CancellationToken cancellationToken)
    {
        var record = await FindAsync(name, cancellationToken);
        using var client = ClientFactory.Create(record.Url, await TokenAsync(record, cancellationToken), SettingsOf(record), HiddenOf(record), LearnedOf(record), null, clock);
        var (steps, version, sites) = await TestAsync(client, cancellationToken);
        var failed = FailedOf(steps);
        if (failed is null || (failed.Error is { } error && RunErrors.StopsAccount(error)))
        {
            await store.SetStateAsync(record.Id, failed is null ? Valid : NeedsAttention, failed?.Sentence, version, cancellationToken);
        }
        else
        {
            await store.SetUsedAsync(record.Id, cancellationToken);
        }

        return new AccountTest(ToAccount(await FindAsync(record.Name, cancellationToken)), steps, sites);
    }

    /// <summary>Whether a change leads to another server or by another proxy, so that secrets have to be given again with it.</summary>
    public async Task<bool> LeadsElsewhereAsync(string name, AccountEdit edit, CancellationToken cancellationToken)
    {
        var record = await FindAsync(name, cancellationToken);
        var before = OpenSecrets(record) ?? new AccountSecrets();
        return KeptSecrets.LeadElsewhere(record.Url, before.Proxy, edit.Url is null ? record.Url : ClientFactory.EndpointOf(edit.Url).Address.ToString(), edit.Connection.Of(before).Proxy);
    }

    /// <summary>Tests another address, token or connection and stores them when every step is fine.</summary>
    /// <exception cref="InputException">Kept secrets would be sent to another server; nothing was asked.</exception>
    public async Task<AccountTest> EditAsync(string name, AccountEdit edit, CancellationToken cancellationToken)
    {
        var record = await FindAsync(name, cancellationToken);
        var url = edit.Url is null ? record.Url : ClientFactory.EndpointOf(edit.Url).Address.ToString();
        var settings = edit.Connection.Of(SettingsOf(record));

        // Who gives a new token after the key was lost cannot be asked for what only that key opens: it is given again or gone.
        var before = edit.Token is null ? HiddenOf(record) : OpenSecrets(record) ?? new AccountSecrets();
        var hidden = edit.Connection.Of(before);
        if (KeptSecrets.LeadElsewhere(record.Url, before.Proxy, url, hidden.Proxy))
        {
            KeptSecrets.Refuse(before, edit);
        }

        var learned = edit.Connection.ChangesLimits ? null : LearnedOf(record);
        using var client = ClientFactory.Create(url, edit.Token ?? await TokenAsync(record, cancellationToken), settings, hidden, learned, null, clock);
        var (steps, version, sites) = await TestAsync(client, cancellationToken);
        if (FailedOf(steps) is null)
        {
            await store.UpdateAsync(
                record with { Url = url, Settings = StoreJson.Write(settings), Secrets = Protect(hidden), Learned = learned is null ? null : record.Learned },
                edit.Token is { } token ? secrets.Protect(token) : null,
                cancellationToken);
            await store.SetStateAsync(record.Id, Valid, null, version, cancellationToken);
        }

        return new AccountTest(ToAccount(await FindAsync(name, cancellationToken)), steps, sites);
    }

    /// <summary>What another language of labels means for the rows that are stored.</summary>
    /// <param name="language">The language from now on.</param>
    /// <param name="dataSets">The DataSets with rows, by name; one at least.</param>
    public static string OfLanguage(string language, IReadOnlyList<string> dataSets) => string.Create(
        CultureInfo.InvariantCulture,
        $"Labels are read in '{language}' from the next run on; rows that are stored keep theirs: {dataSets.Count} {(dataSets.Count == 1 ? "DataSet" : "DataSets")} ({string.Join(", ", dataSets.Take(5))}{(dataSets.Count > 5 ? ", …" : "")}). So that all are in one language: tributary dataset run {ShellWord.Of(dataSets[0])} --full");

    /// <summary>Gives an account another name.</summary>
    public async Task<Account> RenameAsync(string name, string newName, CancellationToken cancellationToken)
    {
        var written = NameRules.Read(newName, "NEW", "An account");
        var record = await FindAsync(name, cancellationToken);
        await store.RenameAsync(record.Id, written, cancellationToken);
        return ToAccount(await FindAsync(newName, cancellationToken));
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
        if (_drafts.Values.FirstOrDefault(d => NameKey.Of(d.Account.Name) == NameKey.Of(name)) is { } draft)
        {
            return draft.Account;
        }

        if (await store.FindAsync(name, cancellationToken) is { } account)
        {
            return account;
        }

        var names = (await store.ListAsync(cancellationToken)).Select(a => a.Name).Union(_drafts.Values.Select(d => d.Account.Name), StringComparer.OrdinalIgnoreCase).ToList();
        throw new InputException("--account", names.Count == 0
            ? $"There is no account '{name}': the workspace has none yet. Add one with: tributary account add NAME --url URL"
            : $"There is no account '{name}'.{NearestName.Hint(name, names)} Accounts: {string.Join(", ", names)}.")
        { Missing = name };
    }

    /// <summary>The account of a DataSet.</summary>
    /// <exception cref="TributaryException">It was removed, or waits for a person.</exception>
    public async Task<AccountRecord> OfDataSetAsync(DataSetDefinition definition, CancellationToken cancellationToken) =>
        await store.GetAsync(definition.AccountId, cancellationToken)
        ?? throw new TributaryException("account.removed", Fault.Setup, $"The account of DataSet '{definition.Name}' was removed. Its data is kept; it cannot be updated. Move it to another account with: tributary account move --dataset {ShellWord.Of(definition.Name)} --to ACCOUNT");

    /// <summary>The account's client, of its address, token and settings as they are stored now: another process may have changed them.</summary>
    /// <exception cref="TributaryException">The account waits for a person, or its secrets cannot be decrypted.</exception>
    public async Task<MatomoClient> ClientAsync(AccountRecord account, CancellationToken cancellationToken)
    {
        var now = _drafts.GetValueOrDefault(account.Id)?.Account ?? await store.GetAsync(account.Id, cancellationToken) ?? account;
        if (IsStopped(now))
        {
            throw WaitsForYou(now.Name, now.Reason);
        }

        var cipher = await CipherAsync(now, cancellationToken);
        if (_clients.TryGetValue(now.Id, out var known) && known.IsOf(now, cipher))
        {
            return known.Client;
        }

        var made = Open(now, cipher);
        _clients.AddOrUpdate(now.Id, made, (_, old) =>
        {
            // A run may still be reading with it.
            _replaced.Add(old);
            return made;
        });
        return made.Client;
    }

    /// <summary>The account's limits.</summary>
    public static AccountSettings SettingsOf(AccountRecord account) => StoreJson.Read<AccountSettings>(account.Settings);

    /// <summary>Stores that the account must not be asked again before a person mended it.</summary>
    public Task StopAsync(AccountRecord account, string reason, CancellationToken cancellationToken) =>
        store.StopAsync(account.Id, reason, cancellationToken);

    /// <summary>Whether the account waits for a person.</summary>
    public static bool IsStopped(AccountRecord account) => account.State == NeedsAttention;

    /// <summary>The failure of whatever would ask an account that waits for a person.</summary>
    public static TributaryException WaitsForYou(string account, string? reason) => new(
        "account.needs_attention",
        Fault.Source,
        $"Account '{account}' waits for you: {reason} Nothing was asked, because Matomo locks out addresses that keep failing. Mend it, then: tributary account test {ShellWord.Of(account)}");

    /// <summary>Refuses to work on an account that waits for a person.</summary>
    /// <exception cref="TributaryException">It does.</exception>
    public static void RefuseIfStopped(AccountRecord account)
    {
        if (IsStopped(account))
        {
            throw WaitsForYou(account.Name, account.Reason);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values.Concat(_replaced))
        {
            client.Dispose();
        }
    }

    /// <summary>Makes sure that a stored token can be read. Where keys are lost none can, and new ones come to be without a word; where one token alone cannot, its account says so itself.</summary>
    /// <exception cref="TributaryException"><c>workspace.key_missing</c>.</exception>
    public async Task RequireKeysAsync(CancellationToken cancellationToken)
    {
        TributaryException? lost = null;
        foreach (var account in await store.ListAsync(cancellationToken))
        {
            if (await store.TokenAsync(account.Id, cancellationToken) is not { } cipher)
            {
                continue;
            }

            try
            {
                secrets.Unprotect(cipher, account.Name);
                return;
            }
            catch (TributaryException error)
            {
                lost = error;
            }
        }

        if (lost is not null)
        {
            throw lost;
        }
    }

    private static ConnectionStep? FailedOf(IReadOnlyList<ConnectionStep> steps) => steps.FirstOrDefault(s => s.Result == ConnectionStepResult.Failed);

    private static async Task<(IReadOnlyList<ConnectionStep> Steps, string? Version, IReadOnlyList<MatomoSite> Sites)> TestAsync(MatomoClient client, CancellationToken cancellationToken)
    {
        var steps = await client.CheckAsync(cancellationToken);
        return FailedOf(steps) is null
            ? (steps, await client.GetVersionAsync(cancellationToken), await client.GetSitesAsync(cancellationToken))
            : (steps, null, []);
    }

    private static LearnedLimits? LearnedOf(AccountRecord account) => account.Learned is { } learned ? StoreJson.Read<LearnedLimits>(learned) : null;

    private OpenClient Open(AccountRecord account, byte[] cipher)
    {
        var token = secrets.Unprotect(cipher, account.Name);
        var (settings, hidden, learned) = (SettingsOf(account), HiddenOf(account), LearnedOf(account));
        var watch = new AccountWatch(account, store, ProveAsync, clock);
        return new OpenClient(ClientFactory.Create(account.Url, token, settings, hidden, learned, watch, clock, permits?.Of(account.Id)), watch, account, cipher);

        async Task ProveAsync(CancellationToken cancellationToken)
        {
            using var client = ClientFactory.Create(account.Url, token, settings, hidden, learned, null, clock);
            await client.GetVersionAsync(cancellationToken);
        }
    }

    private async Task<AccessToken> TokenAsync(AccountRecord account, CancellationToken cancellationToken) =>
        secrets.Unprotect(await CipherAsync(account, cancellationToken), account.Name);

    private async Task<byte[]> CipherAsync(AccountRecord account, CancellationToken cancellationToken) =>
        _drafts.GetValueOrDefault(account.Id)?.Token
        ?? await store.TokenAsync(account.Id, cancellationToken)
        ?? throw new TributaryException("workspace.key_missing", Fault.Workspace, $"The account '{account.Name}' has no token. Give it one with: tributary account token {ShellWord.Of(account.Name)}");

    private byte[]? Protect(AccountSecrets hidden) => hidden.IsEmpty ? null : secrets.ProtectDocument(hidden);

    private AccountSecrets? OpenSecrets(AccountRecord account) => account.Secrets is { } cipher ? secrets.UnprotectDocument<AccountSecrets>(cipher) : new AccountSecrets();

    private AccountSecrets HiddenOf(AccountRecord account) => OpenSecrets(account)
        ?? throw new TributaryException(
            "workspace.key_missing",
            Fault.Workspace,
            $"The headers and credentials of account '{account.Name}' cannot be decrypted: their key is not in the workspace's keys folder. Restore that folder, or give them again together with the token: tributary account edit {ShellWord.Of(account.Name)} --token-env VAR --header … --basic-env VAR");

    private Account ToAccount(AccountRecord r)
    {
        var hidden = OpenSecrets(r) ?? new AccountSecrets();
        return new Account(r.Id, r.Name, r.Url, r.MatomoVersion, r.State, r.Reason, r.DataSets, r.LastUsedAt)
        {
            Settings = SettingsOf(r),
            HeaderNames = [.. hidden.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase)],
            HasBasicCredentials = hidden.BasicUser is not null,
            Proxy = hidden.Proxy is { } proxy ? new Uri(proxy).GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : null,
            Learned = LearnedOf(r) is { } learned && learned.HoldAt(clock.GetUtcNow()) ? learned : null,
        };
    }

    private static AccountSettings? SettingsOfOrNull(AccountRecord? account) => account is null ? null : SettingsOf(account);

    /// <summary>An account that is tested and not stored.</summary>
    private sealed record Draft(AccountRecord Account, byte[] Token, bool IsNew);

    /// <summary>A client with what it was made of.</summary>
    private sealed record OpenClient(MatomoClient Client, AccountWatch Watch, AccountRecord Account, byte[] Cipher) : IDisposable
    {
        public bool IsOf(AccountRecord account, byte[] cipher) =>
            account.Name == Account.Name && account.Url == Account.Url && account.Settings == Account.Settings
            && cipher.AsSpan().SequenceEqual(Cipher) && account.Secrets.AsSpan().SequenceEqual(Account.Secrets);

        public void Dispose()
        {
            Client.Dispose();
            Watch.Dispose();
        }
    }
}
