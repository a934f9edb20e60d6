using System.Globalization;
using System.Text.RegularExpressions;
using Tributary.Model;

namespace Tributary.Files;

/// <summary>Everything wrong with a file, each with its line and the path of its field.</summary>
internal sealed partial class FileProblems
{
    private readonly List<(long Line, Problem Problem)> _problems = [];

    /// <summary>Whether there are any.</summary>
    public bool Any => _problems.Count > 0;

    /// <summary>Says what is wrong with a field.</summary>
    public void Add(long line, string path, string message) =>
        _problems.Add((line, new Problem(string.Create(CultureInfo.InvariantCulture, $"line {line}{(path.Length == 0 ? "" : ", " + path)}"), message)));

    /// <summary>Fails when something is wrong: everything at once, in the order of the file.</summary>
    /// <exception cref="InputException">Something is wrong.</exception>
    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new InputException([.. _problems.OrderBy(p => p.Line).Select(p => p.Problem).Distinct()]);
        }
    }

    /// <summary>The field of the file that a flag is: <c>--days-back</c> → <c>days_back</c>.</summary>
    public static string FieldOf(string flag) => flag.TrimStart('-').Replace('-', '_');

    /// <summary>A sentence about flags as one about fields. Command lines in it stay as they are typed.</summary>
    public static string WithoutFlags(string sentence)
    {
        var command = sentence.IndexOf("tributary ", StringComparison.Ordinal);
        return command < 0 ? Replace(sentence) : Replace(sentence[..command]) + sentence[command..];

        static string Replace(string text) => Flag().Replace(Repeated().Replace(text, "$1: $2"), match => FieldOf(match.Value));
    }

    [GeneratedRegex("(?<![\\w-])--[a-z][a-z-]*")]
    private static partial Regex Flag();

    // "Write --update merge" → "Write --update: merge"
    [GeneratedRegex("(?<=[Ww]rite |[Cc]hoose |or |: )(--[a-z][a-z-]*) ([a-z0-9@:,-]+)(?=[.,;]|$)")]
    private static partial Regex Repeated();
}
