using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>
/// Writes a window: rows and entries of the log under a number that nobody looks at yet, then the view that shows them. Replacing a view is the one thing
/// ClickHouse does all at once, so it is the commit; a crash before it leaves the old table, and what is left over is removed by the next commit.
/// </summary>
internal sealed class ClickHouseCommit(ClickHouseServer server, ClickHouseDialect dialect, WindowCommit commit, DateTimeOffset now, CancellationToken cancellationToken)
{
    private readonly ClickHouseLog _log = new(server, dialect, commit.Table);
    private readonly string _rows = dialect.Rows(commit.Table);
    private readonly List<string> _entries = [];

    public async Task RunAsync(ClickHouseLock hold)
    {
        var before = await ClickHouseTable.ReadAsync(server, dialect, commit.Table, cancellationToken);
        if (before is not null && await _log.IsWrittenAsync(commit.WindowId, before.Commit, cancellationToken))
        {
            return;
        }

        if (before is null)
        {
            await ClickHouseTable.RequireFreeAsync(server, commit.Table, cancellationToken);
        }

        CommitRules.Require(commit, SchemaUnion.Of(before?.Schema ?? TableSchema.Empty, commit.Schema));
        await ClickHouseUpkeep.PrepareAsync(server, dialect, _log, commit, before, now, cancellationToken);
        var (columns, isChanged) = await new ClickHouseEvolution(server, dialect, commit.Table, cancellationToken).EvolveAsync(before?.Columns, commit.Schema);
        var description = commit.Description.Length > 0 ? commit.Description : before?.Description ?? "";
        var after = new ClickHouseTable(commit.Table, (before?.Commit ?? 0) + 1, columns, description);
        if (before is null || isChanged)
        {
            _entries.Add(ClickHouseLog.Note(after.Commit, "schema", after.ColumnsText(), "", now));
        }

        await AppendAsync(after);
        await ReplaceAsync(before, after);
        await NoteAsync(before, after.Commit);
        await _log.AddAsync(_entries, cancellationToken);
        if (before is null)
        {
            await server.ExecuteAsync(_log.CreatePartitionsView(), dialect.Writing(commit.Table), cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        await commit.Confirm(cancellationToken);
        await PublishAsync(server, dialect, _log, after, hold, cancellationToken);
    }

    /// <summary>Shows a commit to readers.</summary>
    public static async Task PublishAsync(ClickHouseServer server, ClickHouseDialect dialect, ClickHouseLog log, ClickHouseTable after, ClickHouseLock hold, CancellationToken cancellationToken)
    {
        var hasDead = (await log.ReadDeadAsync(after.Commit, cancellationToken)).Count > 0;
        await hold.RequireAsync(cancellationToken);
        await server.ExecuteAsync(after.Publish(dialect, hasDead), dialect.Writing(after.Name), cancellationToken);
    }

    private async Task AppendAsync(ClickHouseTable after)
    {
        var columns = after.Columns.Select(c => (c.Column, c.Name)).ToList();
        var names = string.Join(", ", columns.Select(c => ClickHouseDialect.Quote(c.Name)).Append(ClickHouseDialect.Commit));
        var written = 0L;
        Exception? failure = null;
        try
        {
            if (commit.Rows.Count > 0)
            {
                await server.InsertAsync(
                    $"{_rows} ({names})",
                    "Native",
                    dialect.Writing(commit.Table),
                    async (stream, stop) =>
                    {
                        try
                        {
                            written = await new ClickHouseNative(columns, after.Commit).WriteAsync(stream, commit, stop);
                        }
                        catch (Exception e)
                        {
                            failure = e;
                            throw;
                        }
                    },
                    cancellationToken);
            }
        }
        catch (Exception) when (failure is ArgumentException or IOException or InvalidDataException or OperationCanceledException)
        {
            // The way wraps what went wrong while rows were read.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        CommitRules.RequireAll(commit, written);
    }

    private async Task ReplaceAsync(ClickHouseTable? before, ClickHouseTable after)
    {
        var at = after.Commit;
        var states = before is null ? [] : await _log.ReadStatesAsync(before.Commit, cancellationToken);
        var live = before is null || (commit.Update == UpdateMethod.Append && commit.Remove.Count == 0) ? [] : await _log.ReadLiveAsync(before.Commit, cancellationToken);
        HashSet<PartitionKey> brought = [.. commit.Partitions.Select(p => p.Key)], removed = [.. commit.Remove];
        var gone = states.Select(s => s.Key).Where(k => removed.Contains(k) || (commit.Update == UpdateMethod.Replace && !brought.Contains(k)));
        _entries.AddRange(gone.Select(k => ClickHouseLog.Of(at, "gone", k, 0)));
        var dying = commit.Update switch
        {
            UpdateMethod.Replace => live,
            UpdateMethod.Partition => live.Where(l => brought.Contains(l.Key) || removed.Contains(l.Key)),
            _ => live.Where(l => removed.Contains(l.Key)),
        };
        _entries.AddRange(dying.Select(l => ClickHouseLog.Of(at, "dead", l.Key, l.Commit)));
        var stored = states.ToDictionary(s => s.Key);
        IEnumerable<PartitionRecord> records = commit.Partitions;
        if (commit.Update == UpdateMethod.Append)
        {
            records = records.Select(p => p with { Rows = p.Rows + (stored.GetValueOrDefault(p.Key)?.Rows ?? 0) });
        }
        else if (commit.Update == UpdateMethod.Merge)
        {
            records = await new ClickHouseMerge(server, dialect, commit, before, after, cancellationToken).RunAsync(stored, [.. live.Where(l => !removed.Contains(l.Key))], _entries);
        }

        _entries.AddRange(records.Select(r => ClickHouseLog.State(at, r)));
        if (commit.Update != UpdateMethod.Merge)
        {
            _entries.AddRange(commit.Partitions.Where(p => p.Rows > 0).Select(p => ClickHouseLog.Of(at, "rows", p.Key, at)));
        }
    }

    private async Task NoteAsync(ClickHouseTable? before, ulong at)
    {
        _entries.Add(ClickHouseLog.Note(at, "window", commit.WindowId, RunOf(commit.WindowId), now));
        if (commit.EarlierWindows.Count > 0)
        {
            var written = before is null ? [] : (await _log.ReadWindowsAsync(before.Commit, cancellationToken)).Select(w => w.Id).ToHashSet(StringComparer.Ordinal);
            _entries.AddRange(commit.EarlierWindows.Distinct(StringComparer.Ordinal).Where(w => w != commit.WindowId && !written.Contains(w)).Select(w => ClickHouseLog.Note(at, "window", w, RunOf(w), now)));
        }

        var kept = before is null ? [] : await _log.ReadKeptAsync(before.Commit, cancellationToken);
        List<string> keeping = SqlKept.Keeps(commit) ? [.. (kept.Contains(commit.RunId) ? kept : [commit.RunId, .. kept]).Take(commit.KeepRuns)] : [];
        if (!keeping.SequenceEqual(kept))
        {
            _entries.Add(ClickHouseLog.Note(at, "keep", string.Join('\n', keeping), "", now));
        }
    }

    private static string RunOf(string windowId) => windowId.Split('/', 2)[0];
}
