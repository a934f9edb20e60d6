namespace Tributary.Matomo;

/// <summary>How far a step of a connection test came.</summary>
public enum ConnectionStepState
{
    /// <summary>Fine.</summary>
    Ok,

    /// <summary>Failed; the steps after it were not reached.</summary>
    Failed,

    /// <summary>Not reached, because a step before it failed.</summary>
    NotReached,
}

/// <summary>One step of a connection test.</summary>
/// <param name="Name">What was tried: "address", "tls", "matomo", "version", "token", "sites".</param>
/// <param name="State">How it went.</param>
/// <param name="Message">What was found, or what is wrong and what to do.</param>
/// <param name="Error">The failure; null when there is none.</param>
public sealed record ConnectionStep(string Name, ConnectionStepState State, string Message, MatomoException? Error = null);
