using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.Runs;

/// <summary>Which method is really asked, and what its rows look like, once the details have chosen subtables and parameters of a report.</summary>
/// <param name="Report">The report whose rows are stored.</param>
/// <param name="Parent">The report whose row is looked up for its subtable; null when none is.</param>
/// <param name="ParentParameters">Further parameters the parent must be read with.</param>
internal sealed record ReportChoice(ReportDefinition Report, ReportDefinition? Parent, IReadOnlyDictionary<string, string> ParentParameters)
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>Chooses.</summary>
    /// <exception cref="InputException">All subtables are wanted of a report whose parent nobody knows.</exception>
    public static ReportChoice Of(ReportCatalog catalog, ReportDefinition report, Details details)
    {
        report = OfGoal(catalog, ReportVariants.Choose(report, details.Parameters), ReportRequests.GoalOf(details));
        if (details.AllSubtables && report.NeedsSubtable)
        {
            var (parent, parameters) = ParentOf(catalog, report);
            return new ReportChoice(parent with { FixedParameters = parameters }, null, None);
        }

        if (details.Subtable is not null)
        {
            return new ReportChoice(ChildOf(catalog, report), null, None);
        }

        if (details.SubtableOf is null)
        {
            return new ReportChoice(report, null, None);
        }

        var (above, further) = report.NeedsSubtable ? ParentOf(catalog, report) : (report, None);
        var child = ChildOf(catalog, report);
        return new ReportChoice(above.IsOneDimension ? child : child with { Dimensions = [.. above.Dimensions.Take(1), .. child.Dimensions] }, above, further);
    }

    /// <summary>Orders and abandoned carts have columns of their own, which the catalog knows where they are a report of their own.</summary>
    private static ReportDefinition OfGoal(ReportCatalog catalog, ReportDefinition report, string? goal) => goal is null || report.FixedParameters.Count > 0
        ? report
        : catalog.Reports.FirstOrDefault(r => r.Method == report.Method && r.FixedParameters.GetValueOrDefault("idGoal") == goal) ?? report;

    private static ReportDefinition ChildOf(ReportCatalog catalog, ReportDefinition report)
    {
        if (report.NeedsSubtable || report.IsOneDimension)
        {
            return report;
        }

        var child = report.SubtableMethod == report.Method ? null : catalog.Reports.FirstOrDefault(r => r.Method == report.SubtableMethod && r.FixedParameters.Count == 0);
        child ??= report with { Method = report.SubtableMethod!, Dimensions = [.. report.Dimensions.Skip(1)], SubtableMethod = null };
        return child.GoalColumns.Count > 0 ? child : child with { GoalColumns = report.GoalColumns };
    }

    private static (ReportDefinition Report, Dictionary<string, string> Parameters) ParentOf(ReportCatalog catalog, ReportDefinition child)
    {
        if (EventDimensions.ParentOf(child.Method) is var (method, choice))
        {
            return (EventDimensions.Choose(catalog.Reports.First(r => r.Method == method), choice), new Dictionary<string, string> { [EventDimensions.Parameter] = choice });
        }

        return catalog.Reports.FirstOrDefault(r => r.SubtableMethod == child.Method && r.Method != child.Method && r.FixedParameters.Count == 0) is { } parent
            ? (parent, [])
            : throw new InputException("--subtable-of", $"Nobody says which report's rows {child.Method} lists the children of. Give the id of the subtable with --subtable.");
    }
}
