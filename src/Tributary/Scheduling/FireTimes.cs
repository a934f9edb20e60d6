using System.Globalization;
using Cronos;
using Tributary.Model;
using Tributary.Planning;

namespace Tributary.Scheduling;

/// <summary>
/// The instants at which a schedule is due: the earliest of a few cron expressions in its zone. A wall-clock time that does not exist comes right
/// after the gap, one that comes twice counts once; intervals of an hour or less go on through a repeated hour.
/// </summary>
internal sealed class FireTimes
{
    private readonly CronExpression[] _expressions;
    private readonly TimeZoneInfo _zone;

    // Every so many days, by the number of the day, so that the beat does not depend on when it was asked.
    private readonly int _everyDays;

    private FireTimes(IEnumerable<string> expressions, TimeZoneInfo zone, int everyDays = 1)
    {
        _expressions = [.. expressions.Select(e => CronExpression.Parse(e))];
        _zone = zone;
        _everyDays = everyDays;
    }

    /// <summary>The times of a schedule whose zone, where it names none, is <paramref name="workspaceZone"/>; none for one by hand, and in a zone that this machine does not know.</summary>
    public static FireTimes Of(Schedule schedule, string workspaceZone)
    {
        if (TimeZoneNames.Find(schedule.TimeZone ?? workspaceZone) is not { } zone)
        {
            return new FireTimes([], TimeZoneInfo.Utc);
        }

        return schedule.Kind switch
        {
            ScheduleKind.Manual => new FireTimes([], zone),
            ScheduleKind.Cron => new FireTimes([schedule.Cron!], zone),
            ScheduleKind.Daily => new FireTimes(schedule.Times.Select(t => $"{Clock(t)} * * *"), zone),
            ScheduleKind.Weekly => new FireTimes(schedule.Times.Select(t => $"{Clock(t)} * * {string.Join(',', schedule.Weekdays.Select(d => Number((int)d)))}"), zone),
            ScheduleKind.Monthly => new FireTimes(schedule.Times.SelectMany(t => schedule.MonthDays.Select(d => $"{Clock(t)} {Days(d)}")), zone),
            _ when schedule.Every >= TimeSpan.FromDays(1) => new FireTimes(
                [$"{Clock(schedule.Times is [var time, ..] ? time : TimeOnly.MinValue)} * * *"], zone, (int)schedule.Every.Value.TotalDays),
            _ => new FireTimes(Grid(schedule), zone),
        };
    }

    /// <summary>The first due time after an instant; null when there is none.</summary>
    public DateTimeOffset? After(DateTimeOffset instant)
    {
        DateTimeOffset? next = null;
        foreach (var expression in _expressions)
        {
            var time = expression.GetNextOccurrence(instant, _zone);
            while (time is { } found && _everyDays > 1 && DateOnly.FromDateTime(found.DateTime).DayNumber % _everyDays != 0)
            {
                time = expression.GetNextOccurrence(found, _zone);
            }

            if (time is not null && !(next <= time))
            {
                next = time;
            }
        }

        return next?.ToUniversalTime();
    }

    /// <summary>The due times after an instant, at most so many.</summary>
    public IEnumerable<DateTimeOffset> After(DateTimeOffset instant, int count)
    {
        for (var time = After(instant); time is { } due && count > 0; count--)
        {
            yield return due;
            time = After(due);
        }
    }

    /// <summary>The times of day of an interval below a day: a grid that starts at midnight, or at the first active hour.</summary>
    public static IReadOnlyList<TimeOnly> TimesOf(Schedule schedule)
    {
        var every = schedule.Every!.Value;
        var start = new TimeOnly(schedule.ActiveHours?.From ?? 0, 0);
        var length = schedule.ActiveHours is { } hours ? TimeSpan.FromHours((hours.To - hours.From + 24 - 1) % 24 + 1) : TimeSpan.FromDays(1);
        return [.. Enumerable.Range(0, (int)Math.Ceiling(length / every)).Select(i => start.Add(i * every))];
    }

    private static IEnumerable<string> Grid(Schedule schedule)
    {
        // Cronos runs an expression with a range through a repeated hour, and one with a list once.
        var goesOn = schedule.Every <= TimeSpan.FromHours(1);
        return TimesOf(schedule)
            .GroupBy(t => t.Hour)
            .GroupBy(hour => string.Join(',', hour.Select(t => t.Minute).Order().Select(Number)), hour => hour.Key)
            .Select(g => $"{g.Key} {string.Join(',', g.Order().Select(h => goesOn ? $"{Number(h)}-{Number(h)}" : Number(h)))} * * *");
    }

    private static string Clock(TimeOnly time) => $"{Number(time.Minute)} {Number(time.Hour)}";

    private static string Days(MonthDay day) => day switch
    {
        { Day: { } number } => $"{Number(number)} * *",
        { Ordinal: MonthDay.LastOrdinal } => $"* * {Number((int)day.Weekday!)}L",
        { Ordinal: { } ordinal } => $"* * {Number((int)day.Weekday!)}#{Number(ordinal)}",
        _ => "L * *",
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
