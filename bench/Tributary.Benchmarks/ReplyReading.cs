using System.Diagnostics;
using System.Globalization;
using Tributary.Matomo;

namespace Tributary.Benchmarks;

/// <summary>The reading process: one reply the whole way into a database, and what that cost.</summary>
internal static class ReplyReading
{
    public static async Task<int> RunAsync(string address, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("tributary-memory-").FullName;
        try
        {
            using var pipeline = new WindowPipeline(folder, MatomoEndpoint.Parse(address), columns: null);
            using var process = Process.GetCurrentProcess();
            var window = pipeline.WindowOf(0);
            var started = TimeProvider.System.GetTimestamp();
            using var read = await pipeline.AskAsync(window, cancellationToken);
            process.Refresh();
            var staged = process.PeakWorkingSet64;
            var rows = await pipeline.CommitAsync(WindowPipeline.Look(window, read), cancellationToken);
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            process.Refresh();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{read.Bytes} {rows} {elapsed.TotalSeconds} {staged} {process.PeakWorkingSet64} {GC.GetTotalAllocatedBytes()}"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
