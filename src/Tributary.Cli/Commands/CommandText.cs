using Tributary.Model;

namespace Tributary.Cli.Commands;

/// <summary>Words to be copied into a shell.</summary>
internal static class CommandText
{
    public static string Quote(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') ? word : ShellWord.Of(word);
}
