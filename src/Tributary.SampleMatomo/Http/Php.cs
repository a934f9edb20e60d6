using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;

namespace Tributary.SampleMatomo.Http;

/// <summary>Text that goes out as it is, valid JSON or not.</summary>
internal sealed record Raw(string Text);

/// <summary>Texts as PHP writes them: JSON with escaped slashes and \u forms, urlencode with plus signs.</summary>
internal static class Php
{
    private static readonly SearchValues<char> Unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    public static string Json(object? value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    public static string UrlEncode(string text)
    {
        var encoded = new StringBuilder(text.Length + 8);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (Unreserved.Contains((char)b))
            {
                encoded.Append((char)b);
            }
            else if (b == ' ')
            {
                encoded.Append('+');
            }
            else
            {
                encoded.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return encoded.ToString();
    }

    public static string UrlDecode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    public static string Html(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);

    /// <summary>round(), which rounds halves away from zero.</summary>
    public static double Round(double value, int digits) => Math.Round(value, digits, MidpointRounding.AwayFromZero);

    public static double Quotient(double part, double of, int digits) => of == 0 || double.IsNaN(of) || double.IsNaN(part) ? 0 : Round(part / of, digits);

    private static void Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string s:
                Quote(text, s);
                break;
            case bool b:
                text.Append(b ? "true" : "false");
                break;
            case double d:
                text.Append(Number(d));
                break;
            case decimal m:
                text.Append(Number((double)m));
                break;
            case Raw raw:
                text.Append(raw.Text);
                break;
            case Obj o:
                WriteObject(text, o);
                break;
            case IEnumerable list:
                WriteList(text, list);
                break;
            default:
                text.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static string Number(double d) => d == Math.Floor(d) && Math.Abs(d) < 1e15
        ? ((long)d).ToString(CultureInfo.InvariantCulture)
        : d.ToString("R", CultureInfo.InvariantCulture);

    private static void WriteObject(StringBuilder text, Obj o)
    {
        text.Append('{');
        var first = true;
        foreach (var (name, value) in o.Members)
        {
            if (!first)
            {
                text.Append(',');
            }

            first = false;
            Quote(text, name);
            text.Append(':');
            Write(text, value);
        }

        text.Append('}');
    }

    private static void WriteList(StringBuilder text, IEnumerable list)
    {
        text.Append('[');
        var first = true;
        foreach (var item in list)
        {
            if (!first)
            {
                text.Append(',');
            }

            first = false;
            Write(text, item);
        }

        text.Append(']');
    }

    private static void Quote(StringBuilder text, string s)
    {
        text.Append('"');
        foreach (var c in s)
        {
            switch (c)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append("\\\\");
                    break;
                case '/':
                    text.Append("\\/");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case < ' ' or > '~':
                    text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }

        text.Append('"');
    }
}
