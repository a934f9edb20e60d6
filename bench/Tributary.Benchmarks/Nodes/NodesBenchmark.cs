using System.Diagnostics;
using System.Globalization;
using Tributary.Model;
using Tributary.SampleMatomo;

namespace Tributary.Benchmarks.Nodes;

/// <summary>
/// Three nodes on one store, every DataSet due each minute. Either they are killed and cut off all the while, and every due time is accounted for and every table
/// compared with that of an undisturbed run; or, with a limit, the sample server's own log is looked at for the minute with the most requests.
/// </summary>
internal static class NodesBenchmark
{
    /// <summary>The variable with the address of the PostgreSQL.</summary>
    public const string ServerVariable = "TRIBUTARY_TEST_POSTGRES";
    private const int Nodes = 3;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        if (Environment.GetEnvironmentVariable(ServerVariable) is not { } server)
        {
            Console.Error.WriteLine($"{ServerVariable} is not set. Start a PostgreSQL first: source eng/services.sh && start_services");
            return 2;
        }

        var (seed, minutes, dataSets) = (arguments.Number("--seed", 1), arguments.Number("--minutes", 15), arguments.Number("--datasets", 200));
        int? perMinute = arguments.Has("--per-minute") ? arguments.Number("--per-minute", 60) : null;
        var database = $"nodes_{Guid.NewGuid():N}";
        var folder = Directory.CreateTempSubdirectory("tributary-nodes-").FullName;
        await using var sample = await SampleMatomo.SampleMatomo.StartAsync(new SampleMatomoOptions { Days = 20, VisitsPerDay = 30, Sites = 3, Seed = seed }, CancellationToken.None);
        var setup = new NodesSetup(server, database, sample, dataSets, perMinute);
        await setup.CreateDatabaseAsync();
        var folders = Enumerable.Range(1, Nodes).Select(i => Directory.CreateDirectory(Path.Combine(folder, $"node{i}")).FullName).ToList();
        await using var workspace = await setup.OpenAsync(folders[0], "stormy", shared: true);
        await setup.AddDataSetsAsync(workspace);
        Node.ShareKeys(folders);

        List<Node> nodes = [.. folders.Select(f => new Node(f, setup.Store, parallel: 4))];
        var verdict = new Verdict();
        try
        {
            Console.WriteLine($"{dataSets} DataSets, {minutes} minutes, seed {seed}, {Nodes} nodes; logs in {folder}");
            await setup.ScheduleAsync(workspace, new ScheduleInput { Every = "1m", Retry = "9", RetryAfter = "1m" });
            var before = sample.RequestCount;
            nodes.ForEach(n => n.Start());
            var disturbance = new Disturbance(seed, nodes, NodesSetup.ConnectionTo(server, "postgres"), database);
            var time = TimeSpan.FromMinutes(minutes);
            await (perMinute is null ? disturbance.RunAsync(time) : Task.Delay(time, TimeProvider.System));
            await UntilMidMinuteAsync();
            await setup.ScheduleAsync(workspace, new ScheduleInput { Manual = true });
            await DrainAsync(setup, limited: perMinute is not null);
            var due = await Reckoning.DueAsync(setup.Connection);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{due.Due} due times: {due.Updated} updated, {due.MadeAgain} of them after a lost run was made again; {due.LeftOut} left out while the DataSet was still being updated; {sample.RequestCount - before} requests"));
            verdict.Holds($"{due.Lost} due times lost", due.Lost == 0);
            verdict.Holds($"{due.Doubled} due times doubled", due.Doubled == 0);
            verdict.Holds($"{due.AtOnce} runs of a DataSet beside another of it", due.AtOnce == 0);
            if (perMinute is { } most)
            {
                verdict.AtMost("requests in the fullest 60 seconds, by the server's own log", MostInAMinute(sample, setup.LimitedSince), most);
                return verdict.ExitCode;
            }

            Console.WriteLine($"{nodes.Sum(n => n.Kills)} nodes killed, {disturbance.Ended} connections ended, {disturbance.BackendsKilled} backend killed");
            verdict.Holds($"{due.Failed} due times without an update", due.Failed == 0);
            verdict.Holds("the tables are those of an undisturbed run", await AreEqualAsync(setup, folder));
            return verdict.ExitCode;
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    /// <summary>Schedules are taken away where nothing is due: one that went while its minute came would be no due time lost.</summary>
    private static async Task UntilMidMinuteAsync()
    {
        while (TimeProvider.System.GetUtcNow().Second is < 15 or > 30)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        }
    }

    private static async Task DrainAsync(NodesSetup setup, bool limited)
    {
        var watch = Stopwatch.StartNew();
        while (await Reckoning.ActiveAsync(setup.Connection) > 0 && watch.Elapsed < TimeSpan.FromMinutes(limited ? 30 : 10))
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        }
    }

    private static async Task<bool> AreEqualAsync(NodesSetup setup, string folder)
    {
        await using var calm = await setup.OpenAsync(Path.Combine(folder, "calm"), "calm", shared: false);
        await setup.AddDataSetsAsync(calm);
        await calm.RunAsync(new RunRequest { All = true }, null, CancellationToken.None);
        var differ = 0;
        foreach (var table in setup.Tables)
        {
            if (await Reckoning.ContentAsync(setup.Connection, "stormy", table) != await Reckoning.ContentAsync(setup.Connection, "calm", table))
            {
                Console.WriteLine($"{table} differs");
                differ++;
            }
        }

        return differ == 0;
    }

    private static int MostInAMinute(SampleMatomo.SampleMatomo sample, DateTimeOffset since)
    {
        var at = sample.Requests.Select(r => r.At).Where(a => a >= since).Order().ToList();
        var (most, first) = (0, 0);
        for (var last = 0; last < at.Count; last++)
        {
            while (at[last] - at[first] >= TimeSpan.FromMinutes(1))
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }
}
