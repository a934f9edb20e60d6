using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;

namespace Tributary.Benchmarks;

/// <summary>What one turn of a contender took.</summary>
internal sealed record IngestTurn(double Seconds, long Rows, double PeakMegabytes, double ProcessorSeconds);

/// <summary>The ways from the reply's bytes to wherever each of them goes; each is run in a process of its own.</summary>
internal static partial class IngestContenders
{
    public const string Argument = "ingest-contender";

    // The first rows are read twice, once before the clock starts: a service that runs for weeks does not wait for its compiler.
    private const long WarmUpBytes = 8_000_000;

    // What the generator writes of the report's sixty metrics; the others would be columns of nulls that nobody else has to store.
    private static readonly string[] Metrics = ["nb_visits", "nb_hits", "sum_time_spent", "bounce_rate", "avg_time_on_page"];

    /// <summary>Runs one contender and prints its figures.</summary>
    public static async Task<int> RunAsync(string name, string input, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("tributary-ingest-").FullName;
        try
        {
            var part = IngestInput.Replies(input)[0];
            await ContendAsync(name, input, [(part.From, IngestInput.RowEnd(input, WarmUpBytes))], Path.Combine(folder, "warm-up"), cancellationToken);
            GC.Collect();
            using var process = Process.GetCurrentProcess();
            var (started, processor) = (TimeProvider.System.GetTimestamp(), process.TotalProcessorTime);
            var rows = await ContendAsync(name, input, IngestInput.Replies(input), Path.Combine(folder, "timed"), cancellationToken);
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            process.Refresh();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds} {rows} {process.PeakWorkingSet64 / 1e6} {(process.TotalProcessorTime - processor).TotalSeconds} {GC.GetTotalAllocatedBytes() / 1e6}"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The figures in what the Python program prints.</summary>
    public static IngestTurn OfPython(string text)
    {
        var match = PythonFigures().Match(text);
        double Figure(string group) => double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        var seconds = Figure("load") + Figure("write");
        return new IngestTurn(seconds, 0, Figure("peak") * 1.048576, seconds);
    }

    private static async Task<long> ContendAsync(string name, string input, IReadOnlyList<(long From, long To)> replies, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var whole = (replies[0].From, replies[^1].To);
        switch (name)
        {
            case "scan":
                using (var stream = IngestInput.Open(input, whole))
                {
                    return IngestHandWritten.Scan(stream);
                }

            case "typed":
                using (var stream = IngestInput.Open(input, whole))
                {
                    var columns = new TypedColumns();
                    return IngestHandWritten.Read(stream, ref columns);
                }

            case "loop":
                return Loop(input, whole, folder, withOwn: false);
            case "loop-own":
                return Loop(input, whole, folder, withOwn: true);
            case "read-json":
                return ReadJson(input, replies.Count > 1, folder);
            case "shape":
                return await ShapeAsync(input, replies, folder, cancellationToken);
            default:
                return await OursAsync(input, replies, folder, cancellationToken);
        }
    }

    private static long Loop(string input, (long From, long To) whole, string folder, bool withOwn)
    {
        using var connection = Open(folder);
        using var stream = IngestInput.Open(input, whole);
        Execute(connection, withOwn ? IngestChunks.Table[..^1] + IngestChunks.OwnColumns : IngestChunks.Table);
        using var transaction = connection.BeginTransaction();
        using var chunks = new IngestChunks(connection, withOwn);
        var sink = chunks;
        var rows = IngestHandWritten.Read(stream, ref sink);
        chunks.Complete();
        transaction.Commit();
        Execute(connection, "CHECKPOINT");
        return rows;
    }

    private static long ReadJson(string input, bool isWhole, string folder)
    {
        using var connection = Open(folder);
        if (!isWhole)
        {
            return 0;
        }

        Execute(connection, $"CREATE TABLE pages AS SELECT * FROM read_json_auto('{input.Replace("'", "''", StringComparison.Ordinal)}')");
        Execute(connection, "CHECKPOINT");
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM pages";
        return (long)count.ExecuteScalar()!;
    }

    private static async Task<long> ShapeAsync(string input, IReadOnlyList<(long From, long To)> replies, string folder, CancellationToken cancellationToken)
    {
        using var pipeline = new WindowPipeline(folder, endpoint: null, Metrics);
        var rows = 0L;
        for (var i = 0; i < replies.Count; i++)
        {
            await using var body = IngestInput.Open(input, replies[i]);
            await pipeline.ShapeAsync(pipeline.WindowOf(i), body, batch => rows += batch.Rows, cancellationToken);
        }

        return rows;
    }

    /// <summary>Two windows at a time, as a run with the default settings; commits one at a time beside the reading of the next.</summary>
    private static async Task<long> OursAsync(string input, IReadOnlyList<(long From, long To)> replies, string folder, CancellationToken cancellationToken)
    {
        using var pipeline = new WindowPipeline(folder, endpoint: null, Metrics);
        var next = -1;
        var rows = 0L;
        async Task WorkAsync()
        {
            while (Interlocked.Increment(ref next) is var i && i < replies.Count)
            {
                await using var body = IngestInput.Open(input, replies[i]);
                var window = pipeline.WindowOf(i);
                using var read = await pipeline.ReadAsync(window, body, cancellationToken);
                Interlocked.Add(ref rows, await pipeline.CommitAsync(WindowPipeline.Look(window, read), cancellationToken));
            }
        }

        await Task.WhenAll(Task.Run(WorkAsync, cancellationToken), Task.Run(WorkAsync, cancellationToken));
        return rows;
    }

    private static DuckDBConnection Open(string folder)
    {
        var connection = new DuckDBConnection($"DataSource={Path.Combine(folder, "pages.duckdb")}");
        connection.Open();
        return connection;
    }

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [GeneratedRegex(@"json\.load (?<load>\S+)s.*csv writer (?<write>\S+)s;.*peak RSS (?<peak>\d+)MB", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PythonFigures();
}
