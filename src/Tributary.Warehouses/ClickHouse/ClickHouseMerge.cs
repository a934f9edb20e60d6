using System.Globalization;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.Warehouses.Sql;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>
/// Merging where rows are never changed: of every partition that has a row with a key that was brought, the rows that stay are written again under the new commit,
/// beside those that were brought, and the old ones are dead.
/// </summary>
internal sealed class ClickHouseMerge(ClickHouseServer server, ClickHouseDialect dialect, WindowCommit commit, ClickHouseTable? before, ClickHouseTable after, CancellationToken cancellationToken)
{
    private readonly string _rows = dialect.Rows(commit.Table);
    private readonly List<ClickHouseColumn> _key = [.. commit.Key.Select(k => after.Columns.Single(c => string.Equals(c.Column.Name, k, StringComparison.OrdinalIgnoreCase)))];

    private string KeyNames => string.Join(", ", _key.Select(c => ClickHouseDialect.Quote(c.Name)));

    private string IsBrought => $"{ClickHouseDialect.Commit} = {ClickHouseLog.Number(after.Commit)}";

    /// <summary>Merges, and gives the states of all partitions that have changed.</summary>
    public async Task<IEnumerable<PartitionRecord>> RunAsync(Dictionary<PartitionKey, PartitionRecord> stored, List<(PartitionKey Key, ulong Commit)> live, List<string> entries)
    {
        await RefuseBadKeysAsync();
        var touched = before is null ? [] : await KeepOthersAsync(live, entries);
        var rows = await CountAsync();
        var states = commit.Partitions.ToDictionary(p => p.Key);
        foreach (var key in touched.Where(k => !states.ContainsKey(k)))
        {
            states[key] = stored[key];
        }

        // Rows of a partition that was not touched stay where they are, beside those brought.
        foreach (var (key, state) in states.ToList())
        {
            var untouched = !touched.Contains(key) && stored.TryGetValue(key, out var old) && !commit.Remove.Contains(key) ? old.Rows : 0;
            states[key] = state with { Rows = rows.GetValueOrDefault(key) + untouched };
        }

        entries.AddRange(rows.Keys.Select(k => ClickHouseLog.Of(after.Commit, "rows", k, after.Commit)));
        return states.Values;
    }

    private async Task<HashSet<PartitionKey>> KeepOthersAsync(List<(PartitionKey Key, ulong Commit)> live, List<string> entries)
    {
        var isOld = (before! with { Columns = after.Columns }).IsVisible(dialect, hasDead: true);
        var isReplaced = $"({KeyNames}) IN (SELECT {KeyNames} FROM {_rows} WHERE {IsBrought})";
        var touched = (await KeysAsync($"SELECT DISTINCT {Selected()} FROM {_rows} WHERE {isOld} AND {isReplaced}")).Where(k => !commit.Remove.Contains(k)).ToHashSet();
        if (touched.Count > 0)
        {
            var key = ClickHouseTable.RowKey(after.Schema);
            var names = string.Join(", ", after.Columns.Select(c => ClickHouseDialect.Quote(c.Name)));
            await server.ExecuteAsync(
                $"INSERT INTO {_rows} ({names}, {ClickHouseDialect.Commit}) SELECT {names}, {ClickHouseLog.Number(after.Commit)} FROM {_rows} WHERE {isOld} AND NOT ({isReplaced}) AND ({key}) IN (SELECT {key} FROM {_rows} WHERE {isOld} AND {isReplaced})",
                dialect.Writing(commit.Table),
                cancellationToken);
            entries.AddRange(live.Where(l => touched.Contains(l.Key)).Select(l => ClickHouseLog.Of(after.Commit, "dead", l.Key, l.Commit)));
        }

        return touched;
    }

    private async Task<Dictionary<PartitionKey, long>> CountAsync()
    {
        var counted = await server.RowsAsync($"SELECT {Selected()}, count() FROM {_rows} WHERE {IsBrought} GROUP BY {ClickHouseTable.RowKey(after.Schema)}", r => (Key: Read(r), Count: ClickHouseServer.Number(r.GetValue(5))), cancellationToken);
        return counted.ToDictionary(c => c.Key, c => c.Count);
    }

    private Task<List<PartitionKey>> KeysAsync(string sql) => server.RowsAsync(sql, Read, cancellationToken);

    private string Selected()
    {
        var hasPeriod = after.Schema.Find("period") is not null;
        var segment = after.Schema.Find("segment") is not null ? "ifNull(segment, '')" : "''";
        return hasPeriod ? $"site_id, period, toInt64(toInt32(period_start)), toInt64(toInt32(period_end)), {segment}" : $"site_id, 'none', {ClickHouseDialect.Days.First}, {ClickHouseDialect.Days.First}, {segment}";
    }

    private static PartitionKey Read(System.Data.Common.DbDataReader r) => new(
        checked((int)ClickHouseServer.Number(r.GetValue(0))),
        Enum.Parse<Period>(r.GetString(1), ignoreCase: true),
        ClickHouseDialect.Day(ClickHouseServer.Number(r.GetValue(2))),
        ClickHouseDialect.Day(ClickHouseServer.Number(r.GetValue(3))),
        r.GetString(4));

    private async Task RefuseBadKeysAsync()
    {
        foreach (var column in _key)
        {
            if (await server.CountAsync($"SELECT count() FROM {_rows} WHERE {IsBrought} AND isNull({ClickHouseDialect.Quote(column.Name)})", cancellationToken) > 0)
            {
                throw CommitRules.KeyIsNull(commit, column.Column.Name);
            }
        }

        var schema = new TableSchema([.. _key.Select(c => c.Column with { Name = c.Name })]);
        var twice = await server.RowsAsync(
            $"SELECT {string.Join(", ", schema.Columns.Select(ClickHouseDialect.Word))} FROM {_rows} WHERE {IsBrought} GROUP BY {KeyNames} HAVING count() > 1 LIMIT 1",
            r => string.Join(", ", ClickHouseReading.Batch(r, schema, 1) is var batch ? _key.Select((_, i) => ColumnText.Format(batch.Buffer(i), 0)) : []),
            cancellationToken);
        if (twice.Count > 0)
        {
            throw CommitRules.KeyRepeats(commit, twice[0]);
        }
    }
}
