using System.Globalization;
using System.Text;

namespace Tributary.Cli.Terminals;

/// <summary>Words for a terminal, in which whatever a name carries is seen and does nothing.</summary>
internal static class Visible
{
    /// <summary>The text with control characters as they are written in programs, line ends aside: an escape is <c>\x1b</c>.</summary>
    public static string Text(string text)
    {
        if (!text.Any(IsControl))
        {
            return text;
        }

        var shown = new StringBuilder();
        foreach (var letter in text)
        {
            if (IsControl(letter))
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}");
            }
            else
            {
                shown.Append(letter);
            }
        }

        return shown.ToString();
    }

    private static bool IsControl(char letter) => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t');
}
