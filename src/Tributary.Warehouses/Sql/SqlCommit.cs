using System.Collections.Concurrent;
using System.Data;
using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Warehouses.Sql;

/// <summary>The one transaction that writes a window. Where the engine changes tables only outside of it, it does so before, and the notes written in it make them count.</summary>
/// <param name="engine">The engine.</param>
/// <param name="session">A connection to it.</param>
/// <param name="known">Tables looked over before, each with the run that did so, and whether somebody changed its rows or states.</param>
/// <param name="commit">The window.</param>
/// <param name="now">Noted with it.</param>
/// <param name="cancellationToken">Cancels between batches.</param>
internal sealed class SqlCommit(ISqlEngine engine, SqlSession session, ConcurrentDictionary<string, (string RunId, bool IsAltered)> known, WindowCommit commit, DateTimeOffset now, CancellationToken cancellationToken)
{
    private readonly SqlDialect _dialect = engine.Dialect;
    private readonly string _rows = engine.Dialect.Table(commit.Table);
    private readonly string _states = engine.Dialect.Table(SqlNames.Partitions(commit.Table));
    private readonly string _replaced = engine.Dialect.Temporary(SqlNames.Replaced);
    private readonly SqlKept _kept = new(session, engine.Dialect, commit.Table, cancellationToken);
    private TableSchema? _existing;
    private TableSchema _schema = TableSchema.Empty;

    /// <summary>Makes the tables ready. False where the window is written already.</summary>
    public async Task<bool> PrepareAsync()
    {
        if (await SqlWindows.IsWrittenAsync(session, _dialect, commit.Table, commit.WindowId, cancellationToken))
        {
            return false;
        }

        _existing = await SqlNotes.ReadSchemaAsync(session, _dialect, commit.Table, cancellationToken);
        CommitRules.Require(commit, SchemaUnion.Of(_existing ?? TableSchema.Empty, commit.Schema));
        if (_existing is null)
        {
            await MakeRoomAsync();
        }
        else if (!IsKnown)
        {
            await SqlStates.CreateIfMissingAsync(session, _dialect, commit.Table, cancellationToken);
        }

        _schema = await new SqlEvolution(session, _dialect, engine.Place, cancellationToken).EvolveAsync(commit.Table, _existing, commit.Schema, commit.Description);
        if (_existing is null && !_dialect.ChangesTablesInTransaction)
        {
            await IndexAsync();
        }

        await _kept.PrepareAsync(commit, _schema, engine.Place);
        return true;
    }

    public async Task WriteAsync()
    {
        if (_existing is null || !_existing.Columns.SequenceEqual(_schema.Columns))
        {
            await SqlNotes.WriteAsync(session, _dialect, commit.Table, _schema, cancellationToken);
        }

        var before = commit.Update == UpdateMethod.Replace && _existing is not null ? await SqlStates.ReadAsync(session, _dialect, commit.Table, cancellationToken) : null;
        var keys = commit.Partitions.Select(p => p.Key).Concat(commit.Remove).Concat(before?.Select(p => p.Key) ?? []).Distinct();
        await SqlStates.WriteReplacedAsync(session, _dialect, keys.Select(k => (k, "")), cancellationToken);
        before ??= await SqlStates.ReadReplacedAsync(session, _dialect, commit.Table, cancellationToken);

        var replacesRows = before.Exists(p => p.Rows > 0) || (commit.Update == UpdateMethod.Partition && await IsAlteredAsync());
        await _kept.KeepAsync(commit, _schema, replacesRows);
        await WriteRowsAsync(replacesRows);
        if (_existing is null && _dialect.ChangesTablesInTransaction)
        {
            // An index over rows that are there is made in a fraction of the time that each row's entry takes.
            await IndexAsync();
        }

        await WriteStatesAsync(before);
        await SqlStates.DropReplacedAsync(session, _dialect, cancellationToken);
        await SqlWindows.WriteAsync(session, _dialect, commit.Table, commit.WindowId, commit.EarlierWindows, now, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        await commit.Confirm(cancellationToken);
    }

    /// <summary>A table that we have not made is neither written into nor removed; one that we began and did not come to note is begun anew.</summary>
    private async Task MakeRoomAsync()
    {
        var isClaimed = await SqlNotes.IsClaimedAsync(session, _dialect, commit.Table, cancellationToken);

        // Notes without a table are of one that somebody dropped: what belongs to it is ours still, and what has taken its name is not.
        var isOurs = isClaimed || await SqlNotes.IsNotedAsync(session, _dialect, commit.Table, cancellationToken);
        foreach (var table in SqlDrop.TablesOf(commit.Table).Where(t => !(t == commit.Table ? isClaimed : isOurs)))
        {
            if ((await SqlNotes.ReadColumnsAsync(session, _dialect, table, cancellationToken)).Count > 0)
            {
                throw new TributaryException("destination.table_taken", Fault.Setup, $"There is a table '{table}' in {engine.Place} that Tributary has not made. Nothing was changed. Move it out of the way, or give the DataSet another table name than '{commit.Table}'.");
            }
        }

        foreach (var table in SqlDrop.TablesOf(commit.Table))
        {
            await session.ExecuteAsync(_dialect.DropTable(table), cancellationToken);
        }

        if (!_dialect.ChangesTablesInTransaction && !isClaimed)
        {
            await SqlNotes.ClaimAsync(session, _dialect, commit.Table, cancellationToken);
        }

        await SqlStates.CreateAsync(session, _dialect, commit.Table, cancellationToken);
    }

    private bool IsKnown => commit.RunId.Length > 0 && known.TryGetValue(commit.Table, out var table) && table.RunId == commit.RunId;

    /// <summary>
    /// Whether somebody changed the rows or their states. These change together otherwise, and where no state has rows there are none to look for: the first time
    /// a table is filled each commit would look through all before it. Looked at once a run.
    /// </summary>
    private async Task<bool> IsAlteredAsync()
    {
        if (!IsKnown)
        {
            var isAltered = _existing is not null && await CountAsync($"SELECT COUNT(*) FROM {_rows}") != await CountAsync($"SELECT SUM({_dialect.Quote("rows")}) FROM {_states}");
            known[commit.Table] = (commit.RunId, isAltered);
        }

        return known[commit.Table].IsAltered;
    }

    private async Task<long> CountAsync(string sql) => Convert.ToInt64(await session.ScalarAsync(sql, cancellationToken) ?? 0L, CultureInfo.InvariantCulture);

    /// <summary>Makes the rows of a partition quick to find.</summary>
    private Task IndexAsync() => session.ExecuteAsync(_dialect.CreateIndex(commit.Table, ((string[])["site_id", "period_start"]).Where(c => _schema.Find(c) is not null)), cancellationToken);

    private async Task WriteRowsAsync(bool replacesRows)
    {
        switch (commit.Update)
        {
            case UpdateMethod.Replace:
                await session.ExecuteAsync($"DELETE FROM {_rows}", cancellationToken);
                await AppendAsync(_rows);
                break;
            case UpdateMethod.Partition:
                if (replacesRows)
                {
                    await session.ExecuteAsync(_dialect.DeleteJoined(_rows, _replaced, _dialect.RowIsOf(_schema)), cancellationToken);
                }

                await AppendAsync(_rows);
                break;
            default:
                await RemoveAsync();
                await (commit.Update == UpdateMethod.Append ? AppendAsync(_rows) : MergeAsync());
                break;
        }
    }

    private async Task RemoveAsync()
    {
        if (commit.Remove.Count > 0)
        {
            await SqlStates.DropReplacedAsync(session, _dialect, cancellationToken);
            await SqlStates.WriteReplacedAsync(session, _dialect, commit.Remove.Select(k => (k, "")), cancellationToken);
            await session.ExecuteAsync(_dialect.DeleteJoined(_rows, _replaced, _dialect.RowIsOf(_schema)), cancellationToken);
            await session.ExecuteAsync(_dialect.DeleteJoined(_states, _replaced, _dialect.StateIsOf()), cancellationToken);
            await SqlStates.DropReplacedAsync(session, _dialect, cancellationToken);
            await SqlStates.WriteReplacedAsync(session, _dialect, commit.Partitions.Select(p => (p.Key, "")), cancellationToken);
        }
    }

    private async Task WriteStatesAsync(List<PartitionRecord> before)
    {
        var states = commit.Partitions;
        if (commit.Update == UpdateMethod.Append)
        {
            var rows = before.ToDictionary(p => p.Key, p => p.Rows);
            states = [.. states.Select(p => p with { Rows = p.Rows + rows.GetValueOrDefault(p.Key) })];
        }

        await session.ExecuteAsync(commit.Update == UpdateMethod.Replace ? $"DELETE FROM {_states}" : _dialect.DeleteJoined(_states, _replaced, _dialect.StateIsOf()), cancellationToken);
        await SqlStates.InsertAsync(session, _dialect, commit.Table, states, cancellationToken);
        if (commit.Update == UpdateMethod.Merge)
        {
            // A key without the period takes rows away from other partitions too.
            await session.ExecuteAsync($"UPDATE {_states} SET {_dialect.Quote("rows")} = (SELECT COUNT(*) FROM {_rows} AS t WHERE {_dialect.RowIsOf(_schema).Replace("k.", _states + ".", StringComparison.Ordinal)})", cancellationToken);
        }
    }

    private async Task MergeAsync()
    {
        var merged = _dialect.Temporary(SqlNames.Merged);
        List<ColumnDefinition> key = [.. commit.Key.Select(c => _schema.Find(c)!)];
        await session.ExecuteAsync(_dialect.CreateTemporary(SqlNames.Merged, _schema.Columns.Select(_dialect.Clause), key), cancellationToken);
        await AppendAsync(merged);
        await RefuseBadKeysAsync(merged, key);
        var names = string.Join(", ", _schema.Columns.Select(c => _dialect.Column(c.Name)));
        await session.ExecuteAsync(_dialect.DeleteJoined(_rows, merged, string.Join(" AND ", key.Select(c => $"{Compared("t.", c)} = {Compared("k.", c)}"))), cancellationToken);
        await session.ExecuteAsync($"INSERT INTO {_rows} ({names}) SELECT {names} FROM {merged}", cancellationToken);
        await session.ExecuteAsync(_dialect.DropTemporary(SqlNames.Merged), cancellationToken);
    }

    private string Compared(string prefix, ColumnDefinition column) => _dialect.Comparable(prefix + _dialect.Column(column.Name), column.Type);

    private async Task RefuseBadKeysAsync(string merged, List<ColumnDefinition> key)
    {
        foreach (var column in key)
        {
            if (await CountAsync($"SELECT COUNT(*) FROM {merged} WHERE {_dialect.Column(column.Name)} IS NULL") > 0)
            {
                throw CommitRules.KeyIsNull(commit, column.Name);
            }
        }

        var names = string.Join(", ", key.Select(c => _dialect.Column(c.Name)));
        await using var command = session.Command($"SELECT {names} FROM {merged} GROUP BY {string.Join(", ", key.SelectMany(c => new[] { _dialect.Column(c.Name), Compared("", c) }).Distinct())} HAVING COUNT(*) > 1");
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
        if (await reader.ReadAsync(cancellationToken))
        {
            throw CommitRules.KeyRepeats(commit, string.Join(", ", SqlReading.Batch(reader, new TableSchema(key), 1) is var batch ? key.Select((_, i) => ColumnText.Format(batch.Buffer(i), 0)) : []));
        }
    }

    private async Task AppendAsync(string table) =>
        CommitRules.RequireAll(commit, await engine.WriteAsync(session, table, _schema.Columns, commit, cancellationToken));
}
