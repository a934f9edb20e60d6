using Cronos;
using Tributary.Model;
using Tributary.Planning;

namespace Tributary.Scheduling;

/// <summary>What a person typed about schedule, retries and expected frequency → <see cref="ScheduleSettings"/>, or every problem at its field.</summary>
internal static class ScheduleRules
{
    private const int MostRetries = 100;

    /// <summary>Changes settings as typed.</summary>
    /// <exception cref="InputException">Something does not hold together.</exception>
    public static ScheduleSettings Read(ScheduleInput input, ScheduleSettings before)
    {
        var fields = new FieldReader();
        var settings = new ScheduleSettings(
            WithExtras(Kind(input, before.Schedule, fields), input, before.Schedule, fields),
            Retry(input, before.Retry, fields),
            input.ExpectEvery is null ? before.ExpectEvery : IsWord(input.ExpectEvery, "never") ? null : Duration("--expect-every", input.ExpectEvery, fields));
        return fields.Problems.Count == 0 ? settings : throw new InputException(fields.Problems);
    }

    /// <summary>A zone's name that a person gave.</summary>
    /// <exception cref="InputException">There is no such zone.</exception>
    public static string ReadZone(string field, string name)
    {
        var fields = new FieldReader();
        return Zone(field, name, fields) ?? throw new InputException(fields.Problems);
    }

    private static Schedule Kind(ScheduleInput input, Schedule before, FieldReader fields)
    {
        (string Field, Func<Schedule>? Read)[] ways =
        [
            ("--every", input.Every is { } every ? () => Every(every, before, fields) : null),
            ("--daily-at", input.DailyAt is { } daily ? () => new Schedule { Kind = ScheduleKind.Daily, Times = Times("--daily-at", daily, fields) } : null),
            ("--weekly", input.Weekly is { } weekly ? () => Weekly(weekly, fields) : null),
            ("--monthly", input.Monthly is { } monthly ? () => Monthly(monthly, fields) : null),
            ("--cron", input.Cron is { } cron ? () => new Schedule { Kind = ScheduleKind.Cron, Cron = Cron(cron, fields) } : null),
            ("--manual", input.Manual ? () => new Schedule() : null),
        ];
        var given = ways.Where(w => w.Read is not null).ToList();
        if (given.Count > 1)
        {
            fields.Fail(given[1].Field, $"{string.Join(" and ", given.Select(g => g.Field))} exclude each other: a DataSet has one schedule. Give one of them.");
        }

        return given.Count == 0 ? before : given[0].Read!() with { TimeZone = before.TimeZone, RunsMissed = before.RunsMissed };
    }

    private static Schedule WithExtras(Schedule schedule, ScheduleInput input, Schedule before, FieldReader fields)
    {
        if (schedule.Kind == ScheduleKind.Manual)
        {
            foreach (var (field, _) in new[] { ("--time-zone", input.TimeZone), ("--active-hours", input.ActiveHours), ("--missed", input.Missed) }.Where(f => f.Item2 is not null))
            {
                fields.Fail(field, "It belongs to a schedule. Give one: --every, --daily-at, --weekly, --monthly or --cron.");
            }
        }

        var hasGrid = schedule.Kind == ScheduleKind.Every && schedule.Every < TimeSpan.FromDays(1);
        if (input.ActiveHours is not null && schedule.Kind != ScheduleKind.Manual && !hasGrid)
        {
            fields.Fail("--active-hours", "Active hours belong to --every with less than a day: --every 15m --active-hours 8-18.");
        }

        return schedule with
        {
            ActiveHours = !hasGrid ? null : input.ActiveHours is { } hours ? Hours("--active-hours", hours, fields) : before.ActiveHours,
            TimeZone = input.TimeZone is not { } zone ? schedule.TimeZone : IsWord(zone, "workspace") ? null : Zone("--time-zone", zone, fields),
            RunsMissed = fields.Choice("--missed", input.Missed, ["once", "skip"]) switch { "once" => true, "skip" => false, _ => schedule.RunsMissed },
        };
    }

    private static Schedule Every(string text, Schedule before, FieldReader fields)
    {
        var (interval, time) = Split(text);
        var every = Duration("--every", interval, fields);
        var days = every >= TimeSpan.FromDays(1);
        if (days && every!.Value.Ticks % TimeSpan.TicksPerDay != 0)
        {
            fields.Fail("--every", $"'{interval}' is more than a day, and not whole days. Write less than a day (15m, 2h) or whole days (1d, 2d).");
        }
        else if (every > TimeSpan.FromDays(366))
        {
            fields.Fail("--every", $"'{interval}' is more than a year. Write at most 366d.");
        }
        else if (time is not null && !days)
        {
            fields.Fail("--every", "A time of day belongs to whole days: 2d@06:00. With less than a day, --active-hours 6-22 says in which hours.");
        }

        var times = time is null ? [] : Times("--every", time, fields);
        if (times.Count > 1)
        {
            fields.Fail("--every", "Every so many days there is one time. For several times every day: --daily-at 07:00,17:00.");
        }

        return new Schedule { Kind = ScheduleKind.Every, Every = every, Times = times };
    }

    private static Schedule Weekly(string text, FieldReader fields)
    {
        const string Form = "Write days and a time: mon,fri@07:00, mon-fri@07:00,17:00.";
        var (days, times) = Split(text);
        var chosen = new HashSet<DayOfWeek>();
        foreach (var part in Parts(days))
        {
            if (ScheduleText.ParseWeekdays(part) is { } some)
            {
                chosen.UnionWith(some);
            }
            else
            {
                fields.Fail("--weekly", $"'{part}' is not a day of the week.{NearestName.Hint(part, ScheduleText.Week.Select(d => d.ToString().ToLowerInvariant()))} {Form}");
            }
        }

        return new Schedule
        {
            Kind = ScheduleKind.Weekly,
            Weekdays = [.. ScheduleText.Week.Where(chosen.Contains)],
            Times = NeededTimes("--weekly", days, times, Form, fields),
        };
    }

    private static Schedule Monthly(string text, FieldReader fields)
    {
        const string Form = "Write days and a time: 1,last@07:00, 2nd-sun,4th-sun@07:00.";
        var (days, times) = Split(text);
        var chosen = new HashSet<MonthDay>();
        foreach (var part in Parts(days))
        {
            if (ScheduleText.ParseMonthDay(part) is { } day)
            {
                chosen.Add(day);
            }
            else
            {
                fields.Fail("--monthly", $"'{part}' is not a day of a month. Days are 1 to 31, last, 1st-mon to 5th-sun, or last-fri. {Form}");
            }
        }

        return new Schedule
        {
            Kind = ScheduleKind.Monthly,
            MonthDays = [.. chosen.OrderBy(d => d.Day ?? (d.Ordinal is null ? 32 : 33)).ThenBy(d => d.Ordinal is MonthDay.LastOrdinal ? 6 : d.Ordinal).ThenBy(d => ((int?)d.Weekday + 6) % 7)],
            Times = NeededTimes("--monthly", days, times, Form, fields),
        };
    }

    private static string? Cron(string text, FieldReader fields)
    {
        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts is [['@', ..] word] && !CronWords.IsMacro(word))
        {
            fields.Fail("--cron", $"'{word}' is not known. Write five fields, or one of: {string.Join(", ", CronWords.MacroNames)}.");
            return null;
        }

        if (parts is not [['@', ..]] && parts.Length != 5)
        {
            fields.Fail("--cron", $"'{text}' has {parts.Length} {(parts.Length == 1 ? "field" : "fields")}. Write five: minute, hour, day of the month, month, day of the week. 0 7 * * 1-5 is 07:00 on weekdays.{(parts.Length == 6 ? " Seconds are not known." : "")}");
            return null;
        }

        try
        {
            var expression = CronExpression.Parse(text);
            if (expression.GetNextOccurrence(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc) is null)
            {
                fields.Fail("--cron", $"'{text}' never comes: there is no such day.");
            }

            return string.Join(' ', parts);
        }
        catch (CronFormatException error)
        {
            fields.Fail("--cron", $"'{text}' cannot be read. {error.Message.Replace("The given cron expression has an invalid format. ", "", StringComparison.Ordinal)} The fields are minute (0-59), hour (0-23), day of the month (1-31), month (1-12), day of the week (0-7 or SUN-SAT).");
            return null;
        }
    }

    private static RetryPolicy Retry(ScheduleInput input, RetryPolicy before, FieldReader fields)
    {
        if (input.NoRetry && (input.Retry ?? input.RetryAfter) is not null)
        {
            fields.Fail("--no-retry", $"--no-retry and {(input.Retry is not null ? "--retry" : "--retry-after")} exclude each other. Give one of them.");
        }

        if (input.NoRetry)
        {
            return RetryPolicy.None;
        }

        var times = fields.Whole("--retry", input.Retry, 0, MostRetries);
        var after = input.RetryAfter is { } text ? Duration("--retry-after", text, fields) : null;

        // A pause without a number wants retries: those of the default, if there were none.
        return new RetryPolicy(times ?? (after is not null && before.Times == 0 ? new RetryPolicy().Times : before.Times), after ?? before.After);
    }

    /// <summary>A span of hours that a person typed; null for all day.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static ActiveHours? ReadHours(string field, string text)
    {
        var fields = new FieldReader();
        var hours = Hours(field, text, fields);
        return fields.Problems.Count == 0 ? hours : throw new InputException(fields.Problems);
    }

    private static ActiveHours? Hours(string field, string text, FieldReader fields)
    {
        if (IsWord(text, "all"))
        {
            return null;
        }

        var ends = text.Split('-').Select(e => int.TryParse(e.EndsWith(":00", StringComparison.Ordinal) ? e[..^3] : e, out var hour) ? hour : -1).ToList();
        if (ends is not [>= 0 and <= 23, >= 0 and <= 24])
        {
            fields.Fail(field, $"'{text}' is not a span of hours. Write the first hour and the hour at which it ends: 8-18, or 22-6 over midnight; all for all day.");
            return null;
        }

        if (ends[0] % 24 == ends[1] % 24 && ends is not [0, 24])
        {
            fields.Fail(field, $"'{text}' begins and ends with the same hour, so there is none in it. Leave it out for all day.");
        }

        return ends is [0, 24] ? null : new ActiveHours(ends[0], ends[1] == 0 ? 24 : ends[1]);
    }

    private static string? Zone(string field, string name, FieldReader fields)
    {
        if (TimeZoneNames.Find(name.Trim()) is { } zone)
        {
            return zone.Id;
        }

        fields.Fail(field, TimeZoneNames.Refusal(name));
        return null;
    }

    private static TimeSpan? Duration(string field, string text, FieldReader fields)
    {
        if (DurationText.Parse(text) is { } time)
        {
            return time;
        }

        fields.Fail(field, text.Any(c => c is >= '1' and <= '9') || !text.Contains('0', StringComparison.Ordinal)
            ? $"'{text}' is not a time. Write whole minutes, hours or days: 15m, 2h, 1d."
            : $"'{text}' is no time at all. The least is 1m.");
        return null;
    }

    private static IReadOnlyList<TimeOnly> NeededTimes(string field, string days, string? times, string form, FieldReader fields)
    {
        if (times is not null && days.Trim().Length > 0)
        {
            return Times(field, times, fields);
        }

        fields.Fail(field, times is null ? $"'{days}' has no time. {form}" : $"'@{times}' has no days. {form}");
        return [];
    }

    private static IReadOnlyList<TimeOnly> Times(string field, string text, FieldReader fields)
    {
        var times = new SortedSet<TimeOnly>();
        foreach (var part in Parts(text))
        {
            if (ScheduleText.ParseTime(part) is { } time)
            {
                times.Add(time);
            }
            else
            {
                fields.Fail(field, $"'{part}' is not a time of day. Write it as 07:00{(part.StartsWith("24", StringComparison.Ordinal) ? "; midnight is 00:00" : "")}.");
            }
        }

        if (times.Count == 0 && !fields.Failed(field))
        {
            fields.Fail(field, "At what time? Write it as 07:00, several as 07:00,17:00.");
        }

        return [.. times];
    }

    private static (string Before, string? After) Split(string text) =>
        text.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, null);

    private static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsWord(string text, string word) => text.Trim().Equals(word, StringComparison.OrdinalIgnoreCase);
}
