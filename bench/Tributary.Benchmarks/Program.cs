using Tributary.Benchmarks;

return args switch
{
    ["memory"] => await MemoryBenchmark.RunAsync(CancellationToken.None),
    [MemoryBenchmark.ReaderArgument, var address] => await ReplyReading.RunAsync(address, CancellationToken.None),
    ["ingest"] => await IngestBenchmark.RunAsync(CancellationToken.None),
    [IngestContenders.Argument, var contender, var input] => await IngestContenders.RunAsync(contender, input, CancellationToken.None),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: dotnet run -c Release --project bench/Tributary.Benchmarks -- <benchmark>

          memory   takes replies of 10 MB to 2 GB to a committed table, each in a process of its own, and compares the peaks of memory
          ingest   takes 200 MB of page rows from replies to a committed table, beside what one could do instead; needs python3 and taskset
        """);
    return 2;
}
