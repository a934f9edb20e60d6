using Tributary.Model;

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
    public static HistoryRunForm Of(RunEntry run)
    {
        var result = run.Result;
        return new(
            run.RunId, FormText.Snake(run.Status), run.Trigger, run.Attempt, run.RequestedBy, FormText.InstantOrNull(run.DueAt), FormText.InstantOrNull(run.NotBefore), FormText.InstantOrNull(run.StartedAt), FormText.InstantOrNull(run.EndedAt),
            result is null ? null : Math.Round(result.Elapsed.TotalSeconds, 3), result?.Rows, result?.Partitions, result?.PartitionsSkipped, result?.Requests, result?.BytesRead,
            [.. (result?.Warnings ?? []).Select(WarningForm.Of)],
            result?.Error is { } error ? new RunErrorForm(error.Code, error.Message, FormText.Snake(error.Fault)) : null);
    }
}

internal sealed record LogLineForm(string RunId, string At, string Level, string Message)
{
    public static LogLineForm Of(string runId, RunLogLine line) => new(runId, FormText.Instant(line.At), line.Level, line.Message);
}

/// <param name="Running">Runs asked to stop.</param>
/// <param name="Queued">Runs taken off the queue.</param>
internal sealed record StoppedForm(string Dataset, int Running, int Queued);
