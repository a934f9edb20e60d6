using System.Text;

namespace Tributary.Cli.Output;

/// <summary>Columns under headings, two spaces apart: the same at a terminal and in a pipe, where nothing is left out.</summary>
internal sealed class TextTable(params string[] headings)
{
    private const string Gap = "  ";
    private readonly List<string[]> _rows = [];
    private readonly bool[] _right = new bool[headings.Length];

    public TextTable AlignRight(params int[] columns)
    {
        foreach (var column in columns)
        {
            _right[column] = true;
        }

        return this;
    }

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(Clean)]);

    /// <summary>Writes the table; with a width, the columns that do not fit are left out and named in the result.</summary>
    public IReadOnlyList<string> Write(TextWriter writer, int? width)
    {
        var widths = headings.Select((h, i) => Math.Max(Cells(h), _rows.Count == 0 ? 0 : _rows.Max(r => Cells(r[i])))).ToArray();
        var shown = ColumnsThatFit(widths, width);
        WriteLine(writer, headings, widths, shown);
        foreach (var row in _rows)
        {
            WriteLine(writer, row, widths, shown);
        }

        return headings[shown..];
    }

    /// <summary>Makes a value of foreign origin safe for a terminal: it may carry line ends and escape sequences.</summary>
    public static string Clean(string text) =>
        text.Any(char.IsControl) ? string.Create(text.Length, text, static (span, t) =>
        {
            for (var i = 0; i < t.Length; i++)
            {
                span[i] = char.IsControl(t[i]) ? ' ' : t[i];
            }
        }) : text;

    /// <summary>How many columns of a terminal a text takes; scripts of East Asia take two a letter.</summary>
    public static int Cells(string text) => text.EnumerateRunes().Sum(r => IsWide(r.Value) ? 2 : IsZero(r) ? 0 : 1);

    private static int ColumnsThatFit(int[] widths, int? width)
    {
        var used = 0;
        for (var i = 0; i < widths.Length; i++)
        {
            // The first is always shown.
            used += widths[i] + (i == 0 ? 0 : Gap.Length);
            if (width is { } most && used > most && i > 0)
            {
                return i;
            }
        }

        return widths.Length;
    }

    private void WriteLine(TextWriter writer, string[] cells, int[] widths, int shown)
    {
        var line = new StringBuilder();
        for (var i = 0; i < shown; i++)
        {
            var padding = new string(' ', widths[i] - Cells(cells[i]));
            line.Append(i == 0 ? "" : Gap).Append(_right[i] ? padding : "").Append(cells[i]).Append(_right[i] ? "" : padding);
        }

        writer.WriteLine(line.ToString().TrimEnd());
    }

    private static bool IsWide(int rune) =>
        rune is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);

    private static bool IsZero(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark or System.Globalization.UnicodeCategory.Format;
}
