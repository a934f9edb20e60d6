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

    /// <summary>Whether a <c>WWW-Authenticate</c> header asks for HTTP credentials.</summary>
    public bool AsksForHttpCredentials { get; init; }

    public Redactor Redactor { get; init; } = Redactor.None;

    /// <summary>Matomo's own error, <c>{"result":"error","message":…}</c>.</summary>
    public MatomoException ApiError(string message)
    {
        var text = Limit(Clean(message));
        var rule = MatomoErrorRules.ForMessage(text, this);
        return Error(rule, text, apiMessage: text, excerpt: null);
    }

    /// <summary>A body that is not JSON, or any body of an answer that is no success. <paramref name="kind"/> overrules where the reader knows better than the table.</summary>
    public MatomoException NotJson(string start, MatomoErrorKind? kind = null)
    {
        if (kind is { } known)
        {
            return Error(MatomoErrorRules.ForKind(known), "", apiMessage: null, Excerpt(start));
        }

        if (Status is >= 300 and < 400)
        {
            return Error(MatomoErrorRules.ForText("", this), "", null, null);
        }

        if (ErrorBody.Find(start) is { } message || (message = AnswerText.ErrorInOtherFormat(start)) is not null)
        {
            return ApiError(message);
        }

        return Error(MatomoErrorRules.ForText(start, this), "", apiMessage: null, Excerpt(start));
    }

    public MatomoException Empty() => Error(MatomoErrorRules.ForText("", this), "", null, null);

    public MatomoException CutOff(long bytes, Exception? cause = null) =>
        Error(MatomoErrorRules.ForKind(MatomoErrorKind.CutOff), $"{bytes:N0} bytes had come.", null, null, cause);

    public MatomoException BrokenJson(string rest)
    {
        var fatal = MatomoErrorRules.ForPhpMessage(rest, this);
        return fatal is not null
            ? Error(fatal, "", null, Excerpt(rest))
            : Error(MatomoErrorRules.ForKind(MatomoErrorKind.UnexpectedReply), $"Its answer is not valid JSON: broken before '{Excerpt(rest)}'.", null, Excerpt(rest));
    }

    public MatomoException Trailing(string text) =>
        Error(MatomoErrorRules.ForKind(MatomoErrorKind.UnexpectedReply), $"Something stands behind the end of its JSON: '{Excerpt(text)}'.", null, Excerpt(text));

    public MatomoException Unexpected(string what) => Error(MatomoErrorRules.ForKind(MatomoErrorKind.UnexpectedReply), what, null, null);

    /// <summary>The connection failed, or the time was over, before or while the answer came.</summary>
    public MatomoException Failed(MatomoErrorKind kind, string detail, Exception cause) =>
        new(kind, MatomoErrorRules.ForKind(kind).Say(this, "", null) + (detail.Length == 0 ? "" : $" ({Excerpt(detail)})"), cause) { Method = Method };

    /// <summary>A short cleaned piece of a text, without secrets.</summary>
    public string Excerpt(string text) => AnswerText.Shorten(Clean(text));

    private static string Limit(string message) => message.Length <= LongestMessage ? message : string.Concat(message.AsSpan(0, LongestMessage), "…");

    private string Clean(string text) => Redactor.Redact(AnswerText.Clean(Redactor.Redact(text)));

    private MatomoException Error(MatomoErrorRule rule, string detail, string? apiMessage, string? excerpt, Exception? cause = null) =>
        new(rule.Kind, rule.Say(this, detail, excerpt), cause)
        {
            Method = Method,
            HttpStatus = Status,
            ApiMessage = apiMessage,
            Excerpt = string.IsNullOrEmpty(excerpt) ? null : excerpt,
            RetryAfter = RetryAfter,
        };
}
