using System.Globalization;
using Tributary.Model;

namespace Tributary.Scheduling;

/// <summary>The parts of a schedule as they are typed, there and back.</summary>
internal static class ScheduleText
{
    /// <summary>The days of the week in the order people write them.</summary>
    public static IReadOnlyList<DayOfWeek> Week { get; } = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    private static readonly string[] Ordinals = ["1st", "2nd", "3rd", "4th", "5th"];

    /// <summary>What a person types to get these settings.</summary>
    public static ScheduleInput Of(ScheduleSettings settings)
    {
        var schedule = settings.Schedule;
        return new ScheduleInput
        {
            Every = schedule.Kind == ScheduleKind.Every ? DurationText.Of(schedule.Every!.Value) + (schedule.Times.Count > 0 ? "@" + Times(schedule.Times) : "") : null,
            DailyAt = schedule.Kind == ScheduleKind.Daily ? Times(schedule.Times) : null,
            Weekly = schedule.Kind == ScheduleKind.Weekly ? $"{Weekdays(schedule.Weekdays)}@{Times(schedule.Times)}" : null,
            Monthly = schedule.Kind == ScheduleKind.Monthly ? $"{string.Join(',', schedule.MonthDays.Select(Text))}@{Times(schedule.Times)}" : null,
            Cron = schedule.Cron,
            Manual = schedule.Kind == ScheduleKind.Manual,
            ActiveHours = schedule.ActiveHours is { } hours ? string.Create(CultureInfo.InvariantCulture, $"{hours.From}-{hours.To}") : null,
            TimeZone = schedule.TimeZone,
            Missed = schedule.RunsMissed ? null : "skip",
            Retry = settings.Retry.Times > 0 ? settings.Retry.Times.ToString(CultureInfo.InvariantCulture) : null,
            RetryAfter = settings.Retry.Times > 0 ? DurationText.Of(settings.Retry.After) : null,
            NoRetry = settings.Retry.Times == 0,
            ExpectEvery = settings.ExpectEvery is { } expect ? DurationText.Of(expect) : null,
        };
    }

    /// <summary>One text that is equal for schedules with the same due times.</summary>
    public static string KeyOf(Schedule schedule, string workspaceZone)
    {
        var text = Of(new ScheduleSettings(schedule, RetryPolicy.None, null));
        return string.Join(' ', new[] { text.Every, text.DailyAt, text.Weekly, text.Monthly, text.Cron, text.ActiveHours, schedule.TimeZone ?? workspaceZone }.OfType<string>());
    }

    /// <summary>07:00,17:00</summary>
    public static string Times(IEnumerable<TimeOnly> times) => string.Join(',', times.Select(Time));

    /// <summary>07:00</summary>
    public static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A time of day; null when the text is none.</summary>
    public static TimeOnly? ParseTime(string text) =>
        TimeOnly.TryParseExact(text, ["H:mm", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    /// <summary>Days of the week, or a range of them; null when the text is neither.</summary>
    public static IReadOnlyList<DayOfWeek>? ParseWeekdays(string text)
    {
        if (text.Equals("weekdays", StringComparison.OrdinalIgnoreCase))
        {
            return [.. Week.Take(5)];
        }

        var ends = text.Split('-').Select(ParseWeekday).ToList();
        return ends switch
        {
            [{ } one] => [one],
            [{ } first, { } last] => [.. Enumerable.Range(0, (((int)last - (int)first + 7) % 7) + 1).Select(i => (DayOfWeek)(((int)first + i) % 7))],
            _ => null,
        };
    }

    /// <summary>A day of a month; null when the text is none.</summary>
    public static MonthDay? ParseMonthDay(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is >= 1 and <= 31 ? new MonthDay(number) : null;
        }

        if (text.Equals("last", StringComparison.OrdinalIgnoreCase))
        {
            return MonthDay.Last;
        }

        if (text.Split('-') is not [var ordinal, var day] || ParseWeekday(day) is not { } weekday)
        {
            return null;
        }

        var index = Array.FindIndex(Ordinals, o => o.Equals(ordinal, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? new MonthDay(null, index + 1, weekday)
            : ordinal.Equals("last", StringComparison.OrdinalIgnoreCase) ? new MonthDay(null, MonthDay.LastOrdinal, weekday)
            : null;
    }

    private static DayOfWeek? ParseWeekday(string text) =>
        text.Length >= 3 && Week.Cast<DayOfWeek?>().FirstOrDefault(d => d.ToString()!.StartsWith(text, StringComparison.OrdinalIgnoreCase)) is { } day ? day : null;

    private static string Weekdays(IReadOnlyList<DayOfWeek> days) =>
        days.SequenceEqual(Week.Take(5)) ? "mon-fri" : string.Join(',', days.Select(Short));

    private static string Text(MonthDay day) => day switch
    {
        { Day: { } number } => number.ToString(CultureInfo.InvariantCulture),
        { Ordinal: MonthDay.LastOrdinal } => $"last-{Short(day.Weekday!.Value)}",
        { Ordinal: { } ordinal } => $"{Ordinals[ordinal - 1]}-{Short(day.Weekday!.Value)}",
        _ => "last",
    };

    private static string Short(DayOfWeek day) => day.ToString()[..3].ToLowerInvariant();
}
