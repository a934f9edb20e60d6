using System.Globalization;

namespace Tributary.Benchmarks.Backfill;

/// <summary>A server with a weakness: the product, which finds its own way, beside the best of all settings that a person could fix by hand.</summary>
internal static class ProfileRace
{
    private const double MostOfBest = 1.3;
    private static readonly int[] Days = [1, 5, 10, 15, 30];
    private static readonly int[] AtATime = [1, 2, 4];

    public static async Task<int> RunAsync(MatomoServer server, Workload work, string profile, Arguments arguments)
    {
        var own = new OwnRun(server, work);
        await new Measuring(server).RunAsync(own);
        var measuring = new Measuring(server);

        // A request per day on a limited server waits out minute after minute, whatever is asked at a time: once is enough.
        var settings = from days in Days from parallel in AtATime where parallel == 1 || days > 1 || profile != "limited" where days > 1 || !arguments.Has("--quick") select new PlainExtractor(server, work, days, parallel);
        var tried = new List<(IContender Contender, double? Seconds)>();
        foreach (var setting in settings)
        {
            tried.Add((setting, (await measuring.RunAsync(setting))?.Seconds));
        }

        var best = tried.Where(t => t.Seconds is not null).MinBy(t => t.Seconds).Contender;
        for (var round = 0; round < arguments.Number("--rounds", 3); round++)
        {
            await measuring.RunAsync(best);
            await measuring.RunAsync(own);
        }

        var table = new Table("setting", "seconds", "requests", "beside the best");
        foreach (var (contender, seconds) in tried.Append((own, measuring.Seconds(own))))
        {
            table.Add(
                contender.Name, seconds is null ? "refused" : measuring.Seconds(contender).ToString("0.00", CultureInfo.InvariantCulture),
                seconds is null ? "" : measuring.Requests(contender).ToString(CultureInfo.InvariantCulture), seconds is null ? "" : (measuring.Seconds(contender) / measuring.Seconds(best)).ToString("0.00", CultureInfo.InvariantCulture));
        }

        table.Print();
        var verdict = new Verdict();
        verdict.Holds("all contenders have the same rows", measuring.RowsAgree());
        verdict.AtMost($"tributary's time beside the best fixed setting's ({best.Name})", measuring.Seconds(own) / measuring.Seconds(best), MostOfBest);
        return verdict.ExitCode;
    }
}
