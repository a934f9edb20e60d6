using System.Globalization;
using System.Text;
using CsCheck;

namespace Tributary.Tests.Properties;

/// <summary>A value as a reply writes it, and what must come of it. No JSON means that the reply leaves the property out.</summary>
internal sealed record Spelled(string? Json, object? Value);

/// <summary>Values in every spelling Matomo, or one of its plugins and versions, has been seen to write.</summary>
internal static class Spellings
{
    private static readonly string[] Blanks = ["", " ", "\u00a0", "\u202f", "\u2009"];
    private static readonly string[] Marks = ["", "\u200e", "\u200f", "\u061c"];

    /// <summary>What says that there is no value.</summary>
    private static readonly Gen<Spelled> Nothing = Gen.OneOf<string?>(null, "null", "false", "\"\"").Select(json => new Spelled(json, null));

    /// <summary>Texts with what breaks readers, tables and spreadsheets. Not "Others", which is Matomo's name of a summary row.</summary>
    public static Gen<string> Text { get; } = Gen.Frequency(
        (6, Gen.String[Gen.Char.AlphaNumeric, 1, 12]),
        (4, Gen.String[Gen.OneOf('\0', '"', '\'', '\\', '/', '\n', '\r', '\t', '\u001f', '\ud83d', '\ude00', 'é', '日', ' ', ',', ';', '\u2028'), 1, 8]),
        (2, Gen.OneOf("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "دليل البدء", "\u202eabc\u202c", "&amp;quot;", "NULL", "null", "false", "0", "1e3", "14%", "a - b", "日本語 🚀🔥")),
        (2, Gen.String[1, 20]),
        (1, Gen.Int[9_990, 10_000].Select(length => new string('x', length) + "😀")));

    public static Gen<Spelled> Count { get; } = Sometimes(Gen.Select(Gen.Frequency((3, Gen.Long[0, 100_000]), (1, Gen.Long[-1000, 0]), (1, Gen.Long)), Gen.Int[0, 5]).Select((value, form) =>
    {
        var digits = value.ToString(CultureInfo.InvariantCulture);
        return new Spelled(form switch
        {
            0 => Quoted(digits),
            1 => digits + ".0",
            2 => Quoted(digits + ".000"),
            3 when value % 1000 == 0 => $"{value / 1000}e3",
            4 when value % 1000 == 0 => $"\"{value / 1000}E+03\"",
            _ => digits,
        }, value);
    }));

    public static Gen<Spelled> Number { get; } = Sometimes(Gen.Select(Gen.Frequency((3, Gen.Double[-1000, 1000]), (1, Gen.Double.Where(double.IsFinite))), Gen.Int[0, 3]).Select((value, form) => new Spelled(form switch
    {
        0 => Quoted(value.ToString("R", CultureInfo.InvariantCulture)),
        1 => value.ToString("E17", CultureInfo.InvariantCulture),
        2 => Quoted(value.ToString("e17", CultureInfo.InvariantCulture)),
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    }, value)));

    /// <summary>Sums of money come with the dust of binary floats.</summary>
    public static Gen<Spelled> Money { get; } = Sometimes(Gen.Select(Gen.Long[-10_000_000_000, 10_000_000_000], Gen.Int[0, 8], Gen.Int[0, 3]).Select((digits, decimals, form) =>
    {
        var amount = new decimal(digits) / (decimal)Math.Pow(10, decimals);
        var text = amount.ToString("0.##########", CultureInfo.InvariantCulture);
        return new Spelled(form switch
        {
            0 => Quoted(text),
            1 => $"{digits.ToString(CultureInfo.InvariantCulture)}e-{decimals}",
            _ => text,
        }, Math.Round(amount, 4, MidpointRounding.ToEven));
    }));

    /// <summary>Ratios as numbers, and as percent texts in the manner of any language.</summary>
    public static Gen<Spelled> Ratio { get; } = Sometimes(Gen.OneOf(
        Gen.Select(Gen.Int[-20_000, 270_000], Gen.Bool).Select((tenThousandths, text) =>
        {
            var ratio = tenThousandths / 10_000m;
            var written = ratio.ToString("0.####", CultureInfo.InvariantCulture);
            return new Spelled(text ? Quoted(written) : written, (double)ratio);
        }),
        Gen.Select(Gen.Int[-20_000, 99_999], Gen.OneOf(Blanks), Gen.OneOf(Marks), Gen.OneOf("%", "٪", "﹪", "％"), Gen.Bool, Gen.Bool, Gen.Int[0, 2]).Select((hundredths, blank, mark, sign, first, comma, digits) =>
        {
            var percent = hundredths / 100m;
            var number = percent.ToString("0.##", CultureInfo.InvariantCulture);
            number = comma ? number.Replace('.', digits == 2 ? '٫' : ',') : number;
            number = digits == 2 ? string.Concat(number.Select(c => char.IsAsciiDigit(c) ? (char)('٠' + (c - '0')) : c)) : digits == 1 ? number.Replace('-', '\u2212') : number;
            return new Spelled(Quoted(first ? sign + blank + number + mark : number + blank + sign + mark), (double)(percent / 100m));
        })));

    /// <summary>A text as JSON. What cannot stand in JSON as it is, and at random anything else, is written as an escape.</summary>
    public static string Quoted(string text, bool escape = false)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            json.Append(c switch
            {
                '"' or '\\' => $"\\{c}",
                '/' when escape => "\\/",
                _ when c < ' ' || char.IsSurrogate(c) || (escape && c > '~') => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        }

        return json.Append('"').ToString();
    }

    /// <summary>Half a surrogate pair cannot be stored: it becomes the sign for what cannot be shown.</summary>
    public static string Sound(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static Gen<Spelled> Sometimes(Gen<Spelled> some) => Gen.Frequency((5, some), (1, Nothing));
}
