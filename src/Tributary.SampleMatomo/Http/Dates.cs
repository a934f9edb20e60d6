using System.Globalization;
using Tributary.SampleMatomo.Archives;

namespace Tributary.SampleMatomo.Http;

/// <summary>period × date, with what Matomo makes of odd forms.</summary>
internal static class Dates
{
    private static readonly DateOnly FirstWebsite = new(1991, 8, 6);

    /// <summary>The spans asked for, and whether the answer is a map by date.</summary>
    public static (IReadOnlyList<Span> Spans, bool Map) Read(Parameters p, DateOnly today)
    {
        var period = p.Required("period");
        var date = p.Required("date");
        if (period is not ("day" or "week" or "month" or "year" or "range"))
        {
            throw ApiException.Parameter($"The period '{period}' is not supported. Try any of the following instead: day, week, month, year, range");
        }

        if (period == "range")
        {
            return ([Range(date, today)], false);
        }

        if (Count(date) is var (last, n))
        {
            var limit = period switch { "day" => 1825, "week" => 520, "month" => 120, _ => 10 };
            var span = Span.Containing(period, today);
            return (Back(last ? span : span.Previous(), Math.Min(n, limit)), true);
        }

        if (date.Contains(',', StringComparison.Ordinal))
        {
            var (from, to) = Pair(date, today);
            var end = Span.Containing(period, to);
            if (from > to)
            {
                return ([end], true);
            }

            List<Span> spans = [];
            for (var span = Span.Containing(period, from); span.Start <= end.Start; span = Span.Containing(period, span.End.AddDays(1)))
            {
                spans.Add(span);
            }

            return (spans, true);
        }

        return ([Span.Containing(period, One(date, today))], false);
    }

    /// <summary>Transitions and Live take several dates as one stretch.</summary>
    public static Span Stretch(Parameters p, DateOnly today)
    {
        var (spans, _) = Read(p, today);
        return spans.Count == 1 ? spans[0] : new Span("range", spans[0].Start, spans[^1].End);
    }

    private static Span Range(string date, DateOnly today)
    {
        if (Count(date) is var (last, n))
        {
            var end = last ? today : today.AddDays(-1);
            return new Span("range", end.AddDays(1 - n), end);
        }

        var (from, to) = Pair(date, today);
        return from > to ? new Span("range", to, to) : new Span("range", from, to);
    }

    private static (bool Last, int Count)? Count(string date)
    {
        foreach (var (word, last) in new[] { ("last", true), ("previous", false) })
        {
            if (date == word)
            {
                return (last, 1);
            }

            if (date.StartsWith(word, StringComparison.Ordinal) && int.TryParse(date.AsSpan(word.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var n))
            {
                return (last, Math.Max(1, n));
            }
        }

        return null;
    }

    private static List<Span> Back(Span span, int count)
    {
        List<Span> spans = [];
        for (var i = 0; i < count; i++)
        {
            spans.Insert(0, span);
            span = span.Previous();
        }

        return spans;
    }

    private static (DateOnly From, DateOnly To) Pair(string date, DateOnly today)
    {
        var parts = date.Split(',');
        if (parts.Length > 2)
        {
            throw Unreadable($"'{date}'");
        }

        if (parts.Length < 2 || !DateOnly.TryParseExact(parts[0].Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
            || (parts[1].Trim() is var last && last is not ("today" or "yesterday" or "now") && !DateOnly.TryParseExact(last, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)))
        {
            throw ApiException.Parameter($"The date '{date}' is not a correct date range. It should have the following format:  'lastN', 'previousN', 'YYYY-MM-DD,YYYY-MM-DD'.");
        }

        return (from, One(parts[1].Trim(), today));
    }

    private static DateOnly One(string date, DateOnly today)
    {
        switch (date.Replace(" ", "", StringComparison.Ordinal))
        {
            case "today" or "now":
                return today;
            case "yesterday" or "yesterdaySameTime":
                return today.AddDays(-1);
            case "tomorrow":
                return today.AddDays(1);
            case "lastWeek" or "lastweek":
                return today.AddDays(-7);
            case "lastMonth" or "lastmonth":
                return today.AddMonths(-1);
            case "lastYear" or "lastyear":
                return today.AddYears(-1);
            default:
                break;
        }

        var day = date.Length >= 10 && date[4] == '-' && date[7] == '-' ? Calendar(date) : null;
        if (day is not { } found)
        {
            throw Unreadable("false");
        }

        if (found < FirstWebsite)
        {
            var seconds = new DateTimeOffset(found, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();
            throw ApiException.Parameter($"The date '{date}' is a date before first website was online. Try date that's after Aug 6, 1991 (timestamp 681436800).: {seconds}");
        }

        return found;
    }

    /// <summary>strtotime: the 30th of February is the 2nd of March, the 45th is an error.</summary>
    private static DateOnly? Calendar(string date) =>
        int.TryParse(date.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
        && int.TryParse(date.AsSpan(5, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var month)
        && int.TryParse(date.AsSpan(8, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var day)
        && year > 0 && month is >= 1 and <= 12 && day is >= 1 and <= 31
            ? new DateOnly(year, month, 1).AddDays(day - 1)
            : null;

    private static ApiException Unreadable(string what) => ApiException.Parameter(
        $"Date format must be: YYYY-MM-DD, or 'today' or 'yesterday' or any keyword supported by the strtotime function (see http://php.net/strtotime for more information): {what}");
}
