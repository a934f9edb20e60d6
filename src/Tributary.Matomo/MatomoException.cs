namespace Tributary.Matomo;

/// <summary>
/// Matomo, or what stands between us and it, did not answer with data.
/// Misuse of this library is an <see cref="ArgumentException"/> or <see cref="InvalidOperationException"/> instead; cancellation stays <see cref="OperationCanceledException"/>.
/// </summary>
public sealed class MatomoException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="kind">What went wrong.</param>
    /// <param name="message">A sentence for people: what happened and what to do. Never contains the token.</param>
    public MatomoException(MatomoErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
    }

    /// <summary>What went wrong.</summary>
    public MatomoErrorKind Kind { get; }

    /// <summary>The API method asked, <c>Module.action</c>; null when no method was reached.</summary>
    public string? Method { get; init; }

    /// <summary>The HTTP status; null when no answer came.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Matomo's own message, HTML entities decoded; null when the answer had none.</summary>
    public string? ApiMessage { get; init; }

    /// <summary>A short cleaned excerpt of an answer that is not JSON; null otherwise. Redacted.</summary>
    public string? Excerpt { get; init; }

    /// <summary>How long the server asked us to wait; null when it did not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether one item of a bulk request failed, and not the whole.</summary>
    public bool IsPart { get; init; }

    /// <summary>Requests that were sent in vain, repeated ones among them; 0 when none was sent.</summary>
    public int Attempts { get; internal set; }

    /// <summary>Whether Matomo said something whose words nobody knows: the kind is told by the status alone.</summary>
    internal bool IsInUnknownWords { get; init; }

    /// <summary>The same error, of one item of a bulk request or not.</summary>
    internal MatomoException AsPart(bool isPart) => new(Kind, Message, InnerException)
    {
        Method = Method,
        HttpStatus = HttpStatus,
        ApiMessage = ApiMessage,
        Excerpt = Excerpt,
        RetryAfter = RetryAfter,
        IsPart = isPart,
        IsInUnknownWords = IsInUnknownWords,
    };

    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsTransient => MatomoErrorRules.IsTransient(Kind);

    /// <summary>Whether the request may succeed when it asks for less.</summary>
    public bool IsTooMuch => MatomoErrorRules.IsTooMuch(Kind);
}
