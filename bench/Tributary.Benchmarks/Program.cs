using Tributary.Benchmarks;

return args switch
{
    ["memory"] => await MemoryBenchmark.RunAsync(CancellationToken.None),
    ["read", var address] => await MemoryBenchmark.ReadAsync(address, CancellationToken.None),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: dotnet run -c Release --project bench/Tributary.Benchmarks -- memory

          memory   read replies of 100 MB and 1 GB and compare the peaks of memory
        """);
    return 2;
}
