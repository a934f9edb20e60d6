using Tributary.Benchmarks;
using Tributary.Benchmarks.Backfill;
using Tributary.Benchmarks.Load;
using Tributary.Benchmarks.Nodes;
using Tributary.Benchmarks.Pages;
using Tributary.Benchmarks.Scale;
using Tributary.Benchmarks.Start;

return args switch
{
    ["memory"] => await MemoryBenchmark.RunAsync(CancellationToken.None),
    [MemoryBenchmark.ReaderArgument, var address] => await ReplyReading.RunAsync(address, CancellationToken.None),
    ["ingest"] => await IngestBenchmark.RunAsync(CancellationToken.None),
    [IngestContenders.Argument, var contender, var input] => await IngestContenders.RunAsync(contender, input, CancellationToken.None),
    ["backfill", ..] => await Child.PassOnAsync([BackfillBenchmark.Argument, .. args[1..]]),
    [BackfillBenchmark.Argument, ..] => await BackfillBenchmark.RunAsync(new Arguments(args[1..])),
    [SampleServing.Argument, var profile, var days, var visits] => await SampleServing.RunAsync(profile, days, visits),
    ["scale", ..] => await ScaleBenchmark.RunAsync(new Arguments(args[1..])),
    [TinyServing.Argument, var sites] => await TinyServing.RunAsync(sites),
    [ScaleRun.Argument, var folder, var address, var days, var runs] => await ScaleRun.RunAsync(folder, address, days, runs),
    ["sites", ..] when args.Contains("--nodes") => await SharedSitesBenchmark.RunAsync(new Arguments(args[1..])),
    ["sites", ..] => await SitesBenchmark.RunAsync(new Arguments(args[1..])),
    [SitesBenchmark.ServeArgument, var sites, var days] => await SitesBenchmark.ServeAsync(sites, days),
    [SitesBenchmark.RunArgument, var folder, var address, var token, var days] => await SitesBenchmark.RunAsync(folder, address, token, days),
    ["start", ..] => await StartBenchmark.RunAsync(new Arguments(args[1..])),
    [ManyDataSets.Argument, var folder] => await ManyDataSets.RunAsync(folder),
    ["pages", ..] => await PagesBenchmark.RunAsync(new Arguments(args[1..])),
    [FilledWorkspace.Argument, var folder] => await FilledWorkspace.RunAsync(folder),
    [PagesBenchmark.ServeArgument, var folder] => await PagesBenchmark.ServeAsync(folder),
    ["load", "postgresql" or "mysql" or "clickhouse", ..] => await DatabaseLoad.RunAsync(args[1], new Arguments(args[2..])),
    ["nodes", ..] => await NodesBenchmark.RunAsync(new Arguments(args[1..])),
    ["load", "files", ..] => await FilesLoad.RunAsync(new Arguments(args[2..])),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: dotnet run -c Release --project bench/Tributary.Benchmarks -- <benchmark>

          ingest     takes 200 MB of page rows from replies to a committed table, beside what one could do instead; needs python3 and taskset
          memory     takes replies of 10 MB to 2 GB to a committed table, each in a process of its own, and compares the peaks of memory
          backfill   a first backfill beside plain extractors [--url U --token-env VAR --sites 1,2] [--from D --to D] [--profile real|far|weak|limited]
                     [--visits-per-day N] [--rounds N] [--quick]
          scale      10 to 10,000 sites and 30 to 1,500 days: the exponents by which time and memory grow [--quick]
          sites      a year of VisitsSummary.get of 100, 1,000 and 10,000 sites of the sample Matomo [--sites N,N] [--days N];
                     or with --nodes 3: read by so many nodes on one PostgreSQL, which share it; needs eng/services.sh
          start      the start of common commands, published, beside an empty program [--starts N]
          pages      the Data Center's pages after a click, over 1,000 DataSets, 100,000 runs and 10 million rows; needs chromium [--clicks N] [--workspace FOLDER]
          load postgresql|mysql|clickhouse
                     staged rows to a committed table, beside the engine's own bulk loader; servers as eng/services.sh starts them [--rows N] [--rounds N]
          nodes      three nodes on one PostgreSQL, killed and cut off by chance: what became of every due time [--seed N] [--minutes N] [--datasets N];
                     or left in peace with a limit, which the sample server's log is held against [--per-minute N]; needs eng/services.sh
          load files staged rows to committed Parquet, beside DuckDB's own COPY of them [--rows N] [--rounds N]
        """);
    return 2;
}
