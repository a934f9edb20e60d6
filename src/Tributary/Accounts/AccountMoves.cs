using Tributary.Matomo;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Accounts;

/// <summary>Puts DataSets on another account, after making sure that it sees what they read.</summary>
internal sealed class AccountMoves(AccountConnections accounts, AccountReports reports, DataSetStore dataSets)
{
    /// <summary>Moves DataSets. Their tables stay as they are; what the other account reads goes into the same ones.</summary>
    /// <exception cref="InputException">The other account does not see what one of them reads; none was moved.</exception>
    public async Task<AccountMove> MoveAsync(IReadOnlyList<DataSetRecord> chosen, string to, CancellationToken cancellationToken)
    {
        var account = await accounts.FindAsync(to, cancellationToken);
        var moving = chosen.Where(d => d.Definition.AccountId != account.Id).ToList();
        if (moving.Count > 0)
        {
            var sites = await (await accounts.ClientAsync(account, cancellationToken)).GetSitesAsync(cancellationToken);
            var catalog = await reports.CatalogAsync(account.Name, cancellationToken);
            var problems = moving.SelectMany(d => ProblemsOf(d.Definition, sites, catalog, account.Name)).ToList();
            if (problems.Count > 0)
            {
                throw new InputException(problems);
            }
        }

        foreach (var record in moving)
        {
            await dataSets.SetAccountAsync(record.Id, account.Id, cancellationToken);
        }

        var consequences = new List<string>();
        foreach (var from in moving.Select(d => d.Definition.AccountId).Distinct())
        {
            if (await accounts.OtherMatomoAsync(from, account.Id, cancellationToken) is { } consequence)
            {
                consequences.Add(consequence);
            }
        }

        return new AccountMove(account.Name, [.. moving.Select(d => d.Definition.Name)]) { Consequences = consequences };
    }

    private static IEnumerable<Problem> ProblemsOf(DataSetDefinition definition, IReadOnlyList<MatomoSite> sites, Matomo.Catalog.ReportCatalog catalog, string account)
    {
        var missing = (definition.Details.Sites ?? []).Where(id => sites.All(s => s.Id != id)).ToList();
        if (missing.Count > 0)
        {
            yield return new Problem("--to", $"'{definition.Name}' reads site {string.Join(", ", missing)}, which '{account}' does not see. It sees: {(sites.Count == 0 ? "none" : string.Join(", ", sites.Select(s => $"{s.Id} {s.Name}")))}.");
        }

        if (catalog.Find(definition.Details.Report) is not { Available: true })
        {
            yield return new Problem("--to", $"'{definition.Name}' reads {definition.Details.Report}, which '{account}' does not have{(catalog.Find(definition.Details.Report)?.Reason is { } reason ? $": {reason}" : ".")}");
        }
    }
}
