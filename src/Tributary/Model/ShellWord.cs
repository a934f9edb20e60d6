using System.Buffers;

namespace Tributary.Model;

/// <summary>Names in commands that a person is to copy, quoted for a POSIX shell.</summary>
public static class ShellWord
{
    // Inside double quotes a shell, or its history, takes these for something else.
    private static readonly SearchValues<char> Meant = SearchValues.Create("\"$`\\!\r\n\t\u001b");

    /// <summary>The text as one word: in double quotes, or in single ones where the text has characters that mean something in double ones.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().ContainsAny(Meant) ? $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'" : $"\"{text}\"";
    }
}
