namespace Tributary;

/// <summary>Under which names Tributary measures and traces, for hosts that listen.</summary>
public static class Signals
{
    /// <summary>The meter, and the source of the traces run, window and commit.</summary>
    public const string Name = "Tributary";

    /// <summary>The source of the traces of requests.</summary>
    public const string Requests = "Tributary.Matomo";
}
