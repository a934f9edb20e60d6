namespace Tributary.Benchmarks.Backfill;

/// <summary>One way to read a workload.</summary>
internal interface IContender
{
    string Name { get; }

    /// <summary>Reads everything into an empty folder.</summary>
    Task<Measured> RunAsync(string folder);
}

/// <summary>One run of a contender.</summary>
/// <param name="Rows">By report.</param>
internal sealed record Measured(double Seconds, int Requests, IReadOnlyDictionary<string, long> Rows);
