using Tributary.Destinations;

namespace Tributary.Model;

/// <summary>Whose side a failure is on. It chooses the wording and the exit code.</summary>
public enum Fault
{
    /// <summary>The user's settings, rights or input.</summary>
    Setup,

    /// <summary>Matomo, or the way to it.</summary>
    Source,

    /// <summary>The destination.</summary>
    Destination,

    /// <summary>The workspace: a newer version, a full disk, a file held by another.</summary>
    Workspace,

    /// <summary>A defect of ours.</summary>
    Defect,
}

/// <summary>
/// A failure told to a person: what happened, to what, whose side, and what to do.
/// Misuse of the library is an <see cref="ArgumentException"/> instead; cancellation stays <see cref="OperationCanceledException"/>.
/// </summary>
public class TributaryException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="code">A stable code listed in docs/errors.md.</param>
    /// <param name="fault">Whose side.</param>
    /// <param name="message">For people: what happened, to what, and what to do. Never contains a secret.</param>
    public TributaryException(string code, Fault fault, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Fault = fault;
    }

    /// <summary>A stable code listed in docs/errors.md.</summary>
    public string Code { get; }

    /// <summary>Whose side.</summary>
    public Fault Fault { get; }

    /// <summary>Whether trying again may help.</summary>
    public bool IsTransient { get; init; }
}
