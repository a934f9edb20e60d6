namespace Tributary.Model;

/// <summary>How a run changes the stored rows.</summary>
public enum UpdateMethod
{
    /// <summary>The partitions read replace the stored ones whole; others stay.</summary>
    Partition,
}

/// <summary>A table kept up to date: account, details, update method and name. Stored as a versioned JSON document.</summary>
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

    /// <summary>What to read.</summary>
    public required Details Details { get; init; }

    /// <summary>How a run changes the stored rows.</summary>
    public UpdateMethod Update { get; init; } = UpdateMethod.Partition;

    /// <summary>Days after a period's end during which it is read again.</summary>
    public int LookbackDays { get; init; } = 3;

    /// <summary>Whether an answer without rows may replace a partition that has some.</summary>
    public bool AllowEmpty { get; init; }
}
