namespace Tributary.Model;

/// <summary>Something looked at before rows are stored.</summary>
/// <param name="Code">The code of its warnings, and of its error where it stops a commit.</param>
/// <param name="Default">What it does where a DataSet does not say otherwise.</param>
/// <param name="Description">What it finds, in one sentence.</param>
public sealed record Check(string Code, CheckLevel Default, string Description)
{
    /// <summary>Matomo summed rows up into Others: its own limit cut them off.</summary>
    public const string Others = "rows.others";

    /// <summary>A partition that has rows was answered without any.</summary>
    public const string Kept = "partition.kept";

    /// <summary>A day without visits after days that all had some.</summary>
    public const string Zero = "rows.zero";

    /// <summary>Far fewer rows than the partition had.</summary>
    public const string Dropped = "rows.dropped";

    /// <summary>Visits over the rows are not the visits of the site.</summary>
    public const string Totals = "totals.differ";

    /// <summary>Two rows of a partition say they are the same.</summary>
    public const string Repeated = "rows.repeated";

    /// <summary>The reply carries dates nobody asked for.</summary>
    public const string DatesOutside = "dates.outside";

    /// <summary>Values that could not be read as what their column holds.</summary>
    public const string Unreadable = "values.unreadable";

    /// <summary>All checks.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new(Others, CheckLevel.Warn, "Matomo summed up rows into Others, because a limit of the server cut them off; below a tenth of the report it is a note."),
        new(Kept, CheckLevel.Warn, "A partition that has rows came back empty; the rows are kept. Not made where empty answers may replace full data."),
        new(Zero, CheckLevel.Warn, "A site that had visits in each of the periods before, or in those on both sides, has none in this one."),
        new(Dropped, CheckLevel.Warn, "A partition came back with less than half the rows that are stored."),
        new(Totals, CheckLevel.Warn, "Where every visit is in exactly one row: the visits of all rows are not the visits of the site, or there are no rows beside visits."),
        new(Repeated, CheckLevel.Warn, "Two rows of one partition have the same dimensions."),
        new(DatesOutside, CheckLevel.Warn, "Matomo answered dates that were not asked for; they are not stored."),
        new(Unreadable, CheckLevel.Warn, "Values that could not be read are null."),
    ];

    /// <summary>The check of that code; null when there is none.</summary>
    public static Check? Find(string code) => All.FirstOrDefault(c => string.Equals(c.Code, code, StringComparison.Ordinal));

    /// <summary>What a check does for a DataSet. What is no check is a warning as it is told.</summary>
    public static CheckLevel LevelOf(DataSetDefinition definition, string code)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return definition.Checks.TryGetValue(code, out var level) ? level : Find(code)?.Default ?? CheckLevel.Warn;
    }
}
