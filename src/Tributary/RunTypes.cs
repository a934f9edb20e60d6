using Tributary.Accounts;
using Tributary.Model;
using Tributary.Store;

namespace Tributary;

/// <summary>A run as it is kept.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Trigger">"scheduled" or "manual".</param>
/// <param name="Status">Where it stands, or how it ended.</param>
/// <param name="Attempt">1 for the first try.</param>
/// <param name="RequestedBy">Who asked; null for the schedule.</param>
/// <param name="DueAt">When the schedule wanted it, UTC; null by hand.</param>
/// <param name="NotBefore">The earliest start of one that waits, UTC; null for at once.</param>
/// <param name="StartedAt">UTC; null while it waits.</param>
/// <param name="EndedAt">UTC; null before.</param>
/// <param name="Result">What it did; null before its end, and for a time that was left out.</param>
public sealed record RunEntry(
    string RunId, string Trigger, RunStatus Status, int Attempt, string? RequestedBy, DateTimeOffset? DueAt, DateTimeOffset? NotBefore, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, RunResult? Result)
{
    /// <summary>The DataSet's name.</summary>
    public required string DataSet { get; init; }

    /// <summary>The DataSet's table, which unlike its name never changes.</summary>
    public required string Table { get; init; }

    /// <summary>Where it is; null while it waits, before its first report and after its end.</summary>
    public RunProgress? Progress { get; init; }

    /// <summary>Runs as they truly stand: one that is said to be at work and whose process is gone has failed.</summary>
    internal static async Task<List<RunEntry>> OfAsync(RunLocks locks, List<RunRecord> records, CancellationToken cancellationToken)
    {
        var entries = records.ConvertAll(Of);
        if (!entries.Exists(e => e.Status == RunStatus.Running))
        {
            return entries;
        }

        var gone = await locks.GoneAsync(cancellationToken);
        return entries.ConvertAll(e => e.Status != RunStatus.Running || !gone.ContainsKey(e.RunId) ? e : e with
        {
            Status = RunStatus.Failed,
            Progress = null,
            Result = new RunResult { DataSet = e.DataSet, RunId = e.RunId, Status = RunStatus.Failed, Error = RunRows.Interrupted },
        });
    }

    internal static RunEntry Of(RunRecord record)
    {
        var status = RunStore.StatusOf(record.Status);
        return new RunEntry(
            record.Id, record.Trigger, status, record.Attempt, record.RequestedBy, record.DueAt, record.NotBefore, status is RunStatus.Queued or RunStatus.Skipped ? null : record.StartedAt, record.EndedAt, record.Result)
        {
            DataSet = record.DataSet,
            Table = record.Table,
            Progress = status == RunStatus.Running ? record.Progress : null,
        };
    }
}

/// <summary>Which runs of a workspace to list.</summary>
public sealed record RunFilter
{
    /// <summary>Where they stand, or how they ended; empty for all.</summary>
    public IReadOnlyCollection<RunStatus> Statuses { get; init; } = [];

    /// <summary>The DataSet's name; null for all.</summary>
    public string? DataSet { get; init; }

    /// <summary>The name of the account its DataSets stand on; null for all.</summary>
    public string? Account { get; init; }

    /// <summary>"scheduled" or "manual"; null for both.</summary>
    public string? Trigger { get; init; }

    /// <summary>Only runs older than the one of this id: how the next page is asked for. Null for the newest.</summary>
    public string? Before { get; init; }

    /// <summary>Runs at most.</summary>
    public int Take { get; init; } = 50;
}

/// <summary>A run that waits for a worker.</summary>
/// <param name="DataSet">The DataSet's name.</param>
/// <param name="RunId">The run's id.</param>
public sealed record QueuedRun(string DataSet, string RunId);

/// <summary>The runs of a DataSet.</summary>
/// <param name="DataSet">The DataSet's name.</param>
/// <param name="Runs">Newest first.</param>
/// <param name="SuccessRate">The share of the runs that succeeded among those that ended by themselves, 0 to 1; null when there are none.</param>
/// <param name="LastSuccessAt">When one succeeded last, UTC; null when none did.</param>
public sealed record RunHistory(string DataSet, IReadOnlyList<RunEntry> Runs, double? SuccessRate, DateTimeOffset? LastSuccessAt);

/// <summary>The log of a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Lines">In order.</param>
public sealed record RunLog(RunEntry Run, IReadOnlyList<RunLogLine> Lines);
