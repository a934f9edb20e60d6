using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Tributary.Matomo;

/// <summary>Makes short plain text of pages and messages that are not JSON.</summary>
internal static partial class AnswerText
{
    private const int ExcerptLength = 200;

    public static string Decode(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>The beginning of a long body. Its last bytes are left out: half a token at the cut would not be known as one.</summary>
    public static string DecodeStart(ReadOnlySpan<byte> bytes) =>
        Decode(bytes.Length >= Replies.ReplyReader.PageStart ? bytes[..(Replies.ReplyReader.PageStart - 1024)] : bytes);

    /// <summary>Whether PHP's own messages may stand here, and JSON behind them.</summary>
    public static bool MayBePhpMessages(string text) => !IsPage(text) && IsPhpMessage(text);

    /// <summary>Whether the text holds a message of PHP: with <c>html_errors</c> the word is set in bold, Xdebug puts it into a table.</summary>
    public static bool IsPhpMessage(string text) => PhpMessage().IsMatch(text);

    /// <summary>Tags and their content where it is no text removed, entities decoded, white space and control characters made single blanks.</summary>
    public static string Clean(string text)
    {
        text = Hidden().Replace(text, " ");
        text = Tag().Replace(text, " ");
        text = WebUtility.HtmlDecode(text);
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c) && !char.IsControl(c) && c != '\uFEFF')
            {
                clean.Append(c);
            }
            else if (clean.Length > 0 && clean[^1] != ' ')
            {
                clean.Append(' ');
            }
        }

        return clean.ToString().TrimEnd();
    }

    /// <summary>At most 200 characters of a cleaned text.</summary>
    public static string Shorten(string text)
    {
        if (text.Length <= ExcerptLength)
        {
            return text;
        }

        var end = ExcerptLength - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), "…");
    }

    /// <summary>The message of an error in another format than JSON: XML's <c>message</c> attribute, or the line after <c>Error:</c>; null when there is none.</summary>
    public static string? ErrorInOtherFormat(string text)
    {
        var xml = XmlError().Match(text);
        if (xml.Success)
        {
            return WebUtility.HtmlDecode(xml.Groups["message"].Value);
        }

        var line = ErrorLine().Match(text);
        return line.Success ? WebUtility.HtmlDecode(line.Groups["message"].Value) : null;
    }

    private static bool IsPage(string text) => Page().IsMatch(text);

    [GeneratedRegex(@"\b(Deprecated|Notice|Warning|Strict Standards|(Recoverable |Catchable )?[Ff]atal error|Parse error)\s*(</b>)?\s*:", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PhpMessage();

    [GeneratedRegex(@"^\s*(<!--.*?-->\s*)?<(!doctype|html|head|\?xml)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Page();

    [GeneratedRegex(@"<(?<tag>script|style|svg|noscript)\b.*?(</\k<tag>\s*>|$)|<!--.*?(-->|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Hidden();

    [GeneratedRegex(@"<[a-z/!?][^>]*(>|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Tag();

    [GeneratedRegex("<error message=\"(?<message>[^\"]*)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex XmlError();

    [GeneratedRegex(@"^\s*Error:\s*(?<message>[^\r\n]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ErrorLine();
}
