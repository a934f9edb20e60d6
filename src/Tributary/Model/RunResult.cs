namespace Tributary.Model;

/// <summary>Where a run stands, or how it ended.</summary>
public enum RunStatus
{
    /// <summary>Waiting for a worker.</summary>
    Queued,

    /// <summary>At work.</summary>
    Running,

    /// <summary>Everything asked for is stored.</summary>
    Succeeded,

    /// <summary>Everything is stored, and something needs a look.</summary>
    SucceededWithWarnings,

    /// <summary>Some windows failed; the good ones are kept.</summary>
    Partial,

    /// <summary>Nothing was stored, or the run could not go on.</summary>
    Failed,

    /// <summary>Stopped by a person.</summary>
    Cancelled,

    /// <summary>There was nothing to do.</summary>
    Skipped,
}

/// <summary>Something a person should know about a run that did not fail.</summary>
/// <param name="Code">A stable code listed in docs/errors.md.</param>
/// <param name="Message">One plain sentence.</param>
/// <param name="SiteId">The site it is about; null for all.</param>
/// <param name="PeriodStart">The first day of the partition it is about; null for all.</param>
public sealed record RunWarning(string Code, string Message, int? SiteId = null, DateOnly? PeriodStart = null)
{
    /// <summary>Whether the run is still plain success: a note informs, a warning asks for a look.</summary>
    public bool IsNote { get; init; }

    /// <summary>The segment of the partition it is about, empty for all visits; null where it is about no segment alone.</summary>
    public string? Segment { get; init; }

    /// <summary>The first day of the last partition, where this stands for several.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>How many of the kind this stands for; null for itself alone.</summary>
    public int? Count { get; init; }
}

/// <summary>Why a run failed.</summary>
/// <param name="Code">A stable code listed in docs/errors.md.</param>
/// <param name="Message">What happened and what to do.</param>
/// <param name="Fault">Whose side.</param>
public sealed record RunError(string Code, string Message, Fault Fault);

/// <summary>One update of one DataSet, ended.</summary>
public sealed record RunResult
{
    /// <summary>The DataSet's name.</summary>
    public required string DataSet { get; init; }

    /// <summary>Sortable by time, unique.</summary>
    public required string RunId { get; init; }

    /// <summary>How it ended.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Rows written.</summary>
    public long Rows { get; init; }

    /// <summary>Partitions written.</summary>
    public int Partitions { get; init; }

    /// <summary>Partitions not read because they are final.</summary>
    public int PartitionsSkipped { get; init; }

    /// <summary>Requests sent to Matomo.</summary>
    public int Requests { get; init; }

    /// <summary>Bytes of replies read.</summary>
    public long BytesRead { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Notes and warnings.</summary>
    public IReadOnlyList<RunWarning> Warnings { get; init; } = [];

    /// <summary>Why it failed, wholly or in part; null when it did not.</summary>
    public RunError? Error { get; init; }
}

/// <summary>Where a run is: told after every window and every few thousand rows.</summary>
/// <param name="DataSet">The DataSet's name.</param>
/// <param name="WindowsDone">Windows committed or given up.</param>
/// <param name="WindowsPlanned">Windows of the plan; grows when one is halved.</param>
/// <param name="Rows">Rows read so far.</param>
/// <param name="Bytes">Bytes read so far.</param>
/// <param name="Elapsed">Since the run began.</param>
public sealed record RunProgress(string DataSet, int WindowsDone, int WindowsPlanned, long Rows, long Bytes, TimeSpan Elapsed)
{
    /// <summary>The result, on the last report of a run; null before.</summary>
    public RunResult? Result { get; init; }

    /// <summary>Rows a second so far.</summary>
    public double RowsPerSecond => Elapsed > TimeSpan.Zero ? Rows / Elapsed.TotalSeconds : 0;

    /// <summary>The time left if the rest goes as the windows so far; null before the first is done.</summary>
    public TimeSpan? Left => WindowsDone > 0 ? Elapsed / WindowsDone * (WindowsPlanned - WindowsDone) : null;
}

/// <summary>A window of a run as it is recorded: committed, or given up.</summary>
/// <param name="WindowId">Unique to the window of the run.</param>
/// <param name="SiteId">The site.</param>
/// <param name="From">The first day; null without dates.</param>
/// <param name="To">The last day; null without dates.</param>
/// <param name="Partitions">The partitions committed.</param>
/// <param name="Requests">Requests sent.</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="Elapsed">Reading and committing.</param>
/// <param name="Error">Why it was given up, wholly or in part; null when it was committed whole.</param>
public sealed record RunWindow(string WindowId, int SiteId, DateOnly? From, DateOnly? To, IReadOnlyList<PartitionRecord> Partitions, int Requests, long Bytes, TimeSpan Elapsed, RunError? Error)
{
    /// <summary>The segment; empty for all visits, null where nobody noted it.</summary>
    public string? Segment { get; init; }
}

/// <summary>A line of a run's log.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Level">info, warning or error.</param>
/// <param name="Message">One plain sentence.</param>
public sealed record RunLogLine(DateTimeOffset At, string Level, string Message);
