using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tributary.Matomo;

/// <summary>One row of <see cref="MatomoErrorRules"/>: everything that is set must fit.</summary>
internal sealed record MatomoErrorRule(MatomoErrorKind Kind)
{
    private Regex? _pattern;
    private Regex? _contentType;
    private Regex? _location;

    /// <summary>What the text must hold; null fits every text.</summary>
    public string? Pattern
    {
        get => _pattern?.ToString();
        init => _pattern = value is null ? null : Compile(value);
    }

    /// <summary>The lowest status it fits.</summary>
    public int From { get; init; }

    /// <summary>The highest status it fits.</summary>
    public int To { get; init; } = 999;

    /// <summary>What the content type must hold; null fits every one.</summary>
    public string? ContentType
    {
        get => _contentType?.ToString();
        init => _contentType = value is null ? null : Compile(value);
    }

    /// <summary>What the address of a redirect must hold; null fits every one, and none.</summary>
    public string? Location
    {
        get => _location?.ToString();
        init => _location = value is null ? null : Compile(value);
    }

    /// <summary>Whether the answer must ask for HTTP credentials.</summary>
    public bool AsksForHttpCredentials { get; init; }

    public bool Fits(string text, MatomoAnswer answer) =>
        answer.Status >= From && answer.Status <= To
        && (!AsksForHttpCredentials || answer.AsksForHttpCredentials)
        && IsMatch(_contentType, answer.ContentType)
        && IsMatch(_location, answer.Location ?? "")
        && IsMatch(_pattern, text);

    /// <summary>The sentence for people.</summary>
    public string Say(MatomoAnswer answer, string detail, string? apiMessage, string? excerpt)
    {
        var text = new StringBuilder();
        if (answer.Method is not null)
        {
            text.Append(answer.Method).Append(": ");
        }

        text.Append(MatomoErrorWords.For(Kind)
            .Replace("{status}", answer.Status.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{address}", answer.Location ?? "another address", StringComparison.Ordinal)
            .Replace("{wait}", Wait(answer.RetryAfter), StringComparison.Ordinal));
        if (Kind is MatomoErrorKind.Unavailable or MatomoErrorKind.ServerError or MatomoErrorKind.NotMatomo or MatomoErrorKind.FirewallPage
            && answer.Status != 200)
        {
            text.Append(CultureInfo.InvariantCulture, $" Status {answer.Status}.");
        }

        if (detail.Length > 0)
        {
            text.Append(' ').Append(detail);
        }

        Quote(text, "Matomo says", apiMessage);
        Quote(text, "The answer begins", excerpt);
        return text.ToString();
    }

    private static void Quote(StringBuilder text, string who, string? words)
    {
        if (!string.IsNullOrEmpty(words))
        {
            text.Append(' ').Append(who).Append(": \"").Append(words).Append('"');
        }
    }

    private static string Wait(TimeSpan? wait) => wait is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"The server asks to wait {Math.Ceiling(time.TotalSeconds):0} seconds.")
        : "The server does not say for how long.";

    // Not NonBacktracking: building those patterns took four seconds at the first error. A page made to be slow to look at fits no pattern instead.
    private static Regex Compile(string pattern) => new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(2));

    private static bool IsMatch(Regex? pattern, string text)
    {
        try
        {
            return pattern is null || pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
