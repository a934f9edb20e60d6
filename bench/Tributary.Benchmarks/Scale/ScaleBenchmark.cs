using System.Globalization;

namespace Tributary.Benchmarks.Scale;

/// <summary>Holds time and memory to growing no faster than what is read, along one axis at a time.</summary>
internal static class ScaleBenchmark
{
    private const double MostTimeExponent = 1.1;
    private const double MostMemoryExponent = 0.2;
    private const int SitesOfDays = 10;
    private const int DaysOfSites = 30;
    private const int DaysOfFinal = 1000;
    private static readonly int[] Sites = [10, 100, 1_000, 10_000];
    private static readonly int[] Days = [30, 100, 300, 1_500];

    private sealed record Figures(double Seconds, double Peak, int Partitions, long Rows, int Requests);

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var most = arguments.Has("--quick") ? 3 : Sites.Length;
        var verdict = new Verdict();
        await GrowAsync(verdict, "sites", Sites.Take(most), n => MeasureAsync(n, DaysOfSites));
        await GrowAsync(verdict, "days", Days.Take(most), n => MeasureAsync(SitesOfDays, n));
        await LookAgainAsync(verdict);
        return verdict.ExitCode;
    }

    private static async Task GrowAsync(Verdict verdict, string axis, IEnumerable<int> sizes, Func<int, Task<Figures[]>> measure)
    {
        List<(double Size, Figures Figures)> points = [];
        var table = new Table(axis, "partitions", "rows", "requests", "seconds", "peak RSS");
        foreach (var size in sizes)
        {
            var figures = (await measure(size))[0];
            points.Add((size, figures));
            table.Add(
                size.ToString(CultureInfo.InvariantCulture), figures.Partitions.ToString(CultureInfo.InvariantCulture), figures.Rows.ToString(CultureInfo.InvariantCulture), figures.Requests.ToString(CultureInfo.InvariantCulture),
                figures.Seconds.ToString("0.00", CultureInfo.InvariantCulture), (figures.Peak / 1_000_000).ToString("0 MB", CultureInfo.InvariantCulture));
        }

        table.Print();
        verdict.AtMost($"time grows with {axis} to the power of", Exponent(points.Select(p => (p.Size, p.Figures.Seconds))), MostTimeExponent);
        verdict.AtMost($"memory grows with {axis} to the power of", Exponent(points.Select(p => (p.Size, p.Figures.Peak))), MostMemoryExponent);
    }

    /// <summary>What a run costs that finds ten thousand partitions final.</summary>
    private static async Task LookAgainAsync(Verdict verdict)
    {
        var figures = await MeasureAsync(SitesOfDays, DaysOfFinal, runsAfter: 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"a run over {SitesOfDays * DaysOfFinal} final partitions: {figures[1].Seconds * 1000:0} ms, the first of its process; {figures[2].Seconds * 1000:0} ms, the second; {figures[2].Requests} requests"));
        verdict.Holds("it reads nothing", figures.Skip(1).All(f => f is { Partitions: 0, Rows: 0 }));
    }

    /// <summary>A run that reads, and so many after it in another process.</summary>
    private static async Task<Figures[]> MeasureAsync(int sites, int days, int runsAfter = 0)
    {
        var folder = Directory.CreateTempSubdirectory("tributary-bench-").FullName;
        using var server = Child.Start(TinyServing.Argument, sites.ToString(CultureInfo.InvariantCulture));
        try
        {
            var address = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The tiny server did not start.");
            List<Figures> figures = [];
            foreach (var runs in new[] { 1, runsAfter })
            {
                var printed = await Child.RunAsync(CancellationToken.None, ScaleRun.Argument, folder, address, days.ToString(CultureInfo.InvariantCulture), runs.ToString(CultureInfo.InvariantCulture));
                figures.AddRange(printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read));
            }

            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sites} sites x {days} days: {figures[0].Seconds:0.00} s"));
            return [.. figures];
        }
        finally
        {
            server.StandardInput.Close();
            await server.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Figures Read(string line)
    {
        var numbers = line.Split(' ').Select(w => double.Parse(w, CultureInfo.InvariantCulture)).ToArray();
        return new Figures(numbers[0], numbers[1], (int)numbers[2], (long)numbers[3], (int)numbers[4]);
    }

    /// <summary>The slope of the least squares line through the logarithms.</summary>
    internal static double Exponent(IEnumerable<(double X, double Y)> points)
    {
        var logs = points.Select(p => (X: Math.Log(p.X), Y: Math.Log(p.Y))).ToArray();
        var (x, y) = (logs.Average(l => l.X), logs.Average(l => l.Y));
        return logs.Sum(l => (l.X - x) * (l.Y - y)) / logs.Sum(l => (l.X - x) * (l.X - x));
    }
}
