using System.Text.RegularExpressions;

namespace Tributary.Cli.Terminals;

/// <summary>
/// Takes secrets out of what is printed. Those the program was given are known exactly and are hidden everywhere;
/// what only looks like a token is hidden among words alone, since data must stay as it is.
/// </summary>
internal sealed partial class Redactor
{
    private const string Stars = "***";
    private readonly List<string> _known = [];

    public void Add(string secret)
    {
        // Matomo's public pseudo-token is a word of the language, and no secret.
        if (string.Equals(secret, "anonymous", StringComparison.Ordinal))
        {
            return;
        }

        _known.Add(secret);
        _known.Add(Uri.EscapeDataString(secret));
    }

    public string HideKnown(string text)
    {
        foreach (var secret in _known)
        {
            text = text.Replace(secret, Stars, StringComparison.Ordinal);
        }

        return text;
    }

    public string HideAll(string text) => TokenParameter().Replace(TokenForm().Replace(HideKnown(text), Stars), "${name}" + Stars);

    // Matomo's token_auth is an MD5 or a random hash in the same form, in every version: 32 hexadecimal digits.
    [GeneratedRegex("(?<![0-9A-Za-z])[0-9a-fA-F]{32}(?![0-9A-Za-z])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TokenForm();

    [GeneratedRegex("(?<name>token_auth=)[^&\\s\"']+", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex TokenParameter();
}
