using Tributary.Matomo.Replies;

namespace Tributary.Matomo.Catalog;

/// <summary>
/// The two reports of the Click Path group that are made here of the raw visits.
/// The Click Path plugin was a closed one for Piwik 2.x without published method names, and no released Matomo has it.
/// </summary>
internal static class ClickPathReports
{
    private const string Group = "Click Path";

    public static IReadOnlyList<ReportDefinition> All { get; } =
    [
        new()
        {
            Method = "ClickPath.getSteps",
            UniqueId = "ClickPath_getSteps",
            Source = ReportSource.VisitLog,
            Group = Group,
            Name = "Click path steps",
            Description = "One row for each action of each visit, in order (personal data, raw logs).",
            Shape = ReplyShape.Table,
            Plugin = "Live",
            AcceptsSegment = true,
            Metadata =
            [
                Column("idVisit", ReportColumnType.Id, "Id of the visit."),
                Column("visitorId", ReportColumnType.Text, "Visitor id, 16 hexadecimal digits; personal data."),
                Column("kind", ReportColumnType.Text, "What the visitor did: action, search, event, content, download, outlink, goal, ecommerceOrder, ecommerceAbandonedCart."),
                Column("url", ReportColumnType.Url, "The address of the step; null where the action has none."),
                Column("title", ReportColumnType.Text, "The title of the page, or the name of what was done."),
                Column("previous_url", ReportColumnType.Url, "The address of the step before; null at the entry."),
                Column("next_url", ReportColumnType.Url, "The address of the step after; null at the exit."),
                Column("is_entry", ReportColumnType.Bool, "Whether it is the first step of the visit."),
                Column("is_exit", ReportColumnType.Bool, "Whether it is the last step of the visit."),
                Column("step_at", ReportColumnType.Timestamp, "When the step happened."),
            ],
            Columns =
            [
                Column("step", ReportColumnType.Count, "The number of the step in its visit, from 1."),
                Column("seconds", ReportColumnType.Duration, "Time spent on the step; null where Matomo could not tell.", OverTime.Sum),
            ],
        },
        new()
        {
            Method = "ClickPath.getPaths",
            UniqueId = "ClickPath_getPaths",
            Source = ReportSource.VisitLog,
            Group = Group,
            Name = "Click paths",
            Description = "One row for each path of pages that visits took, with the number of visits (raw logs).",
            Shape = ReplyShape.Table,
            Plugin = "Live",
            AcceptsSegment = true,
            Metadata =
            [
                Column("path", ReportColumnType.Text, "The whole path: the steps in order."),
                .. Enumerable.Range(1, 5).Select(n => Column($"step_{n}", ReportColumnType.Text, $"Step {n} of the path; null where the path is shorter.")),
            ],
            Columns =
            [
                Column("steps", ReportColumnType.Count, "The number of steps of the path."),
                Column("visits", ReportColumnType.Count, "Visits that took the path.", OverTime.Sum),
                Column("conversions", ReportColumnType.Count, "Conversions of those visits: goals reached and orders placed.", OverTime.Sum),
                Column("share", ReportColumnType.Percent, "Share of the path in all visits of the period: visits / all visits.", OverTime.Recompute),
            ],
        },
    ];

    private static ReportColumn Column(string name, ReportColumnType type, string description, OverTime overTime = OverTime.NotApplicable) =>
        new(name, type) { Description = description, OverTime = overTime };
}
