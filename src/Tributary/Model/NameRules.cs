using System.Globalization;

namespace Tributary.Model;

/// <summary>What can be the name of something a person makes: a line that fits a list, an address and a file.</summary>
internal static class NameRules
{
    /// <summary>The most characters a name may have.</summary>
    public const int Longest = 200;

    // Leaves room for what is put behind it.
    private const int Proposed = 150;

    /// <summary>The name as it is kept.</summary>
    /// <param name="name">What was given.</param>
    /// <param name="field">The field it was given in.</param>
    /// <param name="what">What it names: "A DataSet".</param>
    /// <exception cref="InputException">It is none.</exception>
    public static string Read(string? name, string field, string what) => Problem(name, what) is { } problem ? throw new InputException(field, problem) : name!.Trim();

    /// <summary>A name that holds to the rules, made of what a server calls something; the text itself where it does already.</summary>
    public static string From(string text)
    {
        var name = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        var end = Math.Min(name.Length, Proposed);
        return name[..(end < name.Length && char.IsHighSurrogate(name[end - 1]) ? end - 1 : end)].Trim();
    }

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Problem(string? name, string what) => name?.Trim() switch
    {
        null or "" => $"{what} needs a name.",
        { Length: > Longest } trimmed => string.Create(CultureInfo.InvariantCulture, $"The name has {trimmed.Length} characters. Write at most {Longest}."),
        var trimmed when trimmed.Any(char.IsControl) => "The name holds a line break or another character that cannot be seen. Write one line of text.",
        "." or ".." => "A name of dots alone has no address. Write a letter or a digit.",
        _ => null,
    };
}
