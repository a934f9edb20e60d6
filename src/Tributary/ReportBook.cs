using Tributary.Accounts;
using Tributary.Files;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;

namespace Tributary;

/// <summary>The reports on offer: of the built-in catalog, or of an account's server.</summary>
public sealed class ReportBook
{
    private readonly AccountReports _reports;

    internal ReportBook(AccountReports reports) => _reports = reports;

    /// <summary>The reports on offer.</summary>
    /// <param name="account">The account whose server is asked; null for the built-in catalog.</param>
    /// <param name="group">A group of reports; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">There is no such group.</exception>
    public async Task<IReadOnlyList<ReportDefinition>> ListAsync(string? account, string? group, CancellationToken cancellationToken)
    {
        var catalog = await _reports.CatalogAsync(account, cancellationToken);
        if (group is null)
        {
            return catalog.Reports;
        }

        var known = ReportGroups.Find(group)
            ?? throw new InputException("--group", $"There is no report group '{group}'.{NearestName.Hint(group, ReportGroups.All.Select(g => g.Name))} Groups: {string.Join(", ", ReportGroups.All.Select(g => g.Name))}.");
        return [.. catalog.Reports.Where(r => r.Group == known.Name)];
    }

    /// <summary>One report.</summary>
    /// <exception cref="InputException">There is no such report; the nearest are named.</exception>
    public async Task<ReportDefinition> DescribeAsync(string report, string? account, CancellationToken cancellationToken) =>
        AccountReports.Find(await _reports.CatalogAsync(account, cancellationToken), report);

    /// <summary>The fields of the details that a report takes.</summary>
    public static IReadOnlyList<ReportField> FieldsOf(ReportDefinition report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return ReportFields.Of(report);
    }
}
