using System.Net;
using System.Text.RegularExpressions;

namespace Tributary.Matomo.Catalog;

/// <summary>Plain text of the HTML a server explains its reports with.</summary>
internal static partial class PlainText
{
    private const int Longest = 300;

    /// <summary>The first sentence without markup; null when there is none.</summary>
    public static string? FirstSentence(string? html)
    {
        if (html is null)
        {
            return null;
        }

        var text = Blanks().Replace(WebUtility.HtmlDecode(Markup().Replace(Inline().Replace(html, ""), " ")), " ").Trim();
        if (SentenceEnd().Match(text) is { Success: true } end)
        {
            text = text[..(end.Index + 1)];
        }

        return text.Length switch
        {
            0 => null,
            > Longest => string.Concat(text.AsSpan(0, text.LastIndexOf(' ', Longest) is var blank and > 0 ? blank : Longest), " …"),
            _ => text,
        };
    }

    [GeneratedRegex("</?(a|b|i|u|em|strong|span|code)\\b[^<>]*>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex("<[^<>]*>", RegexOptions.CultureInvariant)]
    private static partial Regex Markup();

    [GeneratedRegex("\\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();

    [GeneratedRegex("[.!?](?= \\p{Lu})", RegexOptions.CultureInvariant)]
    private static partial Regex SentenceEnd();
}
