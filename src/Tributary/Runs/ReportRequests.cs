using System.Globalization;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>From a window to the request that answers it.</summary>
internal static class ReportRequests
{
    /// <summary>The request of a window.</summary>
    public static MatomoRequest Of(Details details, ReportDefinition report, Window window)
    {
        var key = window.Partitions[0];
        var dated = key.Period != Period.None;
        return new MatomoRequest
        {
            Method = report.Source == ReportSource.Api ? report.Method : VisitLogReader.Method,
            Shape = report.Source == ReportSource.Api ? report.Shape : ReplyShape.Table,
            Site = report.HasSite ? window.Site.Id : null,
            Period = dated ? MatomoPeriods.Requested(key) : null,
            From = dated ? window.From : null,
            To = dated ? window.To : null,
            KeyedByDate = window.Partitions.Count > 1 && window.Sites.Count == 1,
            Segment = key.Segment.Length > 0 ? key.Segment : null,
            Flat = IsFlat(details, report),
            Expanded = details.Flatten is { } field
                ? field == "subtable"
                : HierarchyOf(details, report) == Hierarchy.Leaves && IsWhole(details) && report.SubtableMethod is not null,
            Subtable = details.Subtable,
            Parameters = Parameters(details, report),
        };
    }

    /// <summary>What decides how long the replies of a report are: its method, its period, and whether the rows below come along. Empty where nothing is asked for.</summary>
    public static string PaceKey(ReportReading reading, Plan plan)
    {
        if (plan.Windows.Count == 0)
        {
            return "";
        }

        var request = Of(reading.Details, reading.Report, plan.Windows[0]);
        return $"{request.Method} {PeriodName(plan.Windows[0].Partitions[0])}{(request.Flat ? " flat" : "")}{(request.Expanded ? " expanded" : "")}{(reading.Details.Columns.Count > 0 ? " some columns" : "")}";
    }

    /// <summary>How the reply tells rows with children.</summary>
    public static Hierarchy HierarchyOf(Details details, ReportDefinition report)
    {
        if (report.Shape != ReplyShape.Table || IsFlat(details, report) || (report.Dimensions.Count == 0 && report.SubtableMethod is null))
        {
            return Hierarchy.Flat;
        }

        // A plain table has no dimension entries; its labels are the one level it has.
        return IsWhole(details) && report.SubtableMethod is not null && !report.ExpandedWorks ? Hierarchy.ById : Hierarchy.Leaves;
    }

    /// <summary>The goal chosen, as Matomo writes it; null for all.</summary>
    public static string? GoalOf(Details details) => details.Goal switch
    {
        "order" => "ecommerceOrder",
        "abandoned-cart" => "ecommerceAbandonedCart",
        _ => details.Goal,
    };

    private static bool IsWhole(Details details) => details.Levels == RowDetail.All || details.AllSubtables;

    private static bool IsFlat(Details details, ReportDefinition report) =>
        report.FlatWorks && report.Shape == ReplyShape.Table && (IsWhole(details) || report.SubtableMethod is null) && !IsPartOfAPath(details, report) && details.Flatten != "subtable";

    // What flat=1 makes of the paths below one folder is not recorded anywhere; the tree is.
    private static bool IsPartOfAPath(Details details, ReportDefinition report) =>
        details.IsOneSubtable && report.IsOneDimension;

    /// <summary>The parameters of a report that the details give.</summary>
    public static Dictionary<string, string> Parameters(Details details, ReportDefinition report)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in report.Parameters)
        {
            if (Field(details, parameter.Name) is { } value)
            {
                parameters[parameter.Name] = value;
            }
        }

        foreach (var (name, value) in details.Parameters.Where(p => report.Parameters.Any(known => known.Name == p.Key)).Concat(report.FixedParameters))
        {
            parameters[name] = value;
        }

        // Without it each list stops at its five largest entries and an Others row. The number is one that gave all 39 entries of a recorded page (5.2); -1 folds the list into one row.
        if (report.Parameters.Any(p => p.Name == "limitBeforeGrouping"))
        {
            parameters.TryAdd("limitBeforeGrouping", "100000");
        }

        return parameters;
    }

    private static string? Field(Details details, string parameter) => parameter switch
    {
        "pageUrl" or "downloadUrl" or "outlinkUrl" => details.Url,
        "pageTitle" or "pageName" => details.Title,
        "actionName" => details.ActionName,
        "actionType" => details.ActionType,
        "idGoal" => GoalOf(details),
        _ => null,
    };

    /// <summary>The period as Matomo names it.</summary>
    public static string PeriodName(PartitionKey key) => key.Period == Period.None ? "" : MatomoPeriods.Requested(key).ToString().ToLower(CultureInfo.InvariantCulture);
}
