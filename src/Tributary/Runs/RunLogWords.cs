using System.Globalization;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Runs;

/// <summary>The lines of a run's log beside those of its windows.</summary>
internal static class RunLogWords
{
    /// <summary>Why it began.</summary>
    public static string Started(NewRun run) =>
        (run.Trigger == RunTriggers.Scheduled ? $"Started by its schedule, due at {Minute(run.DueAt)}" : $"Started by {run.RequestedBy ?? "hand"}")
        + (run.Attempt > 1 ? $", attempt {run.Attempt}." : ".");

    /// <summary>How it ended, after everything it has to say.</summary>
    public static IReadOnlyList<(string Level, string Message)> Ended(RunResult result, bool stopRequested, NewRun? again) =>
    [
        .. result.Warnings.Select(w => (w.IsNote ? "info" : "warning", $"{w.Message} ({w.Code}{(w.SiteId is { } site ? $", site {site}" : "")})")),
        .. result.Error is { } error ? [("error", $"{error.Message} ({error.Code})")] : Array.Empty<(string, string)>(),
        (result.Status is RunStatus.Failed or RunStatus.Partial ? "error" : "info", string.Create(
            CultureInfo.InvariantCulture,
            $"Ended: {RunStore.StatusName(result.Status).Replace('_', ' ')}{(stopRequested ? " by a person" : "")}, {result.Partitions} partitions, {result.Rows} rows, {result.Requests} requests, {result.BytesRead} bytes, {result.Elapsed.TotalSeconds:0.0} s.{(again is null ? "" : $" It is tried again at {Minute(again.NotBefore)}.")}")),
    ];

    private static string Minute(DateTimeOffset? instant) => instant?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "-";
}
