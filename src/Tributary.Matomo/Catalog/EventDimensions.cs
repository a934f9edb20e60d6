namespace Tributary.Matomo.Catalog;

/// <summary>
/// The second level of the event reports, which a parameter chooses (<c>secondaryDimension</c>). Each choice is an archive of its own:
/// the id of a subtable read with one choice means another row with the other (matomo-org/matomo 5.2, Events API).
/// </summary>
public static class EventDimensions
{
    /// <summary>The parameter.</summary>
    public const string Parameter = "secondaryDimension";

    private static readonly (string Method, string Choice, string Child)[] Levels =
    [
        ("Events.getCategory", "eventAction", "Events.getActionFromCategoryId"),
        ("Events.getCategory", "eventName", "Events.getNameFromCategoryId"),
        ("Events.getAction", "eventName", "Events.getNameFromActionId"),
        ("Events.getAction", "eventCategory", "Events.getCategoryFromActionId"),
        ("Events.getName", "eventAction", "Events.getActionFromNameId"),
        ("Events.getName", "eventCategory", "Events.getCategoryFromNameId"),
    ];

    /// <summary>The report with the second level that a parameter chooses.</summary>
    public static ReportDefinition Choose(ReportDefinition report, string? choice)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (Levels.FirstOrDefault(l => l.Method == report.Method && l.Choice == choice) is not { Child: { } child } || BuiltInCatalog.Find(child) is not { } level)
        {
            return report;
        }

        return report with { SubtableMethod = child, Dimensions = [report.Dimensions[0], level.Dimensions[0] with { Level = 2 }] };
    }

    /// <summary>The report whose rows an event method lists the children of, and the choice to read it with; null for any other method.</summary>
    public static (string Method, string Choice)? ParentOf(string child) =>
        Levels.FirstOrDefault(l => l.Child == child) is { Method: { } method, Choice: { } choice } ? (method, choice) : null;
}
