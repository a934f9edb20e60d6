namespace Tributary.SampleMatomo;

/// <summary>Kinds of server by what answering costs them.</summary>
public static class SampleProfile
{
    // Measured on a Matomo 5.2 of two workers: 16 ms a request, of which 6 are its start, and 50 ms a megabyte.
    private static readonly SampleMatomoOptions Real = new() { RequestMs = 16, BulkItemMs = 10, MsPerMb = 50, Parallel = 2, KeepReplies = true };

    /// <summary>Their names: <c>real</c>, as measured; <c>far</c>, strong with 200 ms of network before it; <c>weak</c>, out of memory above 20,000 rows; <c>limited</c>, 60 requests a minute.</summary>
    public static IReadOnlyList<string> Names { get; } = ["real", "far", "weak", "limited"];

    /// <summary>Options of the profile's costs, all else as by default.</summary>
    /// <exception cref="FormatException">There is no such profile.</exception>
    public static SampleMatomoOptions Of(string name) => name switch
    {
        "real" => Real,
        "far" => Real with { RequestMs = 200, BulkItemMs = 5, MsPerMb = 15, Parallel = 8 },
        "weak" => Real with { Faults = [new SampleFault { Kind = SampleFaultKind.Memory, Number = 20_000 }] },
        "limited" => Real with { RequestsPerMinute = 60 },
        _ => throw new FormatException($"'{name}' is not a profile. Write one of {string.Join(", ", Names)}."),
    };
}
