using System.Globalization;

namespace Tributary.Benchmarks.Scale;

/// <summary>The child process with the tiny server: prints its address and serves until its input ends.</summary>
internal static class TinyServing
{
    public const string Argument = "serve-tiny";

    public static async Task<int> RunAsync(string sites)
    {
        await using var server = await TinyMatomo.StartAsync(int.Parse(sites, CultureInfo.InvariantCulture));
        Console.WriteLine(server.Address);
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
