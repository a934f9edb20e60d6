namespace Tributary.DataCenter.Forms;

/// <summary>CSV after RFC 4180, with a line feed at the end of a line. Missing is nothing, an empty text is <c>""</c>.</summary>
internal static class CsvText
{
    /// <summary>A line.</summary>
    /// <param name="values">The values.</param>
    /// <param name="isGuarded">Whether texts that a spreadsheet would take for a formula get an apostrophe in front.</param>
    public static string Line(IEnumerable<object?> values, bool isGuarded = false) =>
        string.Join(',', values.Select(v => Field(isGuarded && v is string { Length: > 0 } text && IsLikeFormula(text[0]) ? "'" + text : v)));

    private static bool IsLikeFormula(char first) => first is '=' or '+' or '-' or '@' or '\t' or '\n' or '\r';

    private static string Field(object? value)
    {
        if (value is null)
        {
            return "";
        }

        var text = RowText.Of(value);
        return text.Length == 0 || text.AsSpan().ContainsAny(",\"\r\n") || text[0] == ' ' || text[^1] == ' '
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }
}
