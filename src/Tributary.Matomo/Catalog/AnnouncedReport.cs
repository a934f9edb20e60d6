namespace Tributary.Matomo.Catalog;

/// <summary>A report as a server announces it.</summary>
internal sealed record AnnouncedReport
{
    public required string UniqueId { get; init; }

    public required string Module { get; init; }

    public required string Action { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The name of the first dimension; null for a row report.</summary>
    public string? Dimension { get; init; }

    /// <summary>Id and name of every dimension; empty where the server names only the first.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Dimensions { get; init; } = [];

    /// <summary>Column and translated name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metrics { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> ProcessedMetrics { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> GoalMetrics { get; init; } = [];

    public IReadOnlyDictionary<string, string> MetricTypes { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> MetricDocumentation { get; init; } = new Dictionary<string, string>();

    public string? SubtableAction { get; init; }

    public bool IsSubtable { get; init; }

    public bool ConstantRows { get; init; }

    public string Method => $"{Module}.{Action}";
}
