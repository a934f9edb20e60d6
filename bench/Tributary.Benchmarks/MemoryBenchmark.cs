using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Tributary.Destinations.DuckDb;

namespace Tributary.Benchmarks;

/// <summary>Holds the run to its promise that memory does not grow with the reply: read, shaped, staged, looked over and committed.</summary>
internal static class MemoryBenchmark
{
    public const string ReaderArgument = "read-one-reply";

    private const double MostGrowth = 1.1;
    private const double MostMegabytes = 250;
    private const double EngineMegabytes = 1000;
    private const int Megabyte = 1_000_000;

    private static readonly long[] Sizes = [10L * Megabyte, 100L * Megabyte, 1000L * Megabyte, 2000L * Megabyte];

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine($"One reply of one day through the whole run, into a new database. DuckDB's memory_limit is {new DuckDbOptions().MemoryLimit}.");
        Console.WriteLine($"{"reply",10} {"rows",12} {"seconds",9} {"MB/s",8} {"peak, staged",14} {"peak, stored",14} {"allocated",12}");
        List<(double Staged, double Stored)> peaks = [];
        foreach (var size in Sizes)
        {
            peaks.Add(await MeasureAsync(new GeneratedReply(size), cancellationToken));
        }

        // The engine takes what its limit allows, and a larger table makes it take more: flat is what is ours.
        var growth = peaks[^1].Staged / peaks[^2].Staged;
        var holds = growth <= MostGrowth && peaks[^1].Stored <= MostMegabytes + EngineMegabytes;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(holds ? "ok" : "FAILED")}: the peak up to the commit is at {Sizes[^1] / Megabyte} MB {growth:0.00} times the one at {Sizes[^2] / Megabyte} MB (at most {MostGrowth}); the highest of all is {peaks[^1].Stored:0} MB (at most {MostMegabytes:0} beyond the engine's {EngineMegabytes:0})."));
        return holds ? 0 : 1;
    }

    /// <summary>Reads one reply in a process of its own, whose peaks are then those of that reply alone. Returns them in MB: before the commit and at its end.</summary>
    private static async Task<(double Staged, double Stored)> MeasureAsync(GeneratedReply reply, CancellationToken cancellationToken)
    {
        using var server = new ReplyServer();
        using var reader = Process.Start(ReaderOf(server.Address)) ?? throw new InvalidOperationException("The reading process did not start.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answering = server.AnswerOnceAsync(reply, stop.Token);
        var line = await reader.StandardOutput.ReadToEndAsync(cancellationToken);
        await reader.WaitForExitAsync(cancellationToken);
        if (reader.ExitCode != 0)
        {
            await stop.CancelAsync();
            throw new InvalidOperationException($"The reading process ended with {reader.ExitCode}.");
        }

        await answering;
        var figures = line.Split(' ', StringSplitOptions.TrimEntries).Select(f => double.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        var (bytes, rows, seconds, staged, peak, allocated) = (figures[0], figures[1], figures[2], figures[3] / Megabyte, figures[4] / Megabyte, figures[5] / Megabyte);
        if ((long)bytes != reply.Bytes || (long)rows != reply.Rows)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Stored {rows} rows of {bytes} bytes; the reply has {reply.Rows} rows in {reply.Bytes} bytes."));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{bytes / Megabyte,7:0} MB {rows,12:0} {seconds,9:0.0} {bytes / Megabyte / seconds,8:0} {staged,11:0} MB {peak,11:0} MB {allocated,9:0} MB"));
        return (staged, peak);
    }

    private static ProcessStartInfo ReaderOf(Uri address) =>
        new("dotnet", [Assembly.GetExecutingAssembly().Location, ReaderArgument, address.AbsoluteUri]) { RedirectStandardOutput = true, UseShellExecute = false };
}
