using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;

namespace Tributary.Runs;

/// <summary>Columns chosen by a name that nothing of the report has: a slip of the pen would else be a column that is not there, and nobody told.</summary>
internal static class ChosenColumns
{
    /// <summary>What is to be said of them; null when all are there.</summary>
    /// <param name="chosen">The names that were chosen; empty for all columns.</param>
    /// <param name="schema">The columns there are.</param>
    /// <param name="report">The report, for names that were meant.</param>
    public static RunWarning? WarningOf(IReadOnlyList<string> chosen, TableSchema schema, ReportDefinition report)
    {
        var missing = chosen.Where(c => schema.Find(c) is null).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (missing.Count == 0)
        {
            return null;
        }

        var known = report.Columns.Concat(report.GoalColumns).Concat(report.Metadata).Select(c => c.Name).Append("label").Distinct(StringComparer.Ordinal).ToList();
        var told = missing.Select(c => $"'{c}'.{NearestName.Hint(c, known)}");
        return new RunWarning("columns.missing", $"No row of {report.Method} has the {(missing.Count == 1 ? "column" : "columns")} that {(missing.Count == 1 ? "was" : "were")} chosen: {string.Join(" ", told)}");
    }
}
