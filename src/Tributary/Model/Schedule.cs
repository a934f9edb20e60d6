namespace Tributary.Model;

/// <summary>When a DataSet is updated by itself. All times are of <see cref="TimeZone"/>.</summary>
public sealed record Schedule
{
    /// <summary>How the times are told.</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Manual;

    /// <summary>The time between two updates, whole minutes; only with <see cref="ScheduleKind.Every"/>.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>The hours in which <see cref="ScheduleKind.Every"/> is active; null for all day.</summary>
    public ActiveHours? ActiveHours { get; init; }

    /// <summary>Times of day; at least one with daily, weekly and monthly; at most one, midnight if none, with an <see cref="Every"/> of whole days.</summary>
    public IReadOnlyList<TimeOnly> Times { get; init; } = [];

    /// <summary>The days of <see cref="ScheduleKind.Weekly"/>.</summary>
    public IReadOnlyList<DayOfWeek> Weekdays { get; init; } = [];

    /// <summary>The days of <see cref="ScheduleKind.Monthly"/>.</summary>
    public IReadOnlyList<MonthDay> MonthDays { get; init; } = [];

    /// <summary>Five fields; only with <see cref="ScheduleKind.Cron"/>.</summary>
    public string? Cron { get; init; }

    /// <summary>An IANA zone; null for the workspace's.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Whether a time that was missed because nothing was running is made up for, once.</summary>
    public bool RunsMissed { get; init; } = true;
}

/// <summary>How the times of a schedule are told.</summary>
public enum ScheduleKind
{
    /// <summary>By hand only.</summary>
    Manual,

    /// <summary>Again and again after some minutes, hours or days.</summary>
    Every,

    /// <summary>Every day at some times.</summary>
    Daily,

    /// <summary>On some days of the week.</summary>
    Weekly,

    /// <summary>On some days of the month.</summary>
    Monthly,

    /// <summary>By a cron expression.</summary>
    Cron,
}

/// <summary>Hours of the day. May wrap midnight: 22 to 6.</summary>
/// <param name="From">The first hour, 0 to 23.</param>
/// <param name="To">The hour before which it ends, 1 to 24.</param>
public sealed record ActiveHours(int From, int To);

/// <summary>A day of a month: a number, the last, or an ordinal weekday.</summary>
/// <param name="Day">1 to 31; null otherwise.</param>
/// <param name="Ordinal">1 to 5: the second Sunday is 2; <see cref="LastOrdinal"/> is the last; null otherwise.</param>
/// <param name="Weekday">The weekday of <paramref name="Ordinal"/>.</param>
public sealed record MonthDay(int? Day = null, int? Ordinal = null, DayOfWeek? Weekday = null)
{
    /// <summary>The ordinal of the last Friday.</summary>
    public const int LastOrdinal = -1;

    /// <summary>The last day of the month.</summary>
    public static MonthDay Last { get; } = new();
}

/// <summary>The hours in which a backfill asks Matomo; outside of them it waits.</summary>
/// <param name="Hours">The hours.</param>
/// <param name="TimeZone">The IANA zone they are of.</param>
public sealed record QuietHours(ActiveHours Hours, string TimeZone);
