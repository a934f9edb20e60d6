namespace Tributary.Store;

/// <summary>One update of one DataSet.</summary>
/// <param name="Id">See <see cref="WorkspaceStore.NewId"/>.</param>
/// <param name="DataSetId">The DataSet.</param>
/// <param name="Status">How it stands.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="Trigger">What started it.</param>
public sealed record RunRecord(string Id, string DataSetId, string Status, DateTimeOffset StartedAt, string Trigger)
{
    /// <summary>UTC; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Rows committed.</summary>
    public long Rows { get; init; }

    /// <summary>Partitions committed.</summary>
    public long Partitions { get; init; }

    /// <summary>Partitions not asked for, since they are final.</summary>
    public long PartitionsSkipped { get; init; }

    /// <summary>Requests made.</summary>
    public long Requests { get; init; }

    /// <summary>Bytes of replies.</summary>
    public long BytesRead { get; init; }

    /// <summary>A JSON array.</summary>
    public string Warnings { get; init; } = "[]";

    /// <summary>A JSON document; null when nothing failed.</summary>
    public string? Error { get; init; }
}

/// <summary>One window of a run.</summary>
/// <param name="RunId">The run.</param>
/// <param name="WindowId">Unique within the run.</param>
/// <param name="Sites">Site ids with commas between.</param>
/// <param name="From">The first day; null for lists without dates.</param>
/// <param name="To">The last day, inclusive.</param>
/// <param name="Status">How it stands.</param>
public sealed record RunWindowRecord(string RunId, string WindowId, string Sites, DateOnly? From, DateOnly? To, string Status)
{
    /// <summary>Rows committed.</summary>
    public long Rows { get; init; }

    /// <summary>Requests made.</summary>
    public long Requests { get; init; }

    /// <summary>Bytes of replies.</summary>
    public long Bytes { get; init; }

    /// <summary>How long it took.</summary>
    public double Seconds { get; init; }

    /// <summary>What went wrong, for people.</summary>
    public string? Message { get; init; }
}

/// <summary>What an account's server was last found to offer.</summary>
/// <param name="Document">JSON.</param>
/// <param name="ReadAt">UTC.</param>
public sealed record CatalogRecord(string Document, DateTimeOffset ReadAt);
