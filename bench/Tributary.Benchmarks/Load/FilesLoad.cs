using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Warehouses.Files;

namespace Tributary.Benchmarks.Load;

/// <summary>Staged rows to committed Parquet, beside DuckDB's own COPY of the same rows into the same partitions.</summary>
internal static class FilesLoad
{
    private const double LeastRatio = 0.7;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var count = arguments.Number("--rows", 500_000);
        var folder = Directory.CreateTempSubdirectory("tributary-load-").FullName;
        try
        {
            using var rows = LoadRows.Stage(folder, count);
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
        connection.Execute(DuckDbDialect.CreateTable("staged", new TableSchema(LoadRows.Columns)).Replace("CREATE TABLE", "CREATE TEMP TABLE", StringComparison.Ordinal));
        using (var writer = new DuckDbWriter(connection, "staged", LoadRows.Columns, "temp"))
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
        await destination.CommitAsync(LoadRows.Commit(rows, "1/1"), CancellationToken.None);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static string Text(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Rate(int rows, double[] seconds) => (rows / Verdict.Median(seconds)).ToString("N0", CultureInfo.InvariantCulture);
}
