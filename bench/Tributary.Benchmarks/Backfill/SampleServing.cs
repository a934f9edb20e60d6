using System.Globalization;
using Tributary.SampleMatomo;

namespace Tributary.Benchmarks.Backfill;

/// <summary>The child process with the sample Matomo: answers "count" with the requests so far, and "jump SECONDS" when its clock is set forward.</summary>
internal static class SampleServing
{
    public const string Argument = "serve-sample";

    public static async Task<int> RunAsync(string profile, string days, string visits)
    {
        var clock = new JumpingClock();
        await using var sample = await SampleMatomo.SampleMatomo.StartAsync(
            SampleProfile.Of(profile) with { Days = int.Parse(days, CultureInfo.InvariantCulture), VisitsPerDay = int.Parse(visits, CultureInfo.InvariantCulture), Sites = MatomoServer.SampleSites.Max(), Clock = clock },
            CancellationToken.None);
        Console.WriteLine($"{sample.Address} {sample.Tokens.Super}");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is ["jump", var seconds])
            {
                clock.Jump(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
            }

            Console.WriteLine(sample.RequestCount);
        }

        return 0;
    }
}
