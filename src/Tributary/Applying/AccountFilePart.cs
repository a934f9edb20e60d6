using Tributary.Accounts;
using Tributary.Files;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Applying;

/// <summary>The accounts of the file form. Secrets come by environment variables and never go into a file; one whose variable is not set stays as it is.</summary>
internal sealed class AccountFilePart(AccountConnections accounts, AccountStore store, AccountReports reports)
{
    private const string AsItWas = "(as it was)";

    /// <summary>Plans the accounts of a file. New and changed ones are tested.</summary>
    public async Task PlanAsync(WorkspaceFile file, FilePlan plan, CancellationToken cancellationToken)
    {
        var stored = await store.ListAsync(cancellationToken);
        foreach (var account in file.Accounts.Where(a => a.Name.Length > 0))
        {
            try
            {
                await PlanAsync(account, stored.FirstOrDefault(s => NameKey.Of(s.Name) == NameKey.Of(account.Name)), plan, cancellationToken);
            }
            catch (InputException error)
            {
                account.At.Fail(error);
            }

            if (account.At.HasFailed)
            {
                plan.FailedAccounts.Add(NameKey.Of(account.Name));
            }
        }

        plan.Write(FileStep.Accounts, stop => accounts.EndDraftsAsync(keep: true, stop));
    }

    /// <summary>Plans what becomes of accounts that the file does not name.</summary>
    /// <param name="file">The file.</param>
    /// <param name="used">Ids of accounts that DataSets will stand on.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task PruneAsync(WorkspaceFile file, IReadOnlySet<string> used, FilePlan plan, CancellationToken cancellationToken)
    {
        foreach (var account in (await store.ListAsync(cancellationToken)).Where(s => !file.Accounts.Any(a => NameKey.Of(a.Name) == NameKey.Of(s.Name))))
        {
            if (!plan.Request.Prune || used.Contains(account.Id))
            {
                plan.NotInFile.Add(account.Name);
                continue;
            }

            plan.Changes.Add(new FileChange("account", account.Name, FileAction.Removed, [], ["Its token and settings are forgotten."]));
            plan.Write(FileStep.RemoveAccounts, stop => accounts.RemoveAsync(account, stop));
        }
    }

    /// <summary>The fields of every account, by name.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<FieldText>>> ExportAsync(VariableNames variables, CancellationToken cancellationToken)
    {
        var result = new List<IReadOnlyList<FieldText>>();
        foreach (var account in await store.ListAsync(cancellationToken))
        {
            result.Add(Fields(account.Name, account.Url, AccountConnections.SettingsOf(account), (await accounts.OpenAsync(account, cancellationToken)).Hidden ?? new AccountSecrets(), variables));
        }

        return result;
    }

    private async Task PlanAsync(FileAccount account, AccountRecord? before, FilePlan plan, CancellationToken cancellationToken)
    {
        var at = account.At;
        var (oldToken, opened) = before is null ? (null, new AccountSecrets()) : await accounts.OpenAsync(before, cancellationToken);
        var oldHidden = opened ?? new AccountSecrets();
        var url = at.Text("url") is { } text ? ClientFactory.EndpointOf(text).Address.ToString() : "";

        // What secrets were given for one server is not sent to another, nor by another proxy.
        var keeps = before is null || url.Length == 0 || !KeptSecrets.LeadElsewhere(before.Url, oldHidden.Proxy, url, at.Text("proxy") ?? (at.Has("proxy_env") ? plan.Variable(at, "proxy_env", isNeeded: false) : null));
        var token = Token(at, plan, isNeeded: oldToken is null || !keeps);
        var change = Connection(at, keeps ? oldHidden : new AccountSecrets { Proxy = oldHidden.Proxy }, plan);
        var (settings, hidden) = (change.Of(new AccountSettings()), change.Of(new AccountSecrets()));
        if (!at.Has("url") || (token is null && (oldToken is null || !keeps)))
        {
            return;
        }

        var now = Fields(account.Name, url, settings, hidden, new VariableNames());
        List<FieldChange> changes = [];
        if (before is not null)
        {
            changes = FilePlan.Differences(Fields(before.Name, before.Url, AccountConnections.SettingsOf(before), oldHidden, new VariableNames()), now);
            changes.AddRange(Secrets(at, oldToken, token, oldHidden, hidden));
            if (changes.Count == 0 && opened is not null && !AccountConnections.IsStopped(before))
            {
                plan.Unchanged++;
                return;
            }
        }

        var (record, failed) = await accounts.DraftAsync(before, account.Name, url, token, settings, hidden, cancellationToken);
        if (failed is not null)
        {
            plan.FailedAccounts.Add(NameKey.Of(account.Name));
            plan.Failures.Add((Fault.Source, at.Line, $"The account '{account.Name}' (line {at.Line}) does not work: {failed.Sentence}"));
            return;
        }

        reports.Forget(record.Id);
        if (before is null)
        {
            plan.Added("account", account.Name, now, at);
        }
        else if (changes.Count == 0)
        {
            plan.Unchanged++;
        }
        else
        {
            plan.Changes.Add(new FileChange("account", account.Name, FileAction.Changed, FilePlan.AsWritten(at, changes), changes.Any(c => c.Field == "language") ? [$"Labels are read in '{settings.Language}' from the next run on; rows that are stored keep theirs until a full run reads them again: tributary dataset run NAME --full"] : []));
        }
    }

    private static AccessToken? Token(ItemReader at, FilePlan plan, bool isNeeded)
    {
        if (isNeeded && !at.Has("token_env"))
        {
            at.Fail("token_env", "The token is missing: name the environment variable that holds it, token_env: MATOMO_TOKEN. A token never stands in the file.");
        }

        try
        {
            return plan.Variable(at, "token_env", isNeeded) is { } token ? new AccessToken(token) : null;
        }
        catch (ArgumentException)
        {
            at.Fail("token_env", $"What {at.Text("token_env")} holds is no token: a token has letters and digits only. Copy it again from Administration > Personal > Security > Auth tokens.");
            return null;
        }
    }

    /// <summary>What the file says of the connection: what it does not say is gone.</summary>
    private static ConnectionChange Connection(ItemReader at, AccountSecrets old, FilePlan plan)
    {
        if (at.Has("proxy") && at.Has("proxy_env"))
        {
            at.Fail("proxy_env", "Give either proxy or proxy_env, not both.");
        }

        if (at.Text("proxy") is { } address && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0)
        {
            at.Fail("proxy", "A password never stands in the file. Put the whole address into an environment variable and name that: proxy_env: PROXY.");
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, variable) in at.Map("header_env"))
        {
            var known = old.Headers.Keys.FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase));
            if ((plan.Variable(at, "header_env", variable, isNeeded: known is null) ?? (known is null ? null : old.Headers[known])) is { } value)
            {
                headers[name] = value;
            }
        }

        var basic = old.BasicUser is null ? null : $"{old.BasicUser}:{old.BasicPassword}";
        var proxy = old.Proxy is { } stored && new Uri(stored).UserInfo.Length > 0 ? stored : null;
        return new ConnectionChange
        {
            RequestsPerMinute = at.Number("requests_per_minute"),
            ParallelRequests = at.Number("parallel"),
            Headers = headers,
            Basic = at.Has("basic_env") ? plan.Variable(at, "basic_env", isNeeded: basic is null) ?? basic : null,
            Proxy = at.Text("proxy") ?? (at.Has("proxy_env") ? plan.Variable(at, "proxy_env", isNeeded: proxy is null) ?? proxy : null),
            CaFile = at.Text("ca_file") is { } file ? Path.Combine(plan.Request.Folder, file) : null,
            Language = at.Text("language"),
            UserAgent = at.Text("user_agent"),
        };
    }

    /// <summary>Secrets that are others than before, by the fields that name their variables. What is new or gone shows in the fields themselves.</summary>
    private static IEnumerable<FieldChange> Secrets(ItemReader at, AccessToken? oldToken, AccessToken? token, AccountSecrets old, AccountSecrets now)
    {
        if (token is not null && token.Reveal() != oldToken?.Reveal())
        {
            yield return new FieldChange("token_env", AsItWas, $"(what {at.Text("token_env")} holds)");
        }

        if (old.Headers.Any(h => now.Headers.TryGetValue(h.Key, out var value) && value != h.Value))
        {
            yield return new FieldChange("header_env", AsItWas, "(what the variables hold)");
        }

        if (old.BasicUser is not null && now.BasicUser is not null && (old.BasicUser, old.BasicPassword) != (now.BasicUser, now.BasicPassword))
        {
            yield return new FieldChange("basic_env", AsItWas, $"(what {at.Text("basic_env")} holds)");
        }

        if (HasPassword(old.Proxy) && HasPassword(now.Proxy) && old.Proxy != now.Proxy)
        {
            yield return new FieldChange("proxy_env", AsItWas, $"(what {at.Text("proxy_env")} holds)");
        }
    }

    private static bool HasPassword(string? proxy) => proxy is not null && new Uri(proxy).UserInfo.Length > 0;

    private static IReadOnlyList<FieldText> Fields(string name, string url, AccountSettings settings, AccountSecrets hidden, VariableNames variables)
    {
        var usual = new AccountSettings();
        return new FieldTexts()
            .Add("name", name)
            .Add("url", url)
            .Add("token_env", variables.Of("TOKEN", name))
            .Add("requests_per_minute", settings.RequestsPerMinute)
            .Add("parallel", settings.ParallelRequests == usual.ParallelRequests ? null : settings.ParallelRequests)
            .Add("header_env", [.. hidden.Headers.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => KeyValuePair.Create(h.Key, variables.Of("HEADER", $"{name} {h.Key}")))])
            .Add("basic_env", hidden.BasicUser is null ? null : variables.Of("BASIC", name))
            .Add("proxy", hidden.Proxy is null || HasPassword(hidden.Proxy) ? null : hidden.Proxy)
            .Add("proxy_env", HasPassword(hidden.Proxy) ? variables.Of("PROXY", name) : null)
            .Add("ca_file", settings.CaFile)
            .Add("language", settings.Language == usual.Language ? null : settings.Language)
            .Add("user_agent", settings.UserAgent)
            .All;
    }
}
