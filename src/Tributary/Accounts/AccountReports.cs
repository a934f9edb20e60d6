using System.Buffers;
using System.Collections.Concurrent;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Runs;
using Tributary.Store;

namespace Tributary.Accounts;

/// <summary>The reports of a workspace's accounts: what they offer, and what is needed to read one.</summary>
internal sealed class AccountReports(AccountConnections accounts, SecretBox secrets, TimeProvider clock, string stagingFolder) : IDisposable
{
    private readonly ServerFacts _facts = new(clock);
    private readonly ConcurrentDictionary<string, ReportCatalog> _catalogs = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Dispose() => _facts.Dispose();

    /// <summary>The built-in catalog, or with an account what its own server has. Read once a process: plugins do not come and go by the minute.</summary>
    public async Task<ReportCatalog> CatalogAsync(string? account, CancellationToken cancellationToken)
    {
        if (account is null)
        {
            return ReportCatalog.BuiltIn;
        }

        var record = await accounts.FindAsync(account, cancellationToken);
        var client = (await accounts.ClientAsync(record, cancellationToken)).Urgent;
        if (_catalogs.TryGetValue(record.Id, out var known))
        {
            return known;
        }

        var sites = await client.GetSitesAsync(cancellationToken);
        return sites.Count == 0 ? ReportCatalog.BuiltIn : _catalogs[record.Id] = ReportCatalog.BuiltIn.Merge(await AnnouncedAsync(client, sites[0].Id, cancellationToken));
    }

    /// <summary>Has the server asked anew what it offers, and what of it is asked for seldom.</summary>
    public void Forget(string accountId)
    {
        _catalogs.TryRemove(accountId, out _);
        _facts.Forget(accountId);
    }

    /// <summary>The report of that name.</summary>
    /// <exception cref="InputException">There is none; the nearest are named.</exception>
    public static ReportDefinition Find(ReportCatalog catalog, string name) => catalog.Find(name)
        ?? throw new InputException("--report", $"There is no report '{name}'.{NearestName.Hint(name, catalog.Reports.Select(r => r.Method).Distinct())} The list: tributary report list") { Missing = name };

    /// <summary>Checks the details of a report against the account's server.</summary>
    /// <exception cref="InputException">Something in them does not hold together, or the server lacks the report.</exception>
    public async Task<(ReportDefinition Report, Details Details)> ReadDetailsAsync(AccountRecord account, DetailsInput input, CancellationToken cancellationToken)
    {
        var report = await FindAsync(account, input.Report, cancellationToken);
        return (report, DetailsRules.Read(input, report));
    }

    /// <summary>The report of that name, of those that the account's server has.</summary>
    /// <exception cref="InputException">None is named, there is none, or the server lacks it.</exception>
    public async Task<ReportDefinition> FindAsync(AccountRecord account, string? name, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new InputException("--report", "Say which report: --report Actions.getPageUrls. The list: tributary report list");
        }

        var report = Find(await CatalogAsync(account.Name, cancellationToken), name);
        return report.Available ? report : throw new InputException("--report", $"{report.Method} is not available on '{account.Name}': {report.Reason}");
    }

    /// <summary>Asks the server what reading the report needs. The server's own list of reports is asked for only when the built-in one cannot do.</summary>
    /// <param name="account">The account.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="details">What is to be read.</param>
    /// <param name="since">Lists of sites and goals asked for after this are new enough; null asks anew.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="withNames">Whether goals are asked for where only their names are of use.</param>
    public async Task<PreparedRun> PrepareAsync(AccountRecord account, MatomoClient client, Details details, DateTimeOffset? since, CancellationToken cancellationToken, bool withNames = true)
    {
        // Of the two campaign plugins a server has one; what other plugins add, only the server knows.
        var catalog = ReportCatalog.BuiltIn.Find(details.Report) is { Group: not "Advanced Campaign Reporting" } ? ReportCatalog.BuiltIn : await CatalogAsync(account.Name, cancellationToken);
        return await PreparationOf(account, client, catalog, since, withNames).PrepareAsync(Find(catalog, details.Report), details, cancellationToken);
    }

    /// <summary>Has the server judge the segments of the details.</summary>
    /// <exception cref="InputException">The server does not take one of them.</exception>
    public Task CheckSegmentsAsync(AccountRecord account, PreparedRun prepared, CancellationToken cancellationToken) => prepared.Sites.Count == 0
        ? Task.CompletedTask
        : PreparationOf(account, prepared.Reading.Client, ReportCatalog.BuiltIn, null).CheckSegmentsAsync(prepared.Reading.Details, prepared.Sites[0], cancellationToken);

    /// <summary>The lists of the account's server.</summary>
    /// <param name="account">The account.</param>
    /// <param name="since">What was asked for after this is new enough.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ServerLists> ListsAsync(AccountRecord account, DateTimeOffset since, CancellationToken cancellationToken) =>
        ListsOf(account.Id, (await accounts.ClientAsync(account, cancellationToken)).Urgent, since);

    private Preparation PreparationOf(AccountRecord account, MatomoClient client, ReportCatalog catalog, DateTimeOffset? since, bool withNames = true) =>
        new(client, ListsOf(account.Id, client, since ?? clock.GetUtcNow()) with { WithNames = withNames }, catalog, account.MatomoVersion, secrets.PersonalKey, clock, stagingFolder);

    private ServerLists ListsOf(string account, MatomoClient client, DateTimeOffset since) =>
        new(
            stop => _facts.SitesAsync(account, client, since, stop),
            (sites, stop) => _facts.GoalsAsync(account, client, sites, since, stop),
            (site, stop) => _facts.SegmentsAsync(account, client, site, since, stop));

    private static async Task<ServerMetadata> AnnouncedAsync(MatomoClient client, int site, CancellationToken cancellationToken)
    {
        var metadata = ServerMetadata.Parse(new ReadOnlySequence<byte>(await client.GetReportMetadataAsync(site, cancellationToken)));
        try
        {
            return metadata.WithPlugins(await client.GetPluginStatesAsync([.. ReportCatalog.BuiltIn.Reports.Select(r => r.Plugin).Append("AdvancedCampaignReporting").Distinct(StringComparer.Ordinal)], cancellationToken));
        }
        catch (MatomoException error) when (!RunErrors.StopsAccount(error))
        {
            // What is announced is known all the same; a plugin that is missing will be told by the run.
            return metadata;
        }
    }
}
