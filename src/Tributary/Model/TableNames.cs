using System.Globalization;
using System.Text;

namespace Tributary.Model;

/// <summary>Turns names people give into names a database takes.</summary>
public static class TableNames
{
    /// <summary>The table name of a DataSet: lower-case ASCII snake_case, other scripts dropped; "" when nothing is left, for the caller to number.</summary>
    public static string FromDataSetName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var text = new StringBuilder(name.Length);
        foreach (var character in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                text.Append(char.ToLowerInvariant(character));
            }
            else if (text.Length > 0 && text[^1] != '_' && !IsCombining(character))
            {
                text.Append('_');
            }
        }

        var result = text.ToString().Trim('_');
        return result.Length > 0 && char.IsAsciiDigit(result[0]) ? "_" + result : result;
    }

    /// <summary>The tables a DataSet of that name may get, best first, without end.</summary>
    public static IEnumerable<string> CandidatesOf(string name)
    {
        var stem = FromDataSetName(name);
        for (var number = 1; ; number++)
        {
            yield return stem.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"dataset_{number}")
                : number == 1 ? stem
                : string.Create(CultureInfo.InvariantCulture, $"{stem}_{number}");
        }
    }

    /// <summary>A column name in snake_case: <c>visitIp</c> → <c>visit_ip</c>, <c>1. Google</c> → <c>_1_google</c>. Letters of other scripts stay.</summary>
    public static string ToSnakeCase(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var character = name[i];
            if (char.IsUpper(character))
            {
                var afterLower = i > 0 && (char.IsLower(name[i - 1]) || char.IsDigit(name[i - 1]));
                var beforeLower = i > 0 && i + 1 < name.Length && char.IsUpper(name[i - 1]) && char.IsLower(name[i + 1]);
                if ((afterLower || beforeLower) && text.Length > 0 && text[^1] != '_')
                {
                    text.Append('_');
                }

                text.Append(char.ToLowerInvariant(character));
            }
            else if (char.IsLetterOrDigit(character))
            {
                text.Append(character);
            }
            else if (character == '-' && (i == 0 || !char.IsLetterOrDigit(name[i - 1])) && i + 1 < name.Length && char.IsDigit(name[i + 1]))
            {
                text.Append("minus_");
            }
            else if (text.Length > 0 && text[^1] != '_')
            {
                text.Append('_');
            }
        }

        var result = text.ToString().TrimEnd('_');
        return result.Length == 0 ? "_" : char.IsDigit(result[0]) ? "_" + result : result;
    }

    private static bool IsCombining(char character) =>
        char.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark;
}
