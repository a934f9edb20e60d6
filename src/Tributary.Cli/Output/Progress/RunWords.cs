using Tributary.DataCenter.Forms;
using Tributary.Cli.Terminals;
using Tributary.Model;

namespace Tributary.Cli.Output.Progress;

/// <summary>Runs in words for people.</summary>
internal static class RunWords
{
    // One code can come once a partition; --json has them all.
    private const int ShownPerCode = 3;

    public static string Progress(RunProgress p) =>
        $"{Words.Number(p.WindowsDone)} of {Words.Number(p.WindowsPlanned)} windows, {Words.Count(p.Rows, "row")}"
        + (p.RowsPerSecond >= 1 ? $", {Words.Number((long)p.RowsPerSecond)} rows/s" : "")
        + (p.Left is { } left && p.WindowsDone < p.WindowsPlanned ? $", {Words.Time(left)} left" : "");

    public static string Ended(RunResult r) =>
        $"{Words.Plain(r.Status)}, {Words.Count(r.Rows, "row")}, {Words.Count(r.Partitions, "partition")}, {Words.Count(r.Requests, "request")}, {Words.Seconds(r.Elapsed)} s";

    /// <summary>What went wrong or needs a look, after the runs.</summary>
    public static void SayFindings(IEnumerable<RunResult> runs, Terminal terminal)
    {
        foreach (var run in runs)
        {
            if (run.Error is { } error)
            {
                terminal.Say($"error: {run.DataSet}: {TextTable.Clean(error.Message)} ({error.Code})");
            }

            foreach (var group in run.Warnings.GroupBy(w => (w.Code, w.IsNote)))
            {
                SayGroup(run.DataSet, group.Key.IsNote ? "note" : "warning", [.. group], terminal);
            }
        }
    }

    private static void SayGroup(string dataSet, string kind, IReadOnlyList<RunWarning> warnings, Terminal terminal)
    {
        foreach (var warning in warnings.Take(ShownPerCode))
        {
            terminal.Say($"{kind}: {dataSet}: {TextTable.Clean(warning.Message)} ({warning.Code}{Place(warning)})");
        }

        if (warnings.Count > ShownPerCode)
        {
            terminal.Say($"{kind}: {dataSet}: {warnings.Count - ShownPerCode} more of {warnings[0].Code}; --json shows all");
        }
    }

    private static string Place(RunWarning warning) =>
        (warning.SiteId is { } site ? $", site {site}" : "") + (warning.PeriodStart is { } start && FormText.DateOrNull(start) is { } date ? $", {date}" : "");
}
