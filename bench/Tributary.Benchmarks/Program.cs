using Tributary.Benchmarks;

return args switch
{
    ["memory"] => await MemoryBenchmark.RunAsync(CancellationToken.None),
    [MemoryBenchmark.ReaderArgument, var address] => await ReplyReading.RunAsync(address, CancellationToken.None),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: dotnet run -c Release --project bench/Tributary.Benchmarks -- <benchmark>

          memory   reads replies of 100 MB and 1 GB, each in a process of its own, and compares the peaks of memory
        """);
    return 2;
}
