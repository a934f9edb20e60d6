namespace Tributary.Tests.EveryReport;

/// <summary>What of a report is read, beside site and dates.</summary>
internal sealed record PlainChoice
{
    /// <summary>All of it.</summary>
    public static PlainChoice Everything { get; } = new();

    /// <summary>Only the rows Matomo gives without being asked for more.</summary>
    public bool Top { get; init; }

    /// <summary>The number of the one row whose children are read.</summary>
    public long? Subtable { get; init; }

    /// <summary>The label of that row; <c>a&gt;b</c> walks down.</summary>
    public string? SubtableOf { get; init; }

    /// <summary>The nested field that becomes rows.</summary>
    public string? Flatten { get; init; }

    /// <summary>The one goal whose columns are made, as Matomo spells it.</summary>
    public string? Goal { get; init; }

    /// <summary>What else is sent.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();
}
