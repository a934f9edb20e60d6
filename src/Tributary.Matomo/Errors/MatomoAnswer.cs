using System.Globalization;

namespace Tributary.Matomo;

/// <summary>What is known about an answer besides its body, and the errors that can come of it.</summary>
internal sealed record MatomoAnswer
{
    private const int LongestMessage = 1000;

    /// <summary>The method asked.</summary>
    public string? Method { get; init; }

    public int Status { get; init; } = 200;

    public string ContentType { get; init; } = "";

    /// <summary>Where a redirect leads.</summary>
    public string? Location { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether this is one item of a bulk request.</summary>
    public bool IsPart { get; init; }

    /// <summary>Whether a <c>WWW-Authenticate</c> header asks for HTTP credentials.</summary>
    public bool AsksForHttpCredentials { get; init; }

    public Redactor Redactor { get; init; } = Redactor.None;

    /// <summary>Matomo's own error, <c>{"result":"error","message":…}</c>.</summary>
    public MatomoException ApiError(string message)
    {
        var text = Limit(Clean(message));
        return Error(MatomoErrorRules.ForMessage(text, this), apiMessage: text);
    }

    /// <summary>A body that is not JSON, or any body of an answer that is no success.</summary>
    public MatomoException NotJson(string start)
    {
        if (Status is >= 300 and < 400)
        {
            return Error(MatomoErrorRules.ForText("", this));
        }

        return (ErrorBody.Find(start) ?? AnswerText.ErrorInOtherFormat(start)) is { } message
            ? ApiError(message)
            : Error(MatomoErrorRules.ForText(start, this), excerpt: Excerpt(start));
    }

    public MatomoException Empty() => Error(MatomoErrorRules.ForText("", this));

    public MatomoException CutOff(long bytes, Exception? cause = null) =>
        Error(MatomoErrorRules.ForKind(MatomoErrorKind.CutOff), string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes had come."), cause: cause);

    /// <summary>PHP's messages, and behind them JSON that is cut off.</summary>
    public MatomoException CutOffBehind(string messages) =>
        Error(MatomoErrorRules.ForPhpMessage(messages, this) ?? MatomoErrorRules.ForKind(MatomoErrorKind.CutOff), excerpt: Excerpt(messages));

    /// <summary>JSON that breaks before <paramref name="rest"/>: PHP may have died there with a message.</summary>
    public MatomoException BrokenJson(string rest) => MatomoErrorRules.ForPhpMessage(rest, this) is { } fatal
        ? Error(fatal, excerpt: Excerpt(rest))
        : Unexpected($"It is not valid JSON: it breaks before '{Excerpt(rest)}'.");

    public MatomoException Trailing(string text) => Unexpected($"Something stands behind the end of its JSON: '{Excerpt(text)}'.");

    public MatomoException Unexpected(string what) => Error(MatomoErrorRules.ForKind(MatomoErrorKind.UnexpectedReply), Redactor.Redact(what));

    /// <summary>The connection failed, or the time was over, before the answer came.</summary>
    public MatomoException Failed(MatomoErrorKind kind, string detail, Exception cause) =>
        new(kind, MatomoErrorRules.ForKind(kind).Say(this, detail.Length == 0 ? "" : $"({Excerpt(detail)})", null, null), cause) { Method = Method };

    /// <summary>A short cleaned piece of a text, without secrets.</summary>
    public string Excerpt(string text) => AnswerText.Shorten(Clean(text));

    private static string Limit(string message) => message.Length <= LongestMessage ? message : string.Concat(message.AsSpan(0, LongestMessage), "…");

    private string Clean(string text) => Redactor.Redact(AnswerText.Clean(Redactor.Redact(text)));

    private MatomoException Error(MatomoErrorRule rule, string detail = "", string? apiMessage = null, string? excerpt = null, Exception? cause = null) =>
        new(rule.Kind, rule.Say(this, detail, apiMessage, excerpt), cause)
        {
            Method = Method,
            HttpStatus = Status,
            ApiMessage = apiMessage,
            Excerpt = string.IsNullOrEmpty(excerpt) ? null : excerpt,
            RetryAfter = RetryAfter,
            IsPart = IsPart,
            IsInUnknownWords = apiMessage is not null && rule.Pattern is null && rule.Kind != MatomoErrorKind.RateLimited,
        };
}
