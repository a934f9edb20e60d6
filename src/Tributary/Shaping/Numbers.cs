using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Tributary.Shaping;

/// <summary>
/// Reads numbers in every spelling Matomo has been seen to write: JSON numbers, numeric strings ("8", "0.0180"),
/// percent texts of any language ("14%", "14 %", "76,39 %" with a no-break blank, "%14", "٪" with direction marks).
/// Nothing here depends on the culture of the machine.
/// </summary>
internal static class Numbers
{
    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17];

    /// <summary>A whole number. False when the text is no number, or one with a fraction or beyond 64 bits.</summary>
    public static bool TryInteger(ReadOnlySpan<byte> text, out long value)
    {
        if (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length)
        {
            return true;
        }

        // "12.0" and "1e3" are whole too; decimal keeps every digit up to 28.
        if (TryDecimal(text, out var exact) && exact == decimal.Truncate(exact) && exact is >= long.MinValue and <= long.MaxValue)
        {
            value = (long)exact;
            return true;
        }

        value = 0;
        return false;
    }

    /// <summary>A number, to the nearest 64-bit float.</summary>
    public static bool TryDouble(ReadOnlySpan<byte> text, out double value) =>
        TryPlain(text, 0, out value) || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>A number with up to 28 digits.</summary>
    public static bool TryDecimal(ReadOnlySpan<byte> text, out decimal value) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    /// <summary>An amount in ten-thousandths, rounded half to even.</summary>
    public static bool TryMoney(ReadOnlySpan<byte> text, out long tenThousandths)
    {
        if (TryDigits(text, out tenThousandths, out var decimals) && decimals <= 4 && Math.Abs(tenThousandths) < 100_000_000_000_000)
        {
            tenThousandths *= (long)Powers[4 - decimals];
            return true;
        }

        tenThousandths = 0;
        if (!TryDecimal(text, out var amount))
        {
            return false;
        }

        try
        {
            tenThousandths = decimal.ToInt64(decimal.Round(amount * 10_000m, 0, MidpointRounding.ToEven));
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    /// <summary>A ratio: a plain number as it is, a percent text divided by 100.</summary>
    public static bool TryRatio(ReadOnlySpan<byte> text, out double ratio)
    {
        if (text is [.. var digits, (byte)'%'] ? TryPlain(digits, 2, out ratio) : TryDouble(text, out ratio))
        {
            return true;
        }

        if (!TryPercentText(text, out var percent))
        {
            return false;
        }

        // In decimal, so that "14%" is the float nearest to 0.14.
        ratio = (double)(percent / 100m);
        return true;
    }

    /// <summary>The number in a text that has a percent sign somewhere; either mark may be the decimal one.</summary>
    public static bool TryPercentText(ReadOnlySpan<byte> text, out decimal percent)
    {
        percent = 0;
        Span<char> digits = stackalloc char[40];
        var length = 0;
        var signed = false;
        var (apart, blank) = (false, false);
        foreach (var rune in Runes(text))
        {
            if (rune.Value is '%' or 0x066A or 0xFE6A or 0xFF05)
            {
                signed = true;
                apart = blank || length == 0;
            }
            else if (Rune.GetNumericValue(rune) is >= 0 and <= 9 && Rune.IsDigit(rune))
            {
                if (length == digits.Length)
                {
                    return false;
                }

                digits[length++] = (char)('0' + (int)Rune.GetNumericValue(rune));
                blank = false;
            }
            else if (rune.Value is '.' or ',' or 0x066B)
            {
                if (length == digits.Length)
                {
                    return false;
                }

                digits[length++] = rune.Value == '.' ? '.' : ',';
            }
            else if (rune.Value is '-' or 0x2212)
            {
                if (length != 0)
                {
                    return false;
                }

                digits[length++] = '-';
            }
            else if (Rune.IsWhiteSpace(rune))
            {
                blank = true;
            }
            else if (rune.Value != '+' && Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format)
            {
                return false;
            }
        }

        return signed && TrySeparated(digits[..length], apart ? '.' : ',', out percent);
    }

    /// <summary>A number of up to 15 digits, divided by a power of ten: both are floats exactly, so that their quotient is the nearest float.</summary>
    private static bool TryPlain(ReadOnlySpan<byte> text, int shift, out double value)
    {
        if (TryDigits(text, out var digits, out var decimals) && digits != 0)
        {
            value = digits / Powers[decimals + shift];
            return true;
        }

        value = 0;
        return text is [(byte)'0'];
    }

    /// <summary>A number written as "-12.50" and in no other way: all its digits, and how many of them are decimals. At most 15 digits.</summary>
    private static bool TryDigits(ReadOnlySpan<byte> text, out long digits, out int decimals)
    {
        (digits, decimals) = (0, 0);
        var isNegative = text is [(byte)'-', ..];
        if (isNegative)
        {
            text = text[1..];
        }

        if (text.Length is 0 or > 16 || !char.IsAsciiDigit((char)text[0]) || text[^1] == '.')
        {
            return false;
        }

        var point = -1;
        for (var i = 0; i < text.Length; i++)
        {
            var digit = text[i] - '0';
            if ((uint)digit <= 9)
            {
                digits = (digits * 10) + digit;
            }
            else if (text[i] == '.' && point < 0)
            {
                point = i;
            }
            else
            {
                return false;
            }
        }

        decimals = point < 0 ? 0 : text.Length - point - 1;
        digits = isNegative ? -digits : digits;
        return text.Length - (point < 0 ? 0 : 1) <= 15;
    }

    /// <summary>A number with marks. Of two kinds the last is the decimal one, and a mark that comes twice is none.</summary>
    /// <param name="digits">Digits, marks and a minus.</param>
    /// <param name="grouping">The mark that groups thousands where a single one may be either.</param>
    /// <param name="value">The number.</param>
    private static bool TrySeparated(ReadOnlySpan<char> digits, char grouping, out decimal value)
    {
        var mark = digits.LastIndexOfAny('.', ',');
        if (mark >= 0 && IsGrouping(digits, mark, grouping))
        {
            mark = -1;
        }

        Span<char> plain = stackalloc char[digits.Length];
        var length = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            if (digits[i] is not ('.' or ','))
            {
                plain[length++] = digits[i];
            }
            else if (i == mark)
            {
                plain[length++] = '.';
            }
        }

        return decimal.TryParse(plain[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>
    /// Whether the last mark groups thousands. "2,568%" is 2568 percent in Matomo's English (5.2, ProcessedReport of API.get); languages that write the sign apart
    /// ("1.234 %" in German) or first group by the point.
    /// </summary>
    private static bool IsGrouping(ReadOnlySpan<char> digits, int mark, char grouping)
    {
        var before = digits[..mark].TrimStart('-');
        if (before.IndexOfAny('.', ',') >= 0)
        {
            return before.Contains(digits[mark]);
        }

        return digits[mark] == grouping && digits.Length - mark == 4 && before.Length is >= 1 and <= 3 && before[0] != '0';
    }

    private static RuneEnumerator Runes(ReadOnlySpan<byte> utf8) => new(utf8);

    private ref struct RuneEnumerator(ReadOnlySpan<byte> utf8)
    {
        private ReadOnlySpan<byte> _rest = utf8;

        public Rune Current { get; private set; }

        public readonly RuneEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            if (Rune.DecodeFromUtf8(_rest, out var rune, out var used) != OperationStatus.Done)
            {
                rune = Rune.ReplacementChar;
            }

            Current = rune;
            _rest = _rest[used..];
            return true;
        }
    }
}
