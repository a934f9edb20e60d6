using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>Undoes runs by entries of the log alone: what they brought is dead, what they killed is seen again.</summary>
internal sealed class ClickHouseRevert(ClickHouseLog log, CancellationToken cancellationToken)
{
    /// <returns>Whether there was anything to undo.</returns>
    public async Task<bool> RunAsync(ClickHouseTable table, ulong at, string runId, DateTimeOffset endedAt, DateTimeOffset now)
    {
        var windows = await log.ReadWindowsAsync(table.Commit, cancellationToken);
        var own = windows.Where(w => w.Run == runId).ToList();
        var later = windows.GroupBy(w => w.Run, StringComparer.Ordinal)
            .Where(r => own.Count > 0 ? r.Min(w => w.At) > own.Max(w => w.At) : r.Min(w => w.Time) > endedAt)
            .Select(r => r.Key)
            .ToHashSet(StringComparer.Ordinal);
        var kept = await log.ReadKeptAsync(table.Commit, cancellationToken);
        if (later.Any(r => !kept.Contains(r)))
        {
            throw CommitRules.NotKept(runId, later.Count, kept.Count);
        }

        if (later.Count == 0)
        {
            return false;
        }

        var undone = windows.Where(w => later.Contains(w.Run)).ToList();
        var commits = undone.Select(w => w.At).ToHashSet();
        var killed = await log.ReadKilledAsync(commits, cancellationToken);
        var live = await log.ReadLiveAsync(table.Commit, cancellationToken);
        List<string> entries =
        [
            .. live.Where(l => commits.Contains(l.Commit)).Select(l => ClickHouseLog.Of(at, "dead", l.Key, l.Commit)),
            .. killed.Where(k => !commits.Contains(k.Commit)).Select(k => ClickHouseLog.Of(at, "rows", k.Key, k.Commit)),
            .. undone.Select(w => ClickHouseLog.Note(at, "undone", w.Id, w.Run, now)),
            ClickHouseLog.Note(at, "keep", string.Join('\n', kept.Where(r => !later.Contains(r))), "", now),
        ];
        await log.AddAsync(entries, cancellationToken);
        await log.RestoreStatesAsync(table.Commit, at, commits, cancellationToken);
        return true;
    }
}
