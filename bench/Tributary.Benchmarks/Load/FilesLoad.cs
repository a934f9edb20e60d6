using System.Diagnostics;
using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Warehouses.Files;

namespace Tributary.Benchmarks.Load;

/// <summary>Staged rows to committed Parquet, beside DuckDB's own COPY of the same rows into the same partitions.</summary>
internal static class FilesLoad
{
    private const int Days = 10;
    private const double LeastRatio = 0.7;

    private static readonly DateOnly First = new(2026, 5, 1);
    private static readonly ColumnDefinition[] Columns =
    [
        Key("site_id", ColumnType.Integer), Key("site_name", ColumnType.Text), Key("period", ColumnType.Text), Key("period_start", ColumnType.Date), Key("period_end", ColumnType.Date),
        new("label", ColumnType.Text, ColumnRole.Dimension), new("nb_visits", ColumnType.Integer, ColumnRole.Metric), new("nb_hits", ColumnType.Integer, ColumnRole.Metric),
        new("bounce_rate", ColumnType.Double, ColumnRole.Metric), new("avg_time_on_page", ColumnType.Double, ColumnRole.Metric), new("revenue", ColumnType.Money, ColumnRole.Metric),
        new("_run_id", ColumnType.Text, ColumnRole.Run), new("_read_at", ColumnType.Instant, ColumnRole.Run),
    ];

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var count = arguments.Number("--rows", 500_000);
        var folder = Directory.CreateTempSubdirectory("tributary-load-").FullName;
        try
        {
            using var rows = Stage(folder, count);
            double[] direct = new double[arguments.Number("--rounds", 7)], own = new double[direct.Length];

            // The first of each warms up and does not count.
            for (var round = -1; round < direct.Length; round++)
            {
                var took = Directly(rows, Directory.CreateDirectory(Path.Combine(folder, $"direct{round}")).FullName);
                var committed = await CommittedAsync(rows, Directory.CreateDirectory(Path.Combine(folder, $"own{round}")).FullName, Path.Combine(folder, "staging"));
                if (round >= 0)
                {
                    (direct[round], own[round]) = (took, committed);
                }
            }

            var table = new Table("Parquet", "seconds", "rows/s");
            table.Add("DuckDB's COPY by partition", Text(Verdict.Median(direct)), Rate(count, direct));
            table.Add("tributary, committed", Text(Verdict.Median(own)), Rate(count, own));
            table.Print();
            var verdict = new Verdict();
            verdict.AtLeast("files: rows a second, as a share of DuckDB's own", Verdict.Median(direct.Zip(own, (d, o) => d / o)), LeastRatio);
            return verdict.ExitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Directly(StagedRows rows, string folder)
    {
        var started = Stopwatch.GetTimestamp();
        using var connection = new DuckDBConnection("DataSource=:memory:;memory_limit=1GB");
        connection.Open();
        connection.Execute(DuckDbDialect.CreateTable("staged", new TableSchema(Columns)).Replace("CREATE TABLE", "CREATE TEMP TABLE", StringComparison.Ordinal));
        using (var writer = new DuckDbWriter(connection, "staged", Columns, "temp"))
        {
            foreach (var batch in rows.ReadBatches())
            {
                writer.Write(batch);
            }

            writer.Complete();
        }

        connection.Execute($"COPY staged TO {DuckDbDialect.Literal(folder)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (site_id, period, period_start), WRITE_PARTITION_COLUMNS true, OVERWRITE_OR_IGNORE true)");
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> CommittedAsync(StagedRows rows, string folder, string staging)
    {
        var destination = new FilesKind().Open(new Dictionary<string, string>(StringComparer.Ordinal) { ["location"] = folder }, new DestinationPlace("files", staging, TimeProvider.System));
        var started = Stopwatch.GetTimestamp();
        await destination.CommitAsync(
            new WindowCommit
            {
                Table = "pages",
                WindowId = "1/1",
                Schema = new TableSchema(Columns),
                Partitions = [.. Enumerable.Range(0, Days).Select(d => new PartitionRecord(new PartitionKey(1, Period.Day, First.AddDays(d), First.AddDays(d)), PartitionState.Final, rows.Count / Days, DateTimeOffset.UnixEpoch, "1"))],
                Rows = rows,
            },
            CancellationToken.None);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static StagedRows Stage(string folder, int count)
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

    private static string Text(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Rate(int rows, double[] seconds) => (rows / Verdict.Median(seconds)).ToString("N0", CultureInfo.InvariantCulture);
}
