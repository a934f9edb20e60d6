namespace Tributary.Matomo;

/// <summary>How a step of a connection check ended.</summary>
public enum ConnectionStepResult
{
    /// <summary>It holds.</summary>
    Ok,

    /// <summary>It does not hold, and the steps after it were not tried.</summary>
    Failed,

    /// <summary>It was not tried because one that matters to it failed.</summary>
    NotReached,

    /// <summary>It holds, and something about it should be otherwise; the steps after it were tried.</summary>
    Warning,
}

/// <summary>One step of a connection check.</summary>
/// <param name="Name">What is checked, in two or three words.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Sentence">What was found, or what to do.</param>
/// <param name="Error">The error of the step that failed; null for the others.</param>
public sealed record ConnectionStep(string Name, ConnectionStepResult Result, string Sentence, MatomoException? Error = null);
