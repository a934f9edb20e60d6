using System.Globalization;
using Tributary.Model;

namespace Tributary.Scheduling;

/// <summary>Cron expressions of the common forms in words; any other is quoted. No package on offer does this.</summary>
internal static class CronWords
{
    private static readonly string[] MonthNames = CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[..12];

    private static readonly Dictionary<string, string> Macros = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@every_minute"] = "* * * * *",
        ["@hourly"] = "0 * * * *",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@weekly"] = "0 0 * * 0",
        ["@monthly"] = "0 0 1 * *",
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
    };

    /// <summary>The names that stand for an expression. The library knows one more, @every_second: a schedule has minutes.</summary>
    public static IEnumerable<string> MacroNames => Macros.Keys;

    /// <summary>Whether a word stands for an expression.</summary>
    public static bool IsMacro(string word) => Macros.ContainsKey(word);

    /// <summary>The words of an expression that can be read.</summary>
    public static string Of(string cron)
    {
        var fields = Macros.GetValueOrDefault(cron, cron).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length == 5 && TimeWords(fields[0], fields[1]) is { } time && DayWords(fields[2], fields[4]) is { } days && MonthWords(fields[3]) is { } months
            ? time.StartsWith("at ", StringComparison.Ordinal)
                ? $"{(days.Length == 0 ? "every day" : days)}{months} {time}"
                : $"{time}{(days.Length == 0 ? "" : " " + days)}{months}"
            : $"by the cron expression {cron}";
    }

    private static string? TimeWords(string minute, string hour)
    {
        var everyHour = IsStar(hour);
        if (Step(minute) is { } step)
        {
            var interval = step == 1 ? "every minute" : $"every {Number(step)} minutes{(60 % step == 0 ? "" : " from the full hour on")}";
            return everyHour ? interval : Numbers(hour, 0, 23, []) is { } within ? $"{interval} in {(within.Count == 1 ? "the hour" : "the hours")} {ScheduleWords.Join(within.Select(h => $"{h:00}"))}" : null;
        }

        if (Numbers(minute, 0, 59, []) is not { } minutes)
        {
            return null;
        }

        if (everyHour)
        {
            return minutes is [0] ? "every hour" : $"every hour at minute {ScheduleWords.Join(minutes.Select(Number))}";
        }

        if (Step(hour) is { } hours && minutes is [0] && 24 % hours == 0)
        {
            return $"every {Number(hours)} hours";
        }

        return Numbers(hour, 0, 23, []) is { } all && all.Count * minutes.Count <= 12
            ? $"at {ScheduleWords.Times(all.SelectMany(h => minutes.Select(m => new TimeOnly(h, m))))}"
            : null;
    }

    private static string? DayWords(string dayOfMonth, string dayOfWeek)
    {
        var month = IsStar(dayOfMonth) ? "" : MonthDayWords(dayOfMonth);
        var week = IsStar(dayOfWeek) ? "" : WeekdayWords(dayOfWeek);

        // Both must hold, other than in some crons, where one is enough.
        return month is null || week is null ? null
            : month.Length > 0 && week.Length > 0 ? $"{month} if it is {(week.StartsWith("on ", StringComparison.Ordinal) ? week[3..] : week)}"
            : month + week;
    }

    private static string? MonthDayWords(string text) =>
        text.Equals("L", StringComparison.OrdinalIgnoreCase) ? "on the last day of the month"
        : text.Equals("LW", StringComparison.OrdinalIgnoreCase) ? "on the last weekday of the month"
        : Numbers(text, 1, 31, []) is { } days ? $"on day {ScheduleWords.Join(days.Select(Number))} of the month"
        : null;

    private static string? WeekdayWords(string text)
    {
        var names = Enum.GetNames<DayOfWeek>().Select(n => n[..3]).ToArray();
        if (text.Split('#') is [var nth, var ordinal] && Numbers(nth, 0, 7, names) is [var day] && int.TryParse(ordinal, out var n) && n is >= 1 and <= 5)
        {
            return $"on the {ScheduleWords.Ordinal(n)} {(DayOfWeek)(day % 7)} of the month";
        }

        if (text.EndsWith('L') && Numbers(text[..^1], 0, 7, names) is [var last])
        {
            return $"on the {ScheduleWords.Ordinal(MonthDay.LastOrdinal)} {(DayOfWeek)(last % 7)} of the month";
        }

        if (Numbers(text, 0, 7, names) is not { } days)
        {
            return null;
        }

        var chosen = days.Select(d => (DayOfWeek)(d % 7)).ToHashSet();
        var inOrder = ScheduleText.Week.Where(chosen.Contains).ToList();
        return inOrder.SequenceEqual(ScheduleText.Week.Take(5)) ? "Monday to Friday" : $"on {ScheduleWords.Join(inOrder.Select(d => d.ToString()))}";
    }

    private static string? MonthWords(string text) => IsStar(text) ? ""
        : Numbers(text, 1, 12, [.. MonthNames.Select(m => m[..3])]) is { } months ? $" in {ScheduleWords.Join(months.Select(m => MonthNames[m - 1]))}"
        : null;

    private static bool IsStar(string field) => field is "*" or "?";

    /// <summary>The n of */n and of *; null for anything else.</summary>
    private static int? Step(string field) =>
        field == "*" ? 1 : field.StartsWith("*/", StringComparison.Ordinal) && int.TryParse(field[2..], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;

    /// <summary>The values of a field of numbers, names, ranges and steps; null when it has anything else.</summary>
    private static List<int>? Numbers(string field, int least, int most, string[] names)
    {
        var values = new SortedSet<int>();
        foreach (var part in field.Split(','))
        {
            var steps = part.Split('/');
            var step = steps.Length == 2 && int.TryParse(steps[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : steps.Length == 1 ? 1 : 0;
            var ends = steps[0] == "*" ? [least, most] : steps[0].Split('-').Select(e => Value(e, least, names)).ToList();
            if (step == 0 || ends.Count > 2 || ends.Any(e => e is null || e < least || e > most) || ends[0] > ends[^1])
            {
                return null;
            }

            var last = ends.Count == 2 ? ends[1]!.Value : steps.Length == 2 ? most : ends[0]!.Value;
            for (var value = ends[0]!.Value; value <= last; value += step)
            {
                values.Add(value);
            }
        }

        return [.. values];
    }

    private static int? Value(string text, int least, string[] names)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        var index = Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));

        // Sunday, the first name of a week, is 0; January is 1.
        return index < 0 ? null : index + (names.Length == 12 ? least : 0);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
