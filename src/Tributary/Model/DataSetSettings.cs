using Tributary.Runs;

namespace Tributary.Model;

/// <summary>How a DataSet is kept, apart from what it reads: what is null keeps its default, or what it was.</summary>
public sealed record DataSetSettings
{
    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Words to find it by, all of them.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>How a run changes the stored rows. Default: Partition; Replace for lists without dates and for one total over a range with a relative end.</summary>
    public UpdateMethod? Update { get; init; }

    /// <summary>The key columns of Merge. Default: proposed from the report's dimensions.</summary>
    public IReadOnlyList<string>? Key { get; init; }

    /// <summary>Days of data kept; 0 keeps all.</summary>
    public int? KeepDays { get; init; }

    /// <summary>How many runs can be reverted.</summary>
    public int? KeepRuns { get; init; }

    /// <summary>Days after a period's end during which it is read again.</summary>
    public int? LookbackDays { get; init; }

    /// <summary>Whether an empty answer may replace full data.</summary>
    public bool? AllowEmpty { get; init; }

    /// <summary>Whether days whose totals moved are read again.</summary>
    public bool? TotalsCheck { get; init; }

    /// <summary>Whether alerts tell of it.</summary>
    public bool? Alerts { get; init; }

    /// <summary>What drift does.</summary>
    public DriftPolicy? Drift { get; init; }

    /// <summary>Levels of checks, by code; those not named stay.</summary>
    public IReadOnlyDictionary<string, CheckLevel> Checks { get; init; } = new Dictionary<string, CheckLevel>();
}
