using System.Globalization;
using System.Text.RegularExpressions;

namespace Tributary.Matomo.Catalog;

/// <summary>A sentence for every metric column: the catalog's own, one made of it where Matomo added a word to the name, or one made of the name.</summary>
internal static partial class ColumnDescriptions
{
    public static string Describe(string name, ColumnFacts facts, Func<string, string?> known)
    {
        if (known(name) is { } own)
        {
            return own;
        }

        var parts = Words().Match(name);
        var text = Sentence(parts.Groups["metric"].Value, facts, known);
        if (parts.Groups["goal"] is { Success: true, Value: var goal })
        {
            text = Append(text, goal switch
            {
                "ecommerceOrder" or "0" => "orders only",
                "ecommerceAbandonedCart" or "-1" => "abandoned carts only",
                _ => $"goal {goal} only, another goal on each site",
            });
        }

        if (parts.Groups["visits"] is { Success: true, Value: var visits })
        {
            text = Append(text, visits == "new" ? "first visits of a visitor only" : "returning visits only");
        }

        return parts.Groups["previous"].Success ? Append(text, "of the period before") : text;
    }

    private static string Sentence(string metric, ColumnFacts facts, Func<string, string?> known)
    {
        if (metric.StartsWith("sum_daily_", StringComparison.Ordinal))
        {
            return string.Create(CultureInfo.InvariantCulture, $"Sum of the days' {metric["sum_daily_".Length..]}: someone who came on two days counts twice.");
        }

        if (known(metric) is { } own)
        {
            return own;
        }

        var place = metric.StartsWith("entry_", StringComparison.Ordinal) ? "visits that began here"
            : metric.StartsWith("exit_", StringComparison.Ordinal) ? "visits that ended here" : null;
        return place is not null && known(metric[(metric.IndexOf('_', StringComparison.Ordinal) + 1)..]) is { } inner
            ? Append(inner, place)
            : FromName(metric, facts);
    }

    private static string FromName(string metric, ColumnFacts facts)
    {
        var words = metric.Replace('_', ' ').Trim();
        var unit = facts.Unit ?? facts.Type switch
        {
            ReportColumnType.Percent => "a ratio, 1 = 100 %",
            ReportColumnType.Duration => "seconds",
            ReportColumnType.Money => "in the site's currency",
            ReportColumnType.Bytes => "bytes",
            _ => null,
        };
        var combine = facts.OverTime switch
        {
            OverTime.Sum => "add over days",
            OverTime.Min => "combine by the least",
            OverTime.Max => "combine by the greatest",
            OverTime.Recompute => "do not add: derive it again from its parts",
            OverTime.None => "cannot be combined",
            _ => null,
        };
        return $"Matomo's {words}" + string.Concat(new[] { unit, combine }.Where(t => t is not null).Select((t, i) => (i == 0 ? " (" : ", ") + t))
            + (unit is null && combine is null ? "." : ").");
    }

    private static string Append(string sentence, string condition) => sentence.TrimEnd('.') + $" ({condition}).";

    [GeneratedRegex("^(?<previous>previous_)?(goal_(?<goal>-?[0-9]+|ecommerceOrder|ecommerceAbandonedCart)_)?(?<metric>.+?)(_(?<visits>new|returning)(_visit)?)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Words();
}
