using System.Globalization;
using Tributary.Model;

namespace Tributary.Warehouses.ClickHouse;

/// <summary>
/// What every commit of a table did, an entry each, under the number of the commit: <c>rows</c> brought to a partition, rows <c>dead</c> from now on,
/// a partition's <c>state</c> or that it is <c>gone</c>, a <c>window</c> written or <c>undone</c>, the <c>schema</c>, the runs to <c>keep</c>.
/// Entries are added, not changed; those of numbers not committed are looked at by nobody.
/// </summary>
internal sealed class ClickHouseLog(ClickHouseServer server, ClickHouseDialect dialect, string table)
{
    private const string Key = "site_id, period, period_start, period_end, segment";
    private const string Entry = "at, kind, " + Key + ", commit, state, rows, others_share, truncated, run_id, read_at, is_empty, text";

    // A state written again, by revising or undoing, is of the commit it came with.
    private const string Origin = "if(commit > 0, commit, at)";

    private readonly string _log = dialect.Log(table);

    public static string Create(ClickHouseDialect dialect, string table) =>
        $"CREATE TABLE {dialect.Log(table)} (at UInt64, kind LowCardinality(String), site_id Int64, period String, period_start Date32, period_end Date32, segment String, commit UInt64, state String, rows Int64, others_share Nullable(Float64), truncated Nullable(String), run_id String, read_at DateTime64(6, 'UTC'), is_empty Bool, text String) ENGINE = MergeTree ORDER BY (kind, at)";

    /// <summary>The view of a table's states for people: as of the commit that the table shows.</summary>
    public string CreatePartitionsView()
    {
        // What the table shows is said in one place only: the comment of its view.
        var commit = $"(SELECT max(toUInt64OrZero(extract(comment, 'commit ([0-9]+)$'))) FROM system.tables WHERE database = {ClickHouseDialect.Text(server.Database)} AND name = {ClickHouseDialect.Text(ClickHouseDialect.Fit(table))})";
        return $"CREATE OR REPLACE VIEW {dialect.Table(Sql.SqlNames.Partitions(table))} AS SELECT site_id, period, if(period = 'none', NULL, s.period_start) AS period_start, if(period = 'none', NULL, s.period_end) AS period_end, segment, f.1 AS state, f.2 AS rows, f.3 AS others_share, f.4 AS truncated, f.5 AS run_id, f.6 AS read_at, f.7 AS is_empty FROM ({States(commit)}) AS s";
    }

    public async Task<List<PartitionRecord>> ReadStatesAsync(ulong commit, CancellationToken cancellationToken) => await server.RowsAsync(
        $"SELECT site_id, period, toInt64(toInt32(period_start)), toInt64(toInt32(period_end)), segment, f.1, f.2, f.3, f.4, f.5, toUnixTimestamp64Micro(f.6), f.7 FROM ({States(Number(commit))}) ORDER BY {Key}",
        r => new PartitionRecord(
            ReadKey(r),
            Enum.Parse<PartitionState>(r.GetString(5), ignoreCase: true),
            ClickHouseServer.Number(r.GetValue(6)),
            ClickHouseServer.Micros(r.GetValue(10)),
            r.GetString(9))
        {
            OthersShare = r.IsDBNull(7) ? null : r.GetDouble(7),
            Truncated = r.IsDBNull(8) ? null : r.GetString(8),
            IsEmpty = Convert.ToBoolean(r.GetValue(11), CultureInfo.InvariantCulture),
        },
        cancellationToken);

    /// <summary>Rows that are seen: of which partitions, from which commits.</summary>
    public Task<List<(PartitionKey Key, ulong Commit)>> ReadLiveAsync(ulong commit, CancellationToken cancellationToken) => ReadPairsAsync(commit, "rows", cancellationToken);

    /// <summary>Rows that are not seen any more.</summary>
    public Task<List<(PartitionKey Key, ulong Commit)>> ReadDeadAsync(ulong commit, CancellationToken cancellationToken) => ReadPairsAsync(commit, "dead", cancellationToken);

    /// <summary>The windows written, and by which commit, in order.</summary>
    public Task<List<(string Id, string Run, ulong At, DateTimeOffset Time)>> ReadWindowsAsync(ulong commit, CancellationToken cancellationToken) => server.RowsAsync(
        $"SELECT text, argMax(run_id, at), max(at) AS last, toUnixTimestamp64Micro(argMax(read_at, at)) FROM {_log} WHERE kind IN ('window', 'undone') AND at <= {Number(commit)} GROUP BY text HAVING argMax(kind, at) = 'window' ORDER BY last, text",
        r => (r.GetString(0), r.GetString(1), (ulong)ClickHouseServer.Number(r.GetValue(2)), ClickHouseServer.Micros(r.GetValue(3))),
        cancellationToken);

    public async Task<bool> IsWrittenAsync(string window, ulong commit, CancellationToken cancellationToken) =>
        await server.CountAsync($"SELECT argMax(kind, at) = 'window' FROM {_log} WHERE kind IN ('window', 'undone') AND text = {ClickHouseDialect.Text(window)} AND at <= {Number(commit)}", cancellationToken) > 0;

    /// <summary>The runs that can be undone, newest first.</summary>
    public async Task<List<string>> ReadKeptAsync(ulong commit, CancellationToken cancellationToken) =>
        (await server.RowsAsync($"SELECT text FROM {_log} WHERE kind = 'keep' AND at <= {Number(commit)} ORDER BY at DESC LIMIT 1", r => r.GetString(0), cancellationToken))
        .SelectMany(t => t.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();

    /// <summary>Rows that were killed by some commits.</summary>
    public Task<List<(PartitionKey Key, ulong Commit)>> ReadKilledAsync(IEnumerable<ulong> by, CancellationToken cancellationToken) => server.RowsAsync(
        $"SELECT DISTINCT site_id, period, toInt64(toInt32(period_start)), toInt64(toInt32(period_end)), segment, commit FROM {_log} WHERE kind = 'dead' AND at IN ({string.Join(", ", by.Select(Number))})",
        r => (ReadKey(r), (ulong)ClickHouseServer.Number(r.GetValue(5))),
        cancellationToken);

    /// <summary>Brings back the states as they were without some commits, whose windows are noted as undone already: of every partition these changed.</summary>
    public Task RestoreStatesAsync(ulong commit, ulong anew, IEnumerable<ulong> undone, CancellationToken cancellationToken)
    {
        var stands = $"{Origin} IN (SELECT max(at) FROM {_log} WHERE kind IN ('window', 'undone') AND at <= {Number(anew)} GROUP BY text HAVING argMax(kind, at) = 'window')";
        return server.ExecuteAsync(
            $"INSERT INTO {_log} ({Entry}) SELECT {Number(anew)}, if(f.8 = 'state', 'state', 'gone'), {Key}, f.9, f.1, f.2, f.3, f.4, f.5, f.6, f.7, '' FROM (SELECT {Key}, argMaxIf(tuple(state, rows, others_share, truncated, run_id, read_at, is_empty, toString(kind), {Origin}), at, {stands}) AS f FROM {_log} WHERE kind IN ('state', 'gone') AND at <= {Number(commit)} GROUP BY {Key} HAVING countIf({Origin} IN ({string.Join(", ", undone.Select(Number))})) > 0)",
            dialect.Writing(table),
            cancellationToken);
    }

    /// <summary>The commits that each stored state comes from.</summary>
    public async Task<Dictionary<PartitionKey, ulong>> ReadOriginsAsync(ulong commit, CancellationToken cancellationToken) => (await server.RowsAsync(
        $"SELECT site_id, period, toInt64(toInt32(period_start)), toInt64(toInt32(period_end)), segment, argMax({Origin}, at) FROM {_log} WHERE kind IN ('state', 'gone') AND at <= {Number(commit)} GROUP BY {Key} HAVING argMax(kind, at) = 'state'",
        r => (Key: ReadKey(r), Commit: (ulong)ClickHouseServer.Number(r.GetValue(5))),
        cancellationToken)).ToDictionary(o => o.Key, o => o.Commit);

    /// <summary>Adds entries: one statement, one block.</summary>
    public Task AddAsync(IReadOnlyList<string> entries, CancellationToken cancellationToken) =>
        entries.Count == 0 ? Task.CompletedTask : server.ExecuteAsync($"INSERT INTO {_log} ({Entry}) VALUES {string.Join(", ", entries)}", dialect.Writing(table), cancellationToken);

    /// <param name="origin">The commit it came with, where that is not this one.</param>
    public static string State(ulong at, PartitionRecord s, ulong origin = 0) => string.Create(
        CultureInfo.InvariantCulture,
        $"({at}, 'state', {KeyText(s.Key)}, {origin}, '{s.State.ToString().ToLowerInvariant()}', {s.Rows}, {Sql.SqlDialect.Number(s.OthersShare)}, {(s.Truncated is null ? "NULL" : ClickHouseDialect.Text(s.Truncated))}, {ClickHouseDialect.Text(s.RunId)}, {ClickHouseDialect.Instant(s.ReadAt)}, {s.IsEmpty}, '')");

    /// <summary><c>rows</c>, <c>dead</c> and <c>gone</c>.</summary>
    public static string Of(ulong at, string kind, PartitionKey key, ulong commit) => string.Create(
        CultureInfo.InvariantCulture,
        $"({at}, '{kind}', {KeyText(key)}, {commit}, '', 0, NULL, NULL, '', {ClickHouseDialect.Instant(DateTimeOffset.UnixEpoch)}, false, '')");

    /// <summary><c>window</c>, <c>undone</c>, <c>schema</c> and <c>keep</c>.</summary>
    public static string Note(ulong at, string kind, string text, string run, DateTimeOffset time) => string.Create(
        CultureInfo.InvariantCulture,
        $"({at}, '{kind}', 0, '', {ClickHouseDialect.Date(DateOnly.MinValue)}, {ClickHouseDialect.Date(DateOnly.MinValue)}, '', 0, '', 0, NULL, NULL, {ClickHouseDialect.Text(run)}, {ClickHouseDialect.Instant(time)}, false, {ClickHouseDialect.Text(text)})");

    public static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private string States(string commit) =>
        $"SELECT {Key}, argMax(tuple(state, rows, others_share, truncated, run_id, read_at, is_empty), at) AS f FROM {_log} WHERE kind IN ('state', 'gone') AND at <= {commit} GROUP BY {Key} HAVING argMax(kind, at) = 'state'";

    private Task<List<(PartitionKey Key, ulong Commit)>> ReadPairsAsync(ulong commit, string kind, CancellationToken cancellationToken) => server.RowsAsync(
        $"SELECT site_id, period, toInt64(toInt32(period_start)), toInt64(toInt32(period_end)), segment, commit FROM {_log} WHERE kind IN ('rows', 'dead') AND at <= {Number(commit)} GROUP BY {Key}, commit HAVING argMax(kind, at) = '{kind}'",
        r => (ReadKey(r), (ulong)ClickHouseServer.Number(r.GetValue(5))),
        cancellationToken);

    private static string KeyText(PartitionKey k) => string.Create(
        CultureInfo.InvariantCulture,
        $"{k.SiteId}, '{Sql.SqlStates.PeriodText(k.Period)}', {ClickHouseDialect.Date(k.Start)}, {ClickHouseDialect.Date(k.End)}, {ClickHouseDialect.Text(k.Segment)}");

    private static PartitionKey ReadKey(System.Data.Common.DbDataReader r) => new(
        checked((int)ClickHouseServer.Number(r.GetValue(0))),
        Enum.Parse<Period>(r.GetString(1), ignoreCase: true),
        ClickHouseDialect.Day(ClickHouseServer.Number(r.GetValue(2))),
        ClickHouseDialect.Day(ClickHouseServer.Number(r.GetValue(3))),
        r.GetString(4));
}
