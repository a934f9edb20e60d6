namespace Tributary.Destinations.DuckDb;

/// <summary>How the DuckDB file is used.</summary>
public sealed record DuckDbOptions
{
    /// <summary>Memory the engine may use before it goes to disk, as DuckDB writes sizes. Default 1GB; DuckDB's own default is 80 % of the machine.</summary>
    public string MemoryLimit { get; init; } = "1GB";

    /// <summary>How long to wait for a file that another process holds. Default 30 seconds; zero tries once.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for this process's own queries, exports and commits. Default 10 minutes, since a large export is no reason to fail a run.</summary>
    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Threads the engine may use. Default null: one a processor.</summary>
    public int? Threads { get; init; }
}
