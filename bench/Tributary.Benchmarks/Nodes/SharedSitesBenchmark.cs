using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Web;
using Tributary.Accounts;
using Tributary.Destinations;
using Tributary.Model;
using Tributary.SampleMatomo;

namespace Tributary.Benchmarks.Nodes;

/// <summary>A year of VisitsSummary.get of many sites, one run, read by several nodes on one store: which node asked how often, and whether anything was asked or stored twice.</summary>
internal static partial class SharedSitesBenchmark
{
    private const string Report = "VisitsSummary.get";
    private const string Name = "Visits";
    private const string Table = "visits";
    private const string Schema = "shared";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        if (Environment.GetEnvironmentVariable(NodesBenchmark.ServerVariable) is not { } server)
        {
            Console.Error.WriteLine($"{NodesBenchmark.ServerVariable} is not set. Start a PostgreSQL first: source eng/services.sh && start_services");
            return 2;
        }

        var (days, nodes) = (arguments.Number("--days", 365), arguments.Number("--nodes", 3));
        var verdict = new Verdict();
        foreach (var sites in (arguments["--sites"] ?? "1000").Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)))
        {
            await MeasureAsync(server, sites, days, nodes, verdict);
        }

        return verdict.ExitCode;
    }

    private static async Task MeasureAsync(string server, int sites, int days, int count, Verdict verdict)
    {
        var folder = Directory.CreateTempSubdirectory("tributary-nodes-").FullName;
        await using var sample = await SampleMatomo.SampleMatomo.StartAsync(new SampleMatomoOptions { Sites = sites, Days = days + 3, VisitsPerDay = 1 }, CancellationToken.None);
        var setup = new NodesSetup(server, $"nodes_{Guid.NewGuid():N}", sample, dataSets: 0, perMinute: null);
        await setup.CreateDatabaseAsync();
        var folders = Enumerable.Range(1, count).Select(i => Directory.CreateDirectory(Path.Combine(folder, $"node{i}")).FullName).ToList();
        await using var workspace = await setup.OpenAsync(folders[0], Schema, shared: true);
        await workspace.AddDataSetAsync(
            new NewDataSet
            {
                Name = Name,
                Account = "Sample",
                Destination = "Warehouse",
                Details = new DetailsInput { Report = Report, StartDaysBack = days.ToString(CultureInfo.InvariantCulture), EndDaysBack = "1" },
                // The daily totals are asked for by the same method: they would count as asked for twice.
                Settings = new DataSetSettings { TotalsCheck = false },
            },
            CancellationToken.None);
        Node.ShareKeys(folders);
        List<Node> nodes = [.. folders.Select(f => new Node(f, setup.Store, parallel: 2))];
        try
        {
            nodes.ForEach(n => n.Start());
            while ((await workspace.Store.DescribeAsync(CancellationToken.None)).Nodes.Count < count)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }

            var before = sample.RequestCount;
            var clock = Stopwatch.StartNew();
            var result = (await workspace.RunAsync(new RunRequest { Names = [Name] }, null, CancellationToken.None)).Single();
            var seconds = clock.Elapsed.TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sites} sites x {days} days, {count} nodes: {seconds:0.0} s, {result.Partitions} partitions, {sample.RequestCount - before} requests; {result.Error?.Message}"));
            var log = await workspace.Runs.ReadLogAsync(result.RunId, CancellationToken.None);
            var parts = log.Lines.Select(l => PartLine().Match(l.Message)).Where(m => m.Success)
                .GroupBy(m => m.Groups["process"].Value, (process, of) => (Process: process, Parts: of.ToList())).ToList();
            var table = new Table("node", "parts", "partitions", "requests", "peak RSS");
            foreach (var node in nodes)
            {
                var own = parts.Where(p => p.Process == node.ProcessId.ToString(CultureInfo.InvariantCulture)).SelectMany(p => p.Parts).ToList();
                table.Add(node.ProcessId.ToString(CultureInfo.InvariantCulture), Text(own.Count), Text(Sum(own, "partitions")), Text(Sum(own, "requests")), $"{node.PeakMemory / 1_000_000} MB");
            }

            var all = parts.SelectMany(p => p.Parts).ToList();
            table.Add("the first part, by the run", "1", Text(result.Partitions - Sum(all, "partitions")), Text(result.Requests - Sum(all, "requests")), "");
            table.Print();

            var asked = Asked(sample.Requests);
            var (rows, partitions) = await Reckoning.CountAsync(setup.Connection, Schema, Table);
            verdict.Holds($"{sites} sites: every partition was recorded once", result.Partitions == sites * days);
            verdict.Holds($"{sites} sites: every site and day is in the table once", rows == (long)sites * days && partitions == rows);
            verdict.Holds($"{sites} sites: {asked.Values.Count(n => n > 1)} sites and days were asked for twice, {(sites * days) - asked.Count} never, by the server's own log", asked.Values.All(n => n == 1) && asked.Count == sites * days);
            verdict.Holds($"{sites} sites: all {count} nodes had a share", nodes.TrueForAll(n => parts.Exists(p => p.Process == n.ProcessId.ToString(CultureInfo.InvariantCulture))));
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    /// <summary>How often each site and day was asked for, in whatever requests.</summary>
    private static Dictionary<(int Site, DateOnly Day), int> Asked(IReadOnlyList<SampleRequest> requests)
    {
        var asked = new Dictionary<(int, DateOnly), int>();
        var questions = requests.SelectMany(r => r.Method == "API.getBulkRequest"
            ? r.Parameters["urls[]"].Split('\n').Select(Question)
            : [r.Parameters.GetValueOrDefault]);
        foreach (var of in questions.Where(q => q("method") == Report))
        {
            var dates = of("date")!.Split(',').Select(d => DateOnly.ParseExact(d, "yyyy-MM-dd", CultureInfo.InvariantCulture)).ToList();
            foreach (var site in of("idSite")!.Split(','))
            {
                for (var day = dates[0]; day <= dates[^1]; day = day.AddDays(1))
                {
                    var key = (int.Parse(site, CultureInfo.InvariantCulture), day);
                    asked[key] = asked.GetValueOrDefault(key) + 1;
                }
            }
        }

        return asked;
    }

    private static Func<string, string?> Question(string url)
    {
        var query = HttpUtility.ParseQueryString(url.TrimStart('?'));
        return name => query[name];
    }

    private static int Sum(IEnumerable<Match> parts, string what) => parts.Sum(p => int.Parse(p.Groups[what].Value, CultureInfo.InvariantCulture));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^Part \d+, by .*, process (?<process>\d+): (?<partitions>\d+) partitions, \d+ rows, (?<requests>\d+) requests")]
    private static partial Regex PartLine();
}
