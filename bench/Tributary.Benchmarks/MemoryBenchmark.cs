using System.Diagnostics;
using System.Globalization;
using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;

namespace Tributary.Benchmarks;

/// <summary>
/// Whether reading takes the same memory whatever the size of a reply: each size is read in a process of its own, whose peak the system tells (VmHWM).
/// </summary>
internal static class MemoryBenchmark
{
    private const long Megabyte = 1_000_000;
    private const double MostGrowth = 1.1;
    private const long MostMegabytes = 200;

    /// <summary>Reads both sizes and prints a table; 1 when memory grows with the reply.</summary>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine("| reply | rows | seconds | MB/s | CPU seconds | MB per CPU second | peak memory |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        var small = await MeasureAsync("100 MB", 100 * Megabyte, cancellationToken);
        var large = await MeasureAsync("1 GB", 1000 * Megabyte, cancellationToken);
        var constant = large <= small * MostGrowth && large <= MostMegabytes * Megabyte;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\n{(constant ? "Constant" : "NOT constant")}: the second peak is {(double)large / small:0.00} × the first (at most {MostGrowth:0.0}), {large / Megabyte} MB (at most {MostMegabytes})."));
        return constant ? 0 : 1;
    }

    /// <summary>The process that reads: prints its figures for the one that asked.</summary>
    public static async Task<int> ReadAsync(string address, CancellationToken cancellationToken)
    {
        using var client = new MatomoClient(MatomoEndpoint.Parse(address), AccessToken.Anonymous, new MatomoClientOptions { Retries = 0 }, TimeProvider.System);
        var request = new MatomoRequest
        {
            Method = "Actions.getPageUrls",
            Shape = ReplyShape.Table,
            Site = 1,
            Period = MatomoPeriod.Day,
            From = new DateOnly(2026, 10, 14),
        };
        var result = await client.ReadAsync(request, new ReplyTally(), cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Bytes} {result.Rows} {result.Elapsed.TotalSeconds} {Environment.CpuUsage.TotalTime.TotalSeconds} {PeakMemory()}"));
        return 0;
    }

    private static async Task<long> MeasureAsync(string name, long bytes, CancellationToken cancellationToken)
    {
        using var server = new BigReplyServer(bytes);
        var serving = server.ServeOnceAsync(cancellationToken);
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["read", server.Address.AbsoluteUri]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var reader = Process.Start(start)!;
        var figures = (await reader.StandardOutput.ReadToEndAsync(cancellationToken)).Split(' ');
        await reader.WaitForExitAsync(cancellationToken);
        await serving;
        if (reader.ExitCode != 0)
        {
            throw new InvalidOperationException($"The reading process ended with {reader.ExitCode}.");
        }

        var (read, peak) = (Number(figures[0]), Number(figures[4]));
        var (seconds, processor) = (double.Parse(figures[2], CultureInfo.InvariantCulture), double.Parse(figures[3], CultureInfo.InvariantCulture));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {figures[1]} | {seconds:0.0} | {read / seconds / Megabyte:0} | {processor:0.0} | {read / processor / Megabyte:0} | {peak / Megabyte} MB |"));
        return peak;
    }

    private static long PeakMemory()
    {
        const string Status = "/proc/self/status";
        return File.Exists(Status)
            ? 1024 * Number(File.ReadLines(Status).First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
            : Process.GetCurrentProcess().PeakWorkingSet64;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
