namespace Tributary.DataCenter.Forms;

/// <summary>CSV after RFC 4180, with a line feed at the end of a line. Missing is nothing, an empty text is <c>""</c>.</summary>
internal static class CsvText
{
    public static string Line(IEnumerable<object?> values) => string.Join(',', values.Select(Field));

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
