using System.Globalization;

namespace Tributary.Benchmarks.Backfill;

/// <summary>A first backfill beside extractors that do only that, on a server of a chosen kind.</summary>
internal static class BackfillBenchmark
{
    /// <summary>The argument of the process that measures: with the runtime's settings of the product.</summary>
    public const string Argument = "backfill-here";

    // A site whose 66 days of pages are some megabytes; for the servers with a weakness, one whose 30 days of pages are more rows than the weak one can hold.
    private const int VisitsOfReal = 400;
    private const int VisitsOfOthers = 2_000;
    private const double MostOfPlain = 1.15;
    private const double LeastFasterThanDaily = 8;
    private const double MostOfDailyRequests = 1.0 / 20;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var profile = arguments["--profile"] ?? "real";
        var isReal = profile == "real";
        var lastDay = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-5);
        var to = arguments.Date("--to", lastDay);
        var from = arguments.Date("--from", to.AddDays(1 - (isReal ? 66 : 30)));
        var sites = arguments["--sites"]?.Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture)).ToArray() ?? MatomoServer.SampleSites;
        var work = isReal ? new Workload(Workload.Twenty, sites, from, to) : new Workload(Workload.Four, [.. sites.Take(2)], from, to);
        using var server = arguments["--url"] is { } url
            ? MatomoServer.At(url, Environment.GetEnvironmentVariable(arguments["--token-env"] ?? "") ?? throw new InvalidOperationException("Name the variable that holds the token: --token-env VAR."))
            : await MatomoServer.StartSampleAsync(profile, from, arguments.Number("--visits-per-day", isReal ? VisitsOfReal : VisitsOfOthers));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{work.Reports.Count} reports x {work.Sites.Count} sites x {work.Days} days on {(arguments["--url"] is null ? $"the sample server, profile {profile}" : "the given server")}"));
        return isReal ? await RaceAsync(server, work, arguments) : await ProfileRace.RunAsync(server, work, profile, arguments);
    }

    private static async Task<int> RaceAsync(MatomoServer server, Workload work, Arguments arguments)
    {
        var daily = new PlainExtractor(server, work, 1, 1);
        var dailyByFour = new PlainExtractor(server, work, 1, 4);
        var whole = new PlainExtractor(server, work, work.Days, 2);
        var own = new OwnRun(server, work);
        IContender[] contenders = arguments.Has("--quick") ? [whole, own] : [daily, dailyByFour, whole, own];
        var measuring = new Measuring(server);
        for (var round = 0; round < arguments.Number("--rounds", 3); round++)
        {
            foreach (var contender in contenders)
            {
                await measuring.RunAsync(contender);
            }
        }

        var fastest = contenders.Where(c => c != own).Min(measuring.Seconds);
        var table = new Table("contender", "seconds", "requests", "rows", "beside the fastest plain one");
        foreach (var contender in contenders)
        {
            table.Add(
                contender.Name, measuring.Seconds(contender).ToString("0.00", CultureInfo.InvariantCulture), measuring.Requests(contender).ToString(CultureInfo.InvariantCulture),
                measuring.Rows(contender).ToString(CultureInfo.InvariantCulture), (measuring.Seconds(contender) / fastest).ToString("0.00", CultureInfo.InvariantCulture));
        }

        table.Print();
        var verdict = new Verdict();
        verdict.Holds("all contenders have the same rows", measuring.RowsAgree());
        verdict.AtMost("tributary's time beside the fastest plain extractor's", measuring.Seconds(own) / fastest, MostOfPlain);
        if (contenders.Contains(daily))
        {
            verdict.AtLeast("the time of a request per day beside tributary's", measuring.Seconds(daily) / measuring.Seconds(own), LeastFasterThanDaily);
            verdict.AtMost("tributary's requests beside those of a request per day", (double)measuring.Requests(own) / measuring.Requests(daily), MostOfDailyRequests);
        }

        return verdict.ExitCode;
    }
}
