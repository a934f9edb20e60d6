using Tributary.Model;
using Tributary.Runs;

namespace Tributary.DataCenter.Forms;

/// <param name="SuccessRate">0 to 1; null without runs that ended by themselves.</param>
internal sealed record HistoryForm(string Dataset, double? SuccessRate, string? LastSuccessAt, IReadOnlyList<HistoryRunForm> Runs)
{
    public static HistoryForm Of(RunHistory history) => new(
        history.DataSet,
        history.SuccessRate is { } rate ? Math.Round(rate, 4) : null,
        history.LastSuccessAt is { } last ? FormText.Instant(last) : null,
        [.. history.Runs.Select(HistoryRunForm.Of)]);
}

internal sealed record HistoryRunForm(
    string RunId,
    string Status,
    string Trigger,
    int Attempt,
    string? RequestedBy,
    string? DueAt,
    string? NotBefore,
    string? StartedAt,
    string? EndedAt,
    double? Seconds,
    long? Rows,
    int? Partitions,
    int? PartitionsSkipped,
    int? Requests,
    long? BytesRead,
    IReadOnlyList<WarningForm> Warnings,
    RunErrorForm? Error)
{
    public string Dataset { get; init; } = "";

    /// <summary>Null unless it is at work.</summary>
    public ProgressForm? Progress { get; init; }

    public static HistoryRunForm Of(RunEntry run)
    {
        var result = run.Result;
        return new(
            run.RunId, FormText.Snake(run.Status), run.Trigger, run.Attempt, run.RequestedBy, FormText.InstantOrNull(run.DueAt), FormText.InstantOrNull(run.NotBefore), FormText.InstantOrNull(run.StartedAt), FormText.InstantOrNull(run.EndedAt),
            result is null ? null : Math.Round(result.Elapsed.TotalSeconds, 3), result?.Rows, result?.Partitions, result?.PartitionsSkipped, result?.Requests, result?.BytesRead,
            [.. (result?.Warnings ?? []).Select(WarningForm.Of)],
            result?.Error is { } error ? new RunErrorForm(error.Code, error.Message, FormText.Snake(error.Fault)) : null)
        {
            Dataset = run.DataSet,
            Progress = run.Progress is { } at ? ProgressForm.Of(at) : null,
        };
    }
}

/// <summary>Where a run at work is.</summary>
/// <param name="WindowsPlanned">Grows when a window is cut.</param>
/// <param name="SecondsLeft">If the rest goes as the windows so far; null before the first is done.</param>
internal sealed record ProgressForm(int WindowsDone, int WindowsPlanned, long Rows, long BytesRead, double Seconds, double? SecondsLeft)
{
    public static ProgressForm Of(RunProgress progress) => new(
        progress.WindowsDone, progress.WindowsPlanned, progress.Rows, progress.Bytes, Math.Round(progress.Elapsed.TotalSeconds, 3), progress.Left is { } left ? Math.Round(left.TotalSeconds, 3) : null);
}

internal sealed record LogLineForm(string RunId, string At, string Level, string Message)
{
    public static LogLineForm Of(string runId, RunLogLine line) => new(runId, FormText.Instant(line.At), line.Level, line.Message);
}

/// <param name="Running">Runs asked to stop.</param>
/// <param name="Queued">Runs taken off the queue.</param>
internal sealed record StoppedForm(string Dataset, int Running, int Queued);
