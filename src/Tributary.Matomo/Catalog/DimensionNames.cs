using System.Text;

namespace Tributary.Matomo.Catalog;

/// <summary>The column names of dimensions.</summary>
public static class DimensionNames
{
    /// <summary>The part of a dimension id behind the module in snake_case: <c>Actions_PageUrl</c> → <c>page_url</c>.</summary>
    public static string ColumnName(string dimensionId)
    {
        ArgumentNullException.ThrowIfNull(dimensionId);
        var module = dimensionId.IndexOf('_', StringComparison.Ordinal);
        var name = SnakeCase(dimensionId.AsSpan(module + 1));
        return name.Length > 0 ? name : SnakeCase(dimensionId) is { Length: > 0 } whole ? whole : "dimension";
    }

    /// <summary>The column names of the dimensions of one table, in the same order; the module goes in front where two would be equal, a number behind where two still are.</summary>
    public static IReadOnlyList<string> ColumnNames(IReadOnlyList<string> dimensionIds)
    {
        ArgumentNullException.ThrowIfNull(dimensionIds);
        var plain = dimensionIds.Select(ColumnName).ToArray();
        var names = dimensionIds
            .Select((id, i) => plain.Count(n => n == plain[i]) > 1 && SnakeCase(id) is { Length: > 0 } whole ? whole : plain[i])
            .ToArray();
        HashSet<string> taken = new(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            var name = names[i];
            for (var n = 2; !taken.Add(name); n++)
            {
                name = $"{names[i]}_{n}";
            }

            names[i] = name;
        }

        return names;
    }

    private static string SnakeCase(ReadOnlySpan<char> text)
    {
        var snake = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(text[i]))
            {
                Separate(snake);
                continue;
            }

            if (i > 0 && BeginsWord(text, i))
            {
                Separate(snake);
            }

            snake.Append(char.ToLowerInvariant(text[i]));
        }

        return snake.ToString().TrimEnd('_');
    }

    private static bool BeginsWord(ReadOnlySpan<char> text, int i) =>
        (char.IsAsciiLetterUpper(text[i]) && char.IsAsciiLetterLower(text[i - 1]))
        || (char.IsAsciiLetterUpper(text[i]) && char.IsAsciiLetterUpper(text[i - 1]) && i + 1 < text.Length && char.IsAsciiLetterLower(text[i + 1]))
        || (char.IsAsciiDigit(text[i]) != char.IsAsciiDigit(text[i - 1]) && char.IsAsciiLetterOrDigit(text[i - 1]));

    private static void Separate(StringBuilder snake)
    {
        if (snake.Length > 0 && snake[^1] != '_')
        {
            snake.Append('_');
        }
    }
}
