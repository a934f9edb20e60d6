using System.Text;
using System.Text.RegularExpressions;

namespace Tributary.Matomo;

/// <summary>
/// Takes secrets out of texts before anyone sees them: as they are, percent-encoded, in hexadecimal, and inside base64 at any of its three alignments. A text in which a long secret stands torn apart is withheld whole.
/// Whatever stands behind <c>token_auth=</c> goes too, known or not. Secrets of fewer than four characters are not looked for: they would take ordinary words away.
/// </summary>
public sealed partial class Redactor
{
    private const string Mask = "***";
    private const int ShortestSecret = 4;

    private const int LongSecret = 16;

    private readonly string[] _forms;
    private readonly string[] _long;

    /// <summary>Creates a redactor of those secrets.</summary>
    public Redactor(IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        string[] known = [.. secrets.Where(secret => secret is { Length: >= ShortestSecret } && !string.Equals(secret, AccessToken.AnonymousValue, StringComparison.Ordinal))];
        _long = [.. known.Select(Squeeze).Where(secret => secret.Length >= LongSecret)];
        _forms = [.. known
            .SelectMany(Forms)
            .Where(form => form.Length >= ShortestSecret)
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(form => form.Length)];
    }

    /// <summary>A redactor that knows no secret, and still removes what stands behind <c>token_auth=</c>.</summary>
    public static Redactor None { get; } = new([]);

    /// <summary>The text without the secrets.</summary>
    public string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var form in _forms)
        {
            text = text.Replace(form, Mask, StringComparison.OrdinalIgnoreCase);
        }

        text = TokenParameter().Replace(text, "${name}" + Mask);
        return IsBroken(text) ? Mask : text;
    }

    /// <summary>Whether a secret is left that something was put into: a line break, a blank where a tag stood.</summary>
    private bool IsBroken(string text)
    {
        if (_long.Length == 0)
        {
            return false;
        }

        var squeezed = Squeeze(text);
        return _long.Any(secret => squeezed.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    private static string Squeeze(string text) => string.Concat(text.Where(char.IsAsciiLetterOrDigit));

    private static IEnumerable<string> Forms(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return secret;
        yield return Uri.EscapeDataString(secret);
        yield return Uri.EscapeDataString(Uri.EscapeDataString(secret));
        yield return secret.Replace("\"", "\\\"", StringComparison.Ordinal);
        yield return System.Net.WebUtility.HtmlEncode(secret);
        yield return string.Concat(bytes.Select(b => $"%{b:X2}"));
        yield return Convert.ToHexString(bytes);
        for (var shift = 0; shift < 3; shift++)
        {
            var form = Base64At(bytes, shift);
            yield return form;
            yield return form.Replace('+', '-').Replace('/', '_');
        }
    }

    /// <summary>The characters of base64 that the secret alone decides when <paramref name="shift"/> bytes stand before it.</summary>
    private static string Base64At(byte[] secret, int shift)
    {
        var text = Convert.ToBase64String([.. new byte[shift], .. secret]);
        var first = (shift * 8 + 5) / 6;
        var last = (shift + secret.Length) * 8 / 6;
        return last > first ? text[first..last] : "";
    }

    // A token is letters and digits; the separator may itself be encoded once or twice.
    [GeneratedRegex("(?<name>token_auth(=|%3D|%253D|\"\\s*:\\s*\"|&quot;:&quot;))[A-Za-z0-9_*-]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex TokenParameter();
}
