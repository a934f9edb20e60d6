using Tributary.Runs;

namespace Tributary.DataCenter.Components.DataSets;

/// <summary>The runs a table can be brought back to.</summary>
internal static class RevertPoints
{
    /// <summary>For each run that can be reverted to, the runs that would be undone, newest first.</summary>
    /// <param name="runs">The runs, newest first.</param>
    /// <param name="kept">The ids of those that can be undone, newest first.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<RunEntry>> Of(IReadOnlyList<RunEntry> runs, IReadOnlyList<string> kept)
    {
        var points = new Dictionary<string, IReadOnlyList<RunEntry>>(StringComparer.Ordinal);
        var undone = new List<RunEntry>();
        foreach (var run in runs.Where(r => r.Result is { Partitions: > 0 } && r.Trigger != "revert"))
        {
            if (undone.Count > 0)
            {
                points[run.RunId] = [.. undone];
            }

            // Nothing older than what is kept can be brought back.
            if (!kept.Contains(run.RunId))
            {
                break;
            }

            undone.Add(run);
        }

        return points;
    }
}
