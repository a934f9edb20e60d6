using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>Everything that reading a report of an account needs, found out once before the first window.</summary>
/// <param name="Client">Who asks.</param>
/// <param name="Report">The report whose rows are stored.</param>
/// <param name="Details">What is read, saved segments resolved.</param>
/// <param name="RunId">The run.</param>
/// <param name="Clock">The clock.</param>
/// <param name="StagingFolder">Where rows wait for their commit.</param>
internal sealed record ReportReading(MatomoClient Client, ReportDefinition Report, Details Details, string RunId, TimeProvider Clock, string StagingFolder)
{
    /// <summary>The report whose rows have the subtable; null unless one subtable is read by its label.</summary>
    public ReportDefinition? Parent { get; init; }

    /// <summary>Further parameters the parent must be read with.</summary>
    public IReadOnlyDictionary<string, string> ParentParameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The goals' names; null when the report has none.</summary>
    public GoalNames? Goals { get; init; }

    /// <summary>What is done to personal fields; null where the report has none.</summary>
    public PersonalData? Personal { get; init; }

    /// <summary>The version of the server; null when unknown.</summary>
    public string? Version { get; init; }

    /// <summary>What the server has shown it does not do for the report.</summary>
    public ReportForms Forms { get; } = new();

    /// <summary>What the server answers falsely for a period.</summary>
    /// <param name="period">As Matomo names it.</param>
    public IReadOnlyList<Quirk> QuirksOf(string period) =>
        Quirks.Of(Report.Method, Version, period, isTopLevel: Details.Levels == RowDetail.Top && !Details.AllSubtables && Report.SubtableMethod is not null);

    /// <summary>The requests that reading a window takes at least.</summary>
    public int LeastRequests(Window window)
    {
        if (VisitLogReader.Reads(Report))
        {
            // A day's page, the empty page behind it, and the summary to compare with.
            return (2 * window.Partitions.Sum(p => p.End.DayNumber - p.Start.DayNumber + 1)) + 1;
        }

        return 1 + (Details.SubtableOf is null ? 0 : Details.SubtableOf.Count(c => c == '>') + 1);
    }

    /// <summary>The shape of the rows of a period.</summary>
    /// <param name="period">As Matomo names it.</param>
    public ShapeOptions Shape(string period)
    {
        var quirks = QuirksOf(period);
        var columns = Report.Columns.Select(c => c.Name).ToList();
        return new ShapeOptions
        {
            Columns = Details.Columns,
            Goal = ReportRequests.GoalOf(Details),
            Goals = Goals,
            Personal = Personal,
            Untrue = [.. quirks.Where(q => q.WhereZero is null).SelectMany(q => columns.Where(q.Concerns)).Distinct(StringComparer.Ordinal)],
            Meaningless = [.. quirks.Where(q => q.WhereZero is not null).SelectMany(q => columns.Where(q.Concerns).Select(c => (c, q.WhereZero!)))],
        };
    }
}
