using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tributary.Files;

/// <summary>Values as they are written into a file. What any reader of YAML could take for something else stands in quotes.</summary>
internal static partial class YamlText
{
    /// <summary>A text.</summary>
    public static string Of(string text) => Plain().IsMatch(text) && !Word().IsMatch(text) ? text : Quoted(text);

    /// <summary>A list on one line.</summary>
    public static string Of(IEnumerable<string> texts) => $"[{string.Join(", ", texts)}]";

    /// <summary>Values by name on one line.</summary>
    public static string Of(IEnumerable<KeyValuePair<string, string>> map) =>
        $"{{{string.Join(", ", map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{Of(m.Key)}: {Of(m.Value)}"))}}}";

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            quoted.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                _ when char.IsControl(character) || character is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}"),
                _ => character.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    // Letters first, so that it is no number, date or time; nothing that means something inside [] or {}.
    [GeneratedRegex(@"^[A-Za-z_](?:[A-Za-z0-9_./-]|:(?=/)| (?=[A-Za-z0-9_./-]))*\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"^(?:true|false|yes|no|on|off|y|n|null)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
