using System.Text.Json.Serialization;
using Tributary.Runs;

namespace Tributary.Model;

/// <summary>A table kept up to date: account, details, update method, schedule and name. Stored as a versioned JSON document.</summary>
public sealed record DataSetDefinition
{
    /// <summary>The form of the document.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The name people see; unique in the workspace ignoring case.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for; empty for none.</summary>
    public string Description { get; init; } = "";

    /// <summary>Free words to find it by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The account's id: names can change.</summary>
    public required string AccountId { get; init; }

    /// <summary>The destination's id; null for the embedded one.</summary>
    public string? DestinationId { get; init; }

    /// <summary>What to read.</summary>
    public required Details Details { get; init; }

    /// <summary>What the rows look like that runs read, and since when; null before the first run. Runs alone change it.</summary>
    public ShapeRead? Shape { get; init; }

    /// <summary>How a run changes the stored rows.</summary>
    public UpdateMethod Update { get; init; } = UpdateMethod.Partition;

    /// <summary>The columns that tell rows apart with <see cref="UpdateMethod.Merge"/>; empty otherwise.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Days of data kept, counted back from the site's today; null keeps all.</summary>
    public int? KeepDays { get; init; }

    /// <summary>How many runs can be reverted.</summary>
    public int KeepRuns { get; init; } = 3;

    /// <summary>Days after a period's end during which it is read again.</summary>
    public int LookbackDays { get; init; } = 3;

    /// <summary>Whether an answer without rows may replace a partition that has some.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>Whether days whose totals moved in Matomo are read again, however old.</summary>
    public bool TotalsCheck { get; init; } = true;

    /// <summary>Whether alerts tell of it.</summary>
    public bool Alerts { get; init; } = true;

    /// <summary>What a run does when the report's columns are not those of the table.</summary>
    public DriftPolicy Drift { get; init; } = DriftPolicy.Evolve;

    /// <summary>Checks whose level is not the default, by code.</summary>
    public IReadOnlyDictionary<string, CheckLevel> Checks { get; init; } = new Dictionary<string, CheckLevel>();

    /// <summary>When it is updated by itself.</summary>
    public Schedule Schedule { get; init; } = new();

    /// <summary>Whether and when a scheduled run that failed is tried again.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>The longest time between two updates that is no reason to worry; null for none.</summary>
    public TimeSpan? ExpectEvery { get; init; }

    /// <summary>Partitions read before this have rows of another shape than the next run reads.</summary>
    [JsonIgnore]
    public DateTimeOffset ShapeSince => Shape is null || Shape.Rows == Details.RowShape ? Shape?.Since ?? DateTimeOffset.MinValue : DateTimeOffset.MaxValue;
}

/// <summary>The shape of the rows that runs read.</summary>
/// <param name="Rows">The <see cref="Details.RowShape"/>.</param>
/// <param name="Since">When the first run began that read it: a run before may have read on with details that were no longer those of the DataSet.</param>
public sealed record ShapeRead(string Rows, DateTimeOffset Since);
