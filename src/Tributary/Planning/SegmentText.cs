using System.Text.RegularExpressions;

namespace Tributary.Planning;

/// <summary>The form of a segment expression: conditions <c>name==value</c>, joined by <c>;</c> (and) and <c>,</c> (or). What the names mean is the server's to judge.</summary>
internal static partial class SegmentText
{
    // Longer ones first: <= is not < with a value that begins with =.
    private static readonly string[] Operators = ["==", "!=", "=@", "!@", "=^", "=$", "<=", ">=", "<", ">"];

    /// <summary>What is wrong with the form of an expression; null when nothing is.</summary>
    public static string? Fault(string segment)
    {
        foreach (var condition in Delimiter().Split(segment))
        {
            var text = condition.Trim();
            if (text.Length == 0)
            {
                return $"The segment '{segment}' has an empty condition. A ; or , inside a value is written %3B or %2C.";
            }

            var name = new string([.. text.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c == '_')]);
            var rest = text[name.Length..];
            if (name.Length == 0 || !Operators.Any(o => rest.StartsWith(o, StringComparison.Ordinal)))
            {
                return $"'{text}' is not a condition. Write NAME, an operator ({string.Join(" ", Operators)}) and a value: deviceType==smartphone. A ; or , inside a value is written %3B or %2C.";
            }
        }

        return null;
    }

    // A delimiter behind a backslash belongs to the value (matomo-org/matomo 5.2, SegmentExpression).
    [GeneratedRegex(@"(?<!\\)[;,]")]
    private static partial Regex Delimiter();
}
