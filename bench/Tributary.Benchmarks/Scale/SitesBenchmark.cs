using System.Diagnostics;
using System.Globalization;
using Tributary.Accounts;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.SampleMatomo;

namespace Tributary.Benchmarks.Scale;

/// <summary>A year of VisitsSummary.get of many sites of the sample Matomo: planned, then run, each number of sites in processes of its own.</summary>
internal static class SitesBenchmark
{
    public const string ServeArgument = "serve-sites";
    public const string RunArgument = "run-sites";
    private const double MostTimeExponent = 1.1;
    private const int VisitsPerDay = 1;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var days = arguments.Number("--days", 365);
        var sizes = (arguments["--sites"] ?? "100,1000,10000").Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToList();
        var verdict = new Verdict();
        var table = new Table("sites", "partitions", "requests", "plan s", "run s", "peak RSS");
        List<(double Size, double Seconds)> points = [];
        foreach (var sites in sizes)
        {
            var numbers = (await MeasureAsync(sites, days)).Split(' ').Select(w => double.Parse(w, CultureInfo.InvariantCulture)).ToArray();
            points.Add((sites, numbers[3]));
            table.Add([sites.ToString(CultureInfo.InvariantCulture), .. numbers[..2].Select(n => n.ToString("0", CultureInfo.InvariantCulture)), .. numbers[2..4].Select(n => n.ToString("0.00", CultureInfo.InvariantCulture)), (numbers[4] / 1_000_000).ToString("0 MB", CultureInfo.InvariantCulture)]);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sites} sites x {days} days: {numbers[3]:0.0} s"));
            verdict.Holds($"every partition of {sites} sites was read once", (long)numbers[0] == (long)sites * days);
        }

        table.Print();
        verdict.AtMost("time grows with sites to the power of", ScaleBenchmark.Exponent(points), MostTimeExponent);
        return verdict.ExitCode;
    }

    /// <summary>The child process with the sample Matomo: prints its address and token, and serves until its input ends.</summary>
    public static async Task<int> ServeAsync(string sites, string days)
    {
        await using var sample = await SampleMatomo.SampleMatomo.StartAsync(
            new SampleMatomoOptions { Sites = int.Parse(sites, CultureInfo.InvariantCulture), Days = int.Parse(days, CultureInfo.InvariantCulture) + 3, VisitsPerDay = VisitsPerDay }, CancellationToken.None);
        Console.WriteLine($"{sample.Address} {sample.Tokens.Super}");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>The child process that plans and runs, in a new workspace: prints partitions, requests, seconds of each, and its peak of memory.</summary>
    public static async Task<int> RunAsync(string folder, string address, string token, string days)
    {
        await using var workspace = await Workspace.OpenAsync(folder, TimeProvider.System, CancellationToken.None);
        await workspace.Accounts.AddAsync(new NewAccount { Name = "Bench", Url = address, Token = new AccessToken(token) }, CancellationToken.None);
        await workspace.AddDataSetAsync(new NewDataSet { Name = "Visits", Account = "Bench", Details = new DetailsInput { Report = "VisitsSummary.get", StartDaysBack = days, EndDaysBack = "1" } }, CancellationToken.None);
        var request = new RunRequest { Names = ["Visits"] };
        var clock = Stopwatch.StartNew();
        await workspace.PlanAsync(request, CancellationToken.None);
        var planned = clock.Elapsed.TotalSeconds;
        clock.Restart();
        var result = (await workspace.RunAsync(request, null, CancellationToken.None)).Single();
        if (result.Error is { } error)
        {
            throw new InvalidOperationException(error.Message);
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Partitions} {result.Requests} {planned} {clock.Elapsed.TotalSeconds} {process.PeakWorkingSet64}"));
        return 0;
    }

    private static async Task<string> MeasureAsync(int sites, int days)
    {
        var folder = Directory.CreateTempSubdirectory("tributary-bench-").FullName;
        using var server = Child.Start(ServeArgument, sites.ToString(CultureInfo.InvariantCulture), days.ToString(CultureInfo.InvariantCulture));
        try
        {
            var started = (await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The sample server did not start.")).Split(' ');
            return (await Child.RunAsync(CancellationToken.None, RunArgument, folder, started[0], started[1], days.ToString(CultureInfo.InvariantCulture))).Trim();
        }
        finally
        {
            server.StandardInput.Close();
            await server.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
