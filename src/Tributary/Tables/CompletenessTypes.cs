using Tributary.Model;

namespace Tributary.Tables;

/// <summary>How a partition stands, the better first.</summary>
public enum CellState
{
    /// <summary>Whole and final.</summary>
    Final,

    /// <summary>Matomo may still change it; it is read again.</summary>
    Provisional,

    /// <summary>Stored, but Matomo cut rows off into Others.</summary>
    Truncated,

    /// <summary>Not stored, though periods before and behind it are, or those of other sites.</summary>
    Missing,

    /// <summary>Not stored, because the last run could not read it.</summary>
    Failed,
}

/// <summary>A period of a site.</summary>
/// <param name="Start">The first day.</param>
/// <param name="End">The last day, inclusive.</param>
/// <param name="State">How it stands; of several segments the worst.</param>
/// <param name="Rows">Rows stored.</param>
/// <param name="OthersShare">The share of the report that lies in Matomo's Others rows, 0 to 1; null when there is none to share.</param>
/// <param name="Truncated">The server setting that cut rows off; null when nothing was cut.</param>
/// <param name="ReadAt">When Matomo was asked, UTC; null when it is not stored.</param>
public sealed record PartitionCell(DateOnly Start, DateOnly End, CellState State, long Rows, double? OthersShare, string? Truncated, DateTimeOffset? ReadAt)
{
    /// <summary>Whether Matomo may still change it, also where its rows are cut off.</summary>
    public bool IsProvisional { get; init; }

    /// <summary>A segment that is not stored though others are; null when none is.</summary>
    public string? Lacks { get; init; }
}

/// <summary>The periods of a site.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Name">Its name, as the table has it; "Site 3" where it has no rows.</param>
/// <param name="Cells">From the first period stored to the last that any site has, in order and without gaps.</param>
public sealed record SiteCompleteness(int SiteId, string Name, IReadOnlyList<PartitionCell> Cells);

/// <summary>How complete a DataSet is.</summary>
/// <param name="Period">What each period is; <see cref="Model.Period.None"/> for lists without dates.</param>
/// <param name="Sites">The sites by id.</param>
public sealed record DataSetCompleteness(Period Period, IReadOnlyList<SiteCompleteness> Sites)
{
    /// <summary>How many periods of sites stand so. One that is truncated and provisional counts as both.</summary>
    public int Count(CellState state) => Sites.Sum(s => s.Cells.Count(c => c.State == state));
}

/// <summary>A period of a DataSet over all its sites.</summary>
/// <param name="Start">The first day.</param>
/// <param name="State">The worst state of any site.</param>
/// <param name="Rows">Rows stored.</param>
/// <param name="OthersShare">The greatest share of any site; null when there is none to share.</param>
public sealed record PeriodCell(DateOnly Start, CellState State, long Rows, double? OthersShare);
