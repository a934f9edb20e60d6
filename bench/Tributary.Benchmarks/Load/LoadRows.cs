using System.Globalization;
using System.Text;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Benchmarks.Load;

/// <summary>The staged rows that loading is measured with: page rows of 13 columns in ten partitions, always the same.</summary>
internal static class LoadRows
{
    private const int Days = 10;

    private static readonly DateOnly First = new(2026, 5, 1);

    public static ColumnDefinition[] Columns { get; } =
    [
        Key("site_id", ColumnType.Integer), Key("site_name", ColumnType.Text), Key("period", ColumnType.Text), Key("period_start", ColumnType.Date), Key("period_end", ColumnType.Date),
        new("label", ColumnType.Text, ColumnRole.Dimension), new("nb_visits", ColumnType.Integer, ColumnRole.Metric), new("nb_hits", ColumnType.Integer, ColumnRole.Metric),
        new("bounce_rate", ColumnType.Double, ColumnRole.Metric), new("avg_time_on_page", ColumnType.Double, ColumnRole.Metric), new("revenue", ColumnType.Money, ColumnRole.Metric),
        new("_run_id", ColumnType.Text, ColumnRole.Run), new("_read_at", ColumnType.Instant, ColumnRole.Run),
    ];

    /// <summary>Stages rows in memory.</summary>
    public static StagedRows Stage(string folder, int count)
    {
        var rows = new StagedRows(folder, memoryBytes: 1L << 30);
        var each = count / Days;
        for (var day = 0; day < Days; day++)
        {
            for (var from = 0; from < each; from += RowBatch.MaxRows)
            {
                rows.Add(Batch(First.AddDays(day), from, Math.Min(RowBatch.MaxRows, each - from)));
            }
        }

        return rows;
    }

    /// <summary>The commit of them.</summary>
    public static WindowCommit Commit(StagedRows rows, string window) => new()
    {
        Table = "pages",
        WindowId = window,
        RunId = window,
        Schema = new TableSchema(Columns),
        Partitions = [.. Enumerable.Range(0, Days).Select(d => new PartitionRecord(new PartitionKey(1, Period.Day, First.AddDays(d), First.AddDays(d)), PartitionState.Final, rows.Count / Days, DateTimeOffset.UnixEpoch, "1"))],
        Rows = rows,
    };

    private static RowBatch Batch(DateOnly day, int from, int rows)
    {
        var batch = new RowBatch();
        foreach (var column in Columns)
        {
            batch.Add(column);
        }

        for (var row = 0; row < rows; row++)
        {
            var n = from + row;
            batch.Buffer(0).SetInteger(row, 1);
            batch.Buffer(1).SetUtf8(row, "Shop"u8);
            batch.Buffer(2).SetUtf8(row, "day"u8);
            batch.Buffer(3).SetInteger(row, day.DayNumber - ColumnText.UnixEpochDay);
            batch.Buffer(4).SetInteger(row, day.DayNumber - ColumnText.UnixEpochDay);
            batch.Buffer(5).SetUtf8(row, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/products/{n % 997}/item-{n * 7919 % 1_000_003}")));
            batch.Buffer(6).SetInteger(row, n * 31 % 1_009);
            batch.Buffer(7).SetInteger(row, n * 17 % 4_001);
            batch.Buffer(8).SetDouble(row, n % 101 / 100d);
            batch.Buffer(9).SetDouble(row, n % 3_001 / 10d);
            batch.Buffer(10).SetInteger(row, n * 1_237L % 10_000_019);
            batch.Buffer(11).SetUtf8(row, "20260502-070000-0001"u8);
            batch.Buffer(12).SetInteger(row, 1_777_777_777_000_000);
        }

        batch.Rows = rows;
        return batch;
    }

    private static ColumnDefinition Key(string name, ColumnType type) => new(name, type, ColumnRole.Key) { Nullable = false };
}
