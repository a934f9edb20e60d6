using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;

namespace Tributary.Benchmarks;

/// <summary>The reading process: one reply, and what its reading cost.</summary>
internal static class ReplyReading
{
    public static async Task<int> RunAsync(string address, CancellationToken cancellationToken)
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
        var counter = new CellCounter();
        var result = await client.ReadAsync(request, counter, cancellationToken);
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Bytes} {result.Rows} {counter.Cells} {result.Elapsed.TotalSeconds} {process.PeakWorkingSet64} {GC.GetTotalAllocatedBytes()}"));
        return 0;
    }

    private sealed class CellCounter : ReplyHandler
    {
        public long Cells { get; private set; }

        public override void BeginRow(int depth, ReadOnlySpan<byte> key)
        {
        }

        public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value) => Cells++;

        public override void EndRow(int depth)
        {
        }

        public override NestedTreatment Nested(int depth, ReadOnlySpan<byte> path, JsonTokenType kind) => NestedTreatment.Cells;
    }
}
