using System.Text.RegularExpressions;

namespace Tributary.Model;

/// <summary>Names of environment variables that hold secrets, in whose place a person may have written the secret itself.</summary>
public static partial class VariableName
{
    /// <summary>Whether a text can be the name of a variable. A token may look like one: 32 letters and digits.</summary>
    public static bool Is(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Name().IsMatch(text) && (text.Length < 32 || text.Contains('_', StringComparison.Ordinal));
    }

    /// <summary>What is said of a variable that holds nothing. What is no name is not repeated.</summary>
    public static string Missing(string text) => Is(text)
        ? $"The environment variable {text} is not set, or empty."
        : "What is written here is no name of an environment variable, which has letters, digits and _. The secret itself never stands here: put it into a variable, and write that variable's name.";

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
