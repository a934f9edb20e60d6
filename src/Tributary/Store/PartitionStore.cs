using System.Globalization;
using System.Data.Common;
using Tributary.Model;

namespace Tributary.Store;

/// <summary>A period of a DataSet over all its sites.</summary>
internal sealed record LastPeriod(string DataSet, Period Period, DateOnly Start, int Partitions, long Rows, bool IsProvisional, bool IsTruncated, double? OthersShare);

/// <summary>The periods of a site and segment of a DataSet, in a few numbers.</summary>
internal sealed record PartitionSpan(string DataSetId, int SiteId, Period Period, DateOnly First, DateOnly Last, int Count, long Rows, bool IsTruncated);

/// <summary>The store's copy of the partition states. The destination's own are the truth: they change in the transaction of the data.</summary>
internal sealed class PartitionStore(StoreDatabase store)
{
    private const int RowsAtOnce = 100;

    /// <summary>The partitions of a DataSet, by site and date.</summary>
    public Task<List<PartitionRecord>> ReadAsync(string dataSetId, CancellationToken cancellationToken) => store.ReadAsync(
        "SELECT site_id, period, period_start, period_end, segment, state, rows, read_at, run_id, others_share, truncated, is_empty FROM partitions WHERE dataset_id = @id ORDER BY site_id, segment, period, period_start",
        [("id", dataSetId)],
        Read,
        cancellationToken);

    /// <summary>Rows and partitions of every DataSet that has some.</summary>
    /// <param name="dataSetId">Of this one alone; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Dictionary<string, (long Rows, int Partitions, DateTimeOffset ReadAt)>> CountAsync(string? dataSetId, CancellationToken cancellationToken) => (await store.ReadAsync(
        $"SELECT dataset_id, sum(rows), count(*), max(read_at) FROM partitions{(dataSetId is null ? "" : " WHERE dataset_id = @dataset")} GROUP BY dataset_id",
        dataSetId is null ? [] : [("dataset", dataSetId)],
        r => (Id: r.GetString(0), Rows: r.GetInt64(1), Partitions: r.GetInt32(2), ReadAt: r.Instant(3)!.Value),
        cancellationToken)).ToDictionary(c => c.Id, c => (c.Rows, c.Partitions, c.ReadAt), StringComparer.Ordinal);

    /// <summary>What is stored of every site and segment of every DataSet.</summary>
    public Task<List<PartitionSpan>> ReadSpansAsync(CancellationToken cancellationToken) => store.ReadAsync(
        """
        SELECT dataset_id, site_id, period, min(period_start), max(period_start), count(*), sum(rows), max(CASE WHEN truncated IS NOT NULL THEN 1 ELSE 0 END)
        FROM partitions GROUP BY dataset_id, site_id, period, segment
        """,
        [],
        r => new PartitionSpan(r.GetString(0), r.GetInt32(1), Enum.Parse<Period>(r.GetString(2)), Date(r, 3), Date(r, 4), r.GetInt32(5), r.GetInt64(6), r.GetInt64(7) != 0),
        cancellationToken);

    /// <summary>How many periods and sites of a DataSet are stored.</summary>
    public async Task<(int Periods, int Sites)> ExtentAsync(string dataSetId, CancellationToken cancellationToken) => (await store.ReadAsync(
        "SELECT count(DISTINCT period_start), count(DISTINCT site_id) FROM partitions WHERE dataset_id = @id",
        [("id", dataSetId)],
        r => (r.GetInt32(0), r.GetInt32(1)),
        cancellationToken))[0];

    /// <summary>What changes whenever rows of a DataSet do, and how many there are.</summary>
    public async Task<(string Version, long Rows)> VersionAsync(string dataSetId, CancellationToken cancellationToken) => (await store.ReadAsync(
        "SELECT count(*), coalesce(sum(rows), 0), coalesce(max(read_at), 0), coalesce(sum(read_at / 1000000), 0), coalesce(max(run_id), '') FROM partitions WHERE dataset_id = @id",
        [("id", dataSetId)],
        r => (string.Create(CultureInfo.InvariantCulture, $"{r.GetInt64(0)} {r.GetInt64(1)} {r.GetInt64(2)} {r.GetInt64(3)} {r.GetString(4)}"), r.GetInt64(1)),
        cancellationToken))[0];

    /// <summary>The last periods of every DataSet with dates, by name, oldest first: one query, which looks at these periods alone.</summary>
    /// <param name="since">The first day of the days, weeks, months and years that are told.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>The sites of a DataSet are found one by one, since the key of a partition begins with DataSet and site; all partitions of a large workspace would take a hundred times as long.</remarks>
    public Task<List<LastPeriod>> ReadLastPeriodsAsync(DateOnly[] since, CancellationToken cancellationToken) => store.ReadAsync(
        $"""
        WITH RECURSIVE
        periods(period, since) AS (VALUES ('Day', @days), ('Week', @weeks), ('Month', @months), ('Year', @years)),
        sites(id, name, period, since, site) AS (
            SELECT d.id, d.name, p.period, p.since, (SELECT min(site_id) FROM partitions WHERE dataset_id = d.id)
            FROM datasets d JOIN periods p ON lower(p.period) = {store.Engine.Json("d.definition", "details", "period")}
            UNION ALL
            SELECT id, name, period, since, (SELECT min(site_id) FROM partitions WHERE dataset_id = id AND site_id > site) FROM sites WHERE site IS NOT NULL)
        SELECT s.name, s.period, p.period_start, count(*), sum(p.rows), max(CASE WHEN p.state = 'Provisional' THEN 1 ELSE 0 END), max(CASE WHEN p.truncated IS NOT NULL THEN 1 ELSE 0 END), max(p.others_share)
        FROM sites s CROSS JOIN partitions p WHERE p.dataset_id = s.id AND p.site_id = s.site AND p.period = s.period AND p.period_start >= s.since
        GROUP BY s.id, s.name, s.period, p.period_start ORDER BY s.id, p.period_start
        """,
        [("days", Iso(since[0])), ("weeks", Iso(since[1])), ("months", Iso(since[2])), ("years", Iso(since[3]))],
        r => new LastPeriod(r.GetString(0), Enum.Parse<Period>(r.GetString(1)), Date(r, 2), r.GetInt32(3), r.GetInt64(4), r.GetInt64(5) != 0, r.GetInt64(6) != 0, r.IsDBNull(7) ? null : r.GetDouble(7)),
        cancellationToken);

    /// <summary>Adds or replaces the states of partitions.</summary>
    /// <param name="dataSetId">The DataSet.</param>
    /// <param name="partitions">The states.</param>
    /// <param name="onlyThese">Whether all other states of the DataSet go.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task WriteAsync(string dataSetId, IReadOnlyList<PartitionRecord> partitions, bool onlyThese, CancellationToken cancellationToken) => store.TogetherAsync(
        async (connection, transaction) =>
        {
            if (onlyThese)
            {
                await connection.Command("DELETE FROM partitions WHERE dataset_id = @id", [("id", dataSetId)], transaction).ExecuteNonQueryAsync(cancellationToken);
            }

            // A server is a way off, and each statement takes it; a file is written as quickly row by row.
            var atOnce = Math.Min(store.Engine.IsShared ? RowsAtOnce : 1, Math.Max(1, partitions.Count));
            await using var insert = Insert(connection, transaction, dataSetId, atOnce);
            foreach (var rows in partitions.Chunk(atOnce))
            {
                await using var last = rows.Length == atOnce ? null : Insert(connection, transaction, dataSetId, rows.Length);
                foreach (var (partition, row) in rows.Select((p, i) => (p, i)))
                {
                    foreach (var (name, value) in Values(partition, row))
                    {
                        (last ?? insert).Set(name, value);
                    }
                }

                await (last ?? insert).ExecuteNonQueryAsync(cancellationToken);
            }

            return true;
        },
        cancellationToken);

    /// <summary>Changes the state of partitions that are still as they were read, and nothing else of them, as destinations do.</summary>
    public Task ReviseAsync(string dataSetId, IReadOnlyList<PartitionRecord> partitions, CancellationToken cancellationToken) => store.TogetherAsync(
        async (connection, transaction) =>
        {
            await using var update = connection.Command(
                """
                UPDATE partitions SET state = @state WHERE dataset_id = @id AND site_id = @site AND period = @period AND period_start = @start AND period_end = @end AND segment = @segment
                    AND run_id = @run AND read_at = @read
                """,
                [("id", dataSetId), .. Revised(null)],
                transaction);
            foreach (var partition in partitions)
            {
                foreach (var (name, value) in Revised(partition))
                {
                    update.Set(name, value);
                }

                await update.ExecuteNonQueryAsync(cancellationToken);
            }

            return true;
        },
        cancellationToken);

    private static DbCommand Insert(DbConnection connection, DbTransaction transaction, string dataSetId, int rows)
    {
        var values = Enumerable.Range(0, rows).Select(i => $"(@id, {string.Join(", ", Values(null, i).Select(v => "@" + v.Name))})");
        return connection.Command(
            $"""
            INSERT INTO partitions (dataset_id, site_id, period, period_start, period_end, segment, state, rows, others_share, truncated, run_id, read_at, is_empty)
            VALUES {string.Join(", ", values)}
            ON CONFLICT (dataset_id, site_id, period, period_start, period_end, segment) DO UPDATE SET state = excluded.state, rows = excluded.rows,
                others_share = excluded.others_share, truncated = excluded.truncated, run_id = excluded.run_id, read_at = excluded.read_at, is_empty = excluded.is_empty
            """,
            [("id", dataSetId), .. Enumerable.Range(0, rows).SelectMany(i => Values(null, i))],
            transaction);
    }

    private static IEnumerable<(string Name, object? Value)> Values(PartitionRecord? p, int row) =>
        Values(p).Select(v => (string.Create(CultureInfo.InvariantCulture, $"{v.Name}{row}"), v.Value));

    private static IEnumerable<(string Name, object? Value)> Revised(PartitionRecord? p) => Values(p).Where(v => v.Name is not ("rows" or "others" or "truncated" or "empty"));

    private static (string Name, object? Value)[] Values(PartitionRecord? p) =>
    [
        ("site", p?.Key.SiteId), ("period", p?.Key.Period.ToString()), ("start", Iso(p?.Key.Start)), ("end", Iso(p?.Key.End)), ("segment", p?.Key.Segment),
        ("state", p?.State.ToString()), ("rows", p?.Rows), ("others", p?.OthersShare), ("truncated", p?.Truncated), ("run", p?.RunId), ("read", p?.ReadAt.ToMicroseconds()), ("empty", p?.IsEmpty == true ? 1 : 0),
    ];

    private static string? Iso(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static PartitionRecord Read(DbDataReader r) => new(
        Key(r),
        Enum.Parse<PartitionState>(r.GetString(5)),
        r.GetInt64(6),
        r.Instant(7)!.Value,
        r.GetString(8))
    {
        OthersShare = r.IsDBNull(9) ? null : r.GetDouble(9),
        Truncated = r.Text(10),
        IsEmpty = r.GetInt64(11) != 0,
    };

    /// <summary>A partition's key, of a row that begins with its five columns.</summary>
    public static PartitionKey Key(DbDataReader r) => new(r.GetInt32(0), Enum.Parse<Period>(r.GetString(1)), Date(r, 2), Date(r, 3), r.GetString(4));

    private static DateOnly Date(DbDataReader reader, int column) => DateOnly.ParseExact(reader.GetString(column), "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
