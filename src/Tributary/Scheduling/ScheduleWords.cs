using System.Globalization;
using Tributary.Model;

namespace Tributary.Scheduling;

/// <summary>A schedule in words.</summary>
internal static class ScheduleWords
{
    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth"];

    /// <summary>"every day at 07:00 and 17:00 (Europe/Paris)"; "by hand".</summary>
    public static string Of(Schedule schedule, string workspaceZone) => schedule.Kind == ScheduleKind.Manual
        ? "by hand"
        : $"{Words(schedule)} ({schedule.TimeZone ?? workspaceZone})";

    /// <summary>"a, b and c".</summary>
    public static string Join(IEnumerable<string> words)
    {
        var all = words.ToList();
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all.SkipLast(1))} and {all[^1]}";
    }

    /// <summary>"07:00 and 17:00".</summary>
    public static string Times(IEnumerable<TimeOnly> times) => Join(times.Select(ScheduleText.Time));

    /// <summary>"second"; "last".</summary>
    public static string Ordinal(int ordinal) => ordinal == MonthDay.LastOrdinal ? "last" : Ordinals[ordinal - 1];

    private static string Words(Schedule schedule) => schedule.Kind switch
    {
        ScheduleKind.Every when schedule.Every >= TimeSpan.FromDays(1) =>
            $"every {Count((int)schedule.Every.Value.TotalDays, "day")} at {Times(schedule.Times is [] ? [TimeOnly.MinValue] : schedule.Times)}",
        ScheduleKind.Every => $"every {Interval(schedule.Every!.Value)}{Hours(schedule)}",
        ScheduleKind.Daily => $"every day at {Times(schedule.Times)}",
        ScheduleKind.Weekly => $"{Weekdays(schedule.Weekdays)} at {Times(schedule.Times)}",
        ScheduleKind.Monthly => $"on {MonthDays(schedule.MonthDays)} at {Times(schedule.Times)}",
        _ => CronWords.Of(schedule.Cron!),
    };

    private static string Interval(TimeSpan every) => every.TotalMinutes % 60 == 0 ? Count((int)every.TotalHours, "hour") : Count((int)every.TotalMinutes, "minute");

    /// <summary>The first and the last time, which says more than an end that is not included.</summary>
    private static string Hours(Schedule schedule)
    {
        if (schedule.ActiveHours is null)
        {
            return "";
        }

        var times = FireTimes.TimesOf(schedule);
        return times.Count == 1 ? $", which within its hours is once a day at {Times(times)}" : $" from {ScheduleText.Time(times[0])} to {ScheduleText.Time(times[^1])}";
    }

    private static string Weekdays(IReadOnlyList<DayOfWeek> days) => days.Count switch
    {
        7 => "every day",
        5 when days.SequenceEqual(ScheduleText.Week.Take(5)) => "Monday to Friday",
        _ => $"on {Join(days.Select(d => d.ToString()))}",
    };

    private static string MonthDays(IReadOnlyList<MonthDay> days)
    {
        var numbers = days.Where(d => d.Day is not null).Select(d => d.Day!.Value).ToList();
        List<string> words = [];
        if (numbers.Count > 0)
        {
            words.Add($"day {Join(numbers.Select(Number))}{(numbers.Any(n => n > 28) ? " (in months that have it)" : "")}");
        }

        if (days.Contains(MonthDay.Last))
        {
            words.Add("the last day");
        }

        foreach (var weekday in days.Where(d => d.Ordinal is not null).GroupBy(d => d.Weekday))
        {
            words.Add($"the {Join(weekday.Select(d => Ordinal(d.Ordinal!.Value)))} {weekday.Key}{(weekday.Any(d => d.Ordinal == 5) ? " (in months that have it)" : "")}");
        }

        return $"{Join(words)} of the month";
    }

    private static string Count(int number, string one) => number == 1 ? one : $"{Number(number)} {one}s";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
