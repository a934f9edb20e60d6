using Tributary.Model;
using Tributary.Scheduling;

namespace Tributary.Tests.Scheduling;

/// <summary>Schedules as a person types their flags.</summary>
internal static class ATypedSchedule
{
    public static Schedule Of(string words) => Settings(words).Schedule;

    public static ScheduleSettings Settings(string words, ScheduleSettings? before = null) => ScheduleRules.Read(Input(words), before ?? new ScheduleSettings());

    public static ScheduleInput Input(string words)
    {
        var input = new ScheduleInput();
        foreach (var flag in words.Split("--", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var value = flag.Contains(' ', StringComparison.Ordinal) ? flag[(flag.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim('"') : "";
            input = flag.Split(' ')[0] switch
            {
                "every" => input with { Every = value },
                "daily-at" => input with { DailyAt = value },
                "weekly" => input with { Weekly = value },
                "monthly" => input with { Monthly = value },
                "cron" => input with { Cron = value },
                "manual" => input with { Manual = true },
                "active-hours" => input with { ActiveHours = value },
                "time-zone" => input with { TimeZone = value },
                "missed" => input with { Missed = value },
                "retry" => input with { Retry = value },
                "retry-after" => input with { RetryAfter = value },
                "no-retry" => input with { NoRetry = true },
                "expect-every" => input with { ExpectEvery = value },
                _ => throw new ArgumentException(flag),
            };
        }

        return input;
    }

    /// <summary>The flags again.</summary>
    public static string Flags(ScheduleInput input) => string.Join(' ', new (string Flag, string? Value)[]
    {
        ("--every", input.Every), ("--daily-at", input.DailyAt), ("--weekly", input.Weekly), ("--monthly", input.Monthly), ("--cron", input.Cron is { } cron ? $"\"{cron}\"" : null),
        ("--manual", input.Manual ? "" : null), ("--active-hours", input.ActiveHours), ("--time-zone", input.TimeZone), ("--missed", input.Missed),
        ("--retry", input.Retry), ("--retry-after", input.RetryAfter), ("--no-retry", input.NoRetry ? "" : null), ("--expect-every", input.ExpectEvery),
    }.Where(f => f.Value is not null).Select(f => $"{f.Flag} {f.Value}".TrimEnd()));
}
