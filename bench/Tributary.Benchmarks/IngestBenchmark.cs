using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Tributary.Benchmarks;

/// <summary>From the bytes of replies to a committed table: the product beside what one could do instead.</summary>
internal static class IngestBenchmark
{
    private const int Turns = 3;

    private static readonly Contender[] Contenders =
    [
        new("scan", "Utf8JsonReader, scan only", 1),
        new("typed", "typed columns, no database", 1),
        new("shape", "Tributary, read and shaped only", 1),
        new("loop", "hand-written loop to DuckDB", 1),
        new("loop-own", "the same with Tributary's columns", 1),
        new("ours", "Tributary, read to committed", 1),
        new("loop", "hand-written loop to DuckDB", 2),
        new("loop-own", "the same with Tributary's columns", 2),
        new("ours", "Tributary, read to committed", 2),
        new("read-json", "DuckDB read_json_auto", 2),
        new("python", "python3 json.load to csv", 2),
    ];

    private sealed record Contender(string Name, string Words, int Cores);

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Path.GetTempPath(), "tributary-bench");
        var input = await IngestInput.FileAsync(folder, cancellationToken);
        var megabytes = new FileInfo(input).Length / 1e6;
        var replies = IngestInput.Replies(input).Count;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{megabytes:0} MB of page rows. Medians of {Turns} turns, the contenders in turn, each in a process of its own that has read its first rows once before, its code compiled in full from the start. Tributary takes them as {replies} replies of a day each, two at a time, and commits one while it reads the next; the others take them as one."));
        var turns = Contenders.ToDictionary(c => c, _ => new List<IngestTurn>());
        for (var turn = 0; turn < Turns; turn++)
        {
            foreach (var contender in Contenders)
            {
                turns[contender].Add(await TurnAsync(contender, input, folder, cancellationToken));
            }
        }

        var rows = turns[Contenders[0]][0].Rows;
        var medians = Contenders.ToDictionary(c => c, c => new IngestTurn(Median(turns[c].Select(t => t.Seconds)), turns[c][0].Rows, Median(turns[c].Select(t => t.PeakMegabytes)), Median(turns[c].Select(t => t.ProcessorSeconds))));
        var ours = medians[Contenders.Last(c => c.Name == "ours")];
        Console.WriteLine($"{"",-34} {"cores",5} {"seconds",9} {"CPU s",7} {"MB/s",8} {"rows/s",11} {"peak RSS",10} {"to Tributary's time",20}");
        foreach (var contender in Contenders)
        {
            var median = medians[contender];
            var (name, cores) = (contender.Words, contender.Cores);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-34} {cores,5} {median.Seconds,9:0.00} {median.ProcessorSeconds,7:0.00} {megabytes / median.Seconds,8:0} {rows / median.Seconds,11:0} {median.PeakMegabytes,7:0} MB {median.Seconds / ours.Seconds,20:0.00}"));
        }

        return Judge(medians, ours);
    }

    private static int Judge(Dictionary<Contender, IngestTurn> medians, IngestTurn ours)
    {
        IngestTurn Of(string name, int cores) => medians[Contenders.First(c => c.Name == name && c.Cores == cores)];
        (string Words, double Figure, double Least)[] aims =
        [
            ("speed to the hand-written loop's, one core", Of("loop", 1).Seconds / Of("ours", 1).Seconds, 0.9),
            ("speed to the hand-written loop's, two cores", Of("loop", 2).Seconds / ours.Seconds, 1.1),
            ("speed to the Python tap's", Of("python", 2).Seconds / ours.Seconds, 6),
            ("the Python tap's peak to ours", Of("python", 2).PeakMegabytes / ours.PeakMegabytes, 4),
        ];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Beside the loop that writes Tributary's columns too: {Of("loop-own", 1).Seconds / Of("ours", 1).Seconds:0.00} of its speed on one core, {Of("loop-own", 2).Seconds / ours.Seconds:0.00} on two."));
        foreach (var (words, figure, least) in aims)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(figure >= least ? "ok" : "FAILED")}: {words}: {figure:0.00} (at least {least})"));
        }

        return aims.All(a => a.Figure >= a.Least) ? 0 : 1;
    }

    private static async Task<IngestTurn> TurnAsync(Contender contender, string input, string folder, CancellationToken cancellationToken)
    {
        string[] program = contender.Name == "python"
            ? ["python3", IngestInput.Script("python-tap.py"), input, Path.Combine(folder, "tap.csv")]
            : ["dotnet", Assembly.GetExecutingAssembly().Location, IngestContenders.Argument, contender.Name, input];
        var start = new ProcessStartInfo("taskset", ["-c", contender.Cores == 1 ? "0" : "0,1", .. program]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("taskset did not start.");
        var text = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{contender.Words} ended with {process.ExitCode}.");
        }

        if (contender.Name == "python")
        {
            return IngestContenders.OfPython(text);
        }

        var figures = text.Split(' ', StringSplitOptions.TrimEntries).Select(f => double.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        return new IngestTurn(figures[0], (long)figures[1], figures[2], figures[3]);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return ordered[ordered.Length / 2];
    }
}
