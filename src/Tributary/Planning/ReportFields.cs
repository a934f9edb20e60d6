using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Model;

namespace Tributary.Planning;

/// <summary>Which fields of the details a report takes: what a form shows, what a check allows.</summary>
internal static class ReportFields
{
    private static readonly string[] ParametersWithFields = ["idGoal", "pageUrl", "downloadUrl", "outlinkUrl", "pageTitle", "pageName", "actionName", "actionType"];

    /// <summary>The fields of a report, in the order a form shows them.</summary>
    public static IReadOnlyList<ReportField> Of(ReportDefinition report)
    {
        return [.. Candidates(report).OfType<ReportField>()];
    }

    /// <summary>The nested fields of a report that can become one row an item; empty when it nests none.</summary>
    public static IReadOnlyList<string> FlattenChoices(ReportDefinition report)
    {
        if (report.Method.StartsWith("Transitions.", StringComparison.Ordinal))
        {
            return [.. TransitionsLists.All, TransitionsLists.Details];
        }

        if (report.Source == ReportSource.VisitLog)
        {
            return [];
        }

        List<string> choices = [.. report.Metadata.Where(c => c is { Type: ReportColumnType.Nested, LeftOut: false }).Select(c => c.Name)];
        if (choices.Contains("actionDetails"))
        {
            choices.Add("actionDetails.itemDetails");
        }

        if (report.GoalColumns.Count > 0)
        {
            choices.Add("goals");
        }

        if (report.SubtableMethod is not null && report.ExpandedWorks)
        {
            choices.Add("subtable");
        }

        return [.. choices.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether one goal can be chosen: the report takes a goal, or nests one object a goal.</summary>
    public static bool TakesGoal(ReportDefinition report)
    {
        return !report.FixedParameters.ContainsKey("idGoal") && (report.GoalColumns.Count > 0 || report.Parameters.Any(p => p.Name == "idGoal"));
    }

    /// <summary>Whether the report has, or needs, rows below another report's rows.</summary>
    public static bool TakesSubtable(ReportDefinition report)
    {
        return report.SubtableMethod is not null || report.NeedsSubtable;
    }

    /// <summary>Whether the report is made of raw visits, with personal fields.</summary>
    public static bool IsPersonal(ReportDefinition report)
    {
        return report.Source == ReportSource.VisitLog || report.Method.StartsWith("Live.", StringComparison.Ordinal);
    }

    /// <summary>The parameters of a report that no field of the details stands for.</summary>
    public static IReadOnlyList<ReportParameter> OtherParameters(ReportDefinition report)
    {
        return [.. report.Parameters.Where(p => !ParametersWithFields.Contains(p.Name, StringComparer.Ordinal) && !report.FixedParameters.ContainsKey(p.Name))];
    }

    /// <summary>The parameter that holds a field's value; null when the report does not take the field.</summary>
    public static ReportParameter? Lookup(ReportDefinition report, string flag)
    {
        string[] names = flag switch
        {
            "--url" => ["pageUrl", "downloadUrl", "outlinkUrl"],
            "--title" => ["pageTitle", "pageName"],
            "--action-name" => ["actionName"],
            "--action-type" => ["actionType"],
            _ => [],
        };
        return report.Parameters.FirstOrDefault(p => names.Contains(p.Name, StringComparer.Ordinal));
    }

    private static IEnumerable<ReportField?> Candidates(ReportDefinition report)
    {
        yield return Where(report.HasSite, "--sites", false, [], "All sites the token may view at each run, or ids.");
        yield return Where(TakesSubtable(report), "--subtable", false, [], "The rows below one row, by the id of its subtable (one site, one date).");
        yield return Where(TakesSubtable(report), "--subtable-of", report.NeedsSubtable, [], "The rows below the row with this label, looked up at each run.");
        yield return Where(TakesSubtable(report), "--subtables", false, ["all"], "The rows below every row.");
        foreach (var (flag, meaning) in new[]
        {
            ("--url", "The page, download or outlink the report is about."),
            ("--title", "The page title the report is about."),
            ("--action-name", "The action the report is about."),
        })
        {
            yield return Lookup(report, flag) is { } parameter ? new ReportField(flag, parameter.Required, [], meaning) : null;
        }

        yield return Where(Lookup(report, "--action-type") is not null, "--action-type", true, ["url", "title"], "What the action name is.");
        yield return Where(FlattenChoices(report).Count > 0, "--flatten", false, FlattenChoices(report), "One row for each item of a nested field; the other columns repeat.");
        yield return Where(TakesGoal(report), "--goal", false, ["all", "order", "abandoned-cart"], "All goals, one goal by its id, orders or abandoned carts.");
        yield return Where(report.AcceptsSegment, "--segment", false, [], "Visits of a segment only; several make one set of rows each.");
        yield return Where(report.AcceptsSegment, "--saved-segment", false, [], "A segment saved on the server, by name.");
        foreach (var parameter in OtherParameters(report))
        {
            yield return new ReportField($"--parameter {parameter.Name}", parameter.Required, parameter.Values, $"A parameter of the report ({parameter.Type}{(parameter.Default is { Length: > 0 } value ? $", {value} when not given" : "")}).");
        }

        yield return Where(report.Method == "ClickPath.getPaths", "--steps", false, [], "The longest path; 5 when not given.");
        yield return Where(IsPersonal(report), "--personal", false, [.. PersonalFields.Defaults.Keys.Select(f => $"{f}=keep|hash|drop")], "What is done to a personal field.");
        yield return Where(report.HasDates, "--period", false, ["day", "week", "month", "year", "range"], "The period that contains the date, or a range.");
        yield return Where(report.HasDates, "--date, --days-back", false, [], "One date, or days before the site's today; yesterday when not given.");
        yield return Where(report.HasDates, "--start, --start-days-back, --end, --end-days-back", false, [], "The first and the last day of several periods or of a range.");
        yield return Where(report.HasDates, "--by", false, ["none", "day", "week", "month", "year"], "The periods between start and end.");
        yield return Where(report.SubtableMethod is not null, "--levels", false, ["top", "all"], "The top level alone, or every leaf with a column per level.");
        yield return new ReportField("--columns", false, [], "The columns to keep besides site and period.");
    }

    private static ReportField? Where(bool takes, string flag, bool required, IReadOnlyList<string> choices, string meaning) =>
        takes ? new ReportField(flag, required, choices, meaning) : null;
}
