using Tributary.Model;

namespace Tributary.Store;

/// <summary>Why runs are made.</summary>
internal static class RunTriggers
{
    public const string Manual = "manual";

    public const string Scheduled = "scheduled";

    /// <summary>A DataSet went to another destination: no update, so it says nothing of how the last one ended.</summary>
    public const string Move = "move";

    /// <summary>A table was brought back to an earlier run: its data is older than before.</summary>
    public const string Revert = "revert";

    /// <summary>A DataSet was to be deleted and could not be.</summary>
    public const string Delete = "delete";

    /// <summary>Of a run that updated, or was to: a condition in SQL.</summary>
    public const string IsUpdate = $"trigger NOT IN ('{Move}', '{Revert}', '{Delete}')";

    /// <summary>Of a run that updated its DataSet: a condition in SQL.</summary>
    public const string HasUpdated = $"{IsUpdate} AND status IN ('succeeded', 'succeeded_with_warnings') AND ended_at IS NOT NULL";
}

/// <summary>A run to be made.</summary>
/// <param name="DataSetId">The DataSet.</param>
/// <param name="Trigger">One of <see cref="RunTriggers"/>.</param>
internal sealed record NewRun(string DataSetId, string Trigger)
{
    /// <summary>What is asked for beyond the DataSet's own details, as a document; null for nothing.</summary>
    public string? Options { get; init; }

    /// <summary>When the schedule wanted it; null by hand.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The earliest start; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>1 for the first try.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Who asked; null for the schedule.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>The first run of those that are tries of the same update; null for this one.</summary>
    public string? FirstTry { get; init; }
}

/// <summary>A run that is this process's to make: it has the DataSet's lock.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Run">What was asked for; its first try is never null.</param>
internal sealed record ClaimedRun(string Id, NewRun Run)
{
    /// <summary>Runs of the DataSet that were ended when it was taken, since their process is gone: who makes this one tells of them.</summary>
    public IReadOnlyList<InterruptedRun> Interrupted { get; init; } = [];
}

/// <summary>A run whose process is gone.</summary>
/// <param name="Run">The run.</param>
/// <param name="Result">How it ended.</param>
/// <param name="IsQueuedAgain">Whether it will be made again.</param>
internal sealed record InterruptedRun(ClaimedRun Run, RunResult Result, bool IsQueuedAgain);

/// <summary>Where a run stands.</summary>
internal sealed record RunState(string Status, RunProgress? Progress, RunResult? Result);

/// <summary>A run as it is kept.</summary>
internal sealed record RunRecord(
    string Id, string Trigger, string Status, int Attempt, string? RequestedBy, DateTimeOffset? DueAt, DateTimeOffset? NotBefore, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, RunResult? Result, string DataSet, RunProgress? Progress, string Table);
