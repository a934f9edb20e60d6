using System.Globalization;
using System.Text.RegularExpressions;
using Tributary.Model;

namespace Tributary.DataCenter.Connector;

/// <summary>Schedule, retries and expected frequency as they are filled in.</summary>
internal sealed partial class ScheduleForm
{
    // What the core takes of one unit.
    private const int MostMinutes = 1_000_000;

    public static readonly string[] Weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>What another kind of schedule makes right or wrong.</summary>
    public static readonly string[] WhenFields = ["--every", "--daily-at", "--weekly", "--monthly", "--cron", "--manual", "--active-hours", "--time-zone", "--missed"];

    /// <summary>manual, minutes, hours, daily, weekdays, weekly, monthly, days, ordinal, cron.</summary>
    public string Kind { get; set; } = "daily";

    public bool IsAdvanced { get; set; }

    public string? Minutes { get; set; } = "30";

    public string? Hours { get; set; } = "2";

    public string? Days { get; set; } = "2";

    public string? ActiveFrom { get; set; }

    public string? ActiveTo { get; set; }

    /// <summary>Times of day, with commas.</summary>
    public string? Times { get; set; } = "06:00";

    public HashSet<string> WeekDays { get; } = new(StringComparer.Ordinal) { "mon" };

    /// <summary>1 to 31 or last.</summary>
    public HashSet<string> MonthDays { get; } = new(StringComparer.Ordinal) { "1" };

    /// <summary>2nd-sun, 4th-sun.</summary>
    public string? Ordinals { get; set; } = "1st-mon";

    public string? Cron { get; set; } = "0 6 * * 1-5";

    /// <summary>An IANA zone; empty for the workspace's.</summary>
    public string? TimeZone { get; set; }

    public bool RunsMissed { get; set; } = true;

    public bool Retries { get; set; } = true;

    public string? RetryTimes { get; set; } = "3";

    public string? RetryMinutes { get; set; } = "15";

    /// <summary>Hours after which a DataSet is late, or a time such as 90m or 2d; empty for never.</summary>
    public string? ExpectHours { get; set; }

    public bool HasGrid => Kind is "minutes" or "hours";

    /// <summary>Fields of which the text is no number: the units are the form's, so the core would tell of them in words nobody typed.</summary>
    public IEnumerable<Problem> Problems()
    {
        var isOnce = Kind == "days";
        if (Kind is "daily" or "weekdays" or "weekly" or "monthly" or "ordinal" or "days" && WrongTime() is { } wrong)
        {
            yield return new Problem("--daily-at", wrong.Length == 0 ? "Write a time of day, for example 07:00." : $"'{wrong}' is not a time of day. Write it as 07:00{(isOnce ? "" : "; several with commas")}.");
        }

        foreach (var (field, text, what, shown) in new[]
        {
            ("--every", Minutes, "minutes", Kind == "minutes"), ("--every", Hours, "hours", Kind == "hours"), ("--every", Days, "days", Kind == "days"),
            ("--retry-after", RetryMinutes, "minutes", Retries),
        })
        {
            if (shown && (!int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1))
            {
                yield return new Problem(field, $"'{text}' is not a number of {what}. Write a whole number from 1 up.");
            }
        }

        if (ConnectorForm.Text(ExpectHours) is { } expect && ExpectMinutes(expect) is null)
        {
            yield return new Problem("--expect-every", $"'{expect}' is no length of time. Write hours, for example 26 or 1.5, or a time with its unit: 90m, 2d.");
        }
    }

    /// <summary>The minutes of hours with or without a part of one, or of a time with units; null for neither.</summary>
    private static int? ExpectMinutes(string text)
    {
        var minutes = decimal.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours) ? hours * 60
            : Whole().IsMatch(text) ? decimal.Parse(MinutesOf(text)!, CultureInfo.InvariantCulture)
            : 0;
        return minutes is >= 1 and <= MostMinutes ? (int)Math.Round(minutes) : null;
    }

    private string? WrongTime() => ConnectorForm.Text(Times) is not { } times ? "" : Array.Find(times.Split(','), t => !TimeOnly.TryParseExact(t.Trim(), ["H:mm", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _));

    public ScheduleInput Typed()
    {
        var hasSchedule = Kind != "manual";
        var hours = HasGrid && (ConnectorForm.Text(ActiveFrom) is not null || ConnectorForm.Text(ActiveTo) is not null) ? $"{ConnectorForm.Text(ActiveFrom) ?? "0"}-{ConnectorForm.Text(ActiveTo) ?? "24"}" : null;
        var input = new ScheduleInput
        {
            ActiveHours = hours,
            TimeZone = hasSchedule ? ConnectorForm.Text(TimeZone) ?? "workspace" : null,
            Missed = hasSchedule ? RunsMissed ? "once" : "skip" : null,
            Retry = Retries ? RetryTimes ?? "" : null,
            RetryAfter = Retries ? $"{ConnectorForm.Text(RetryMinutes) ?? ""}m" : null,
            NoRetry = !Retries,
            ExpectEvery = ConnectorForm.Text(ExpectHours) is { } expect ? string.Create(CultureInfo.InvariantCulture, $"{ExpectMinutes(expect)}m") : "never",
        };
        return Kind switch
        {
            "minutes" => input with { Every = $"{Minutes?.Trim()}m" },
            "hours" => input with { Every = $"{Hours?.Trim()}h" },
            "days" => input with { Every = $"{Days?.Trim()}d@{Times}" },
            "daily" => input with { DailyAt = Times ?? "" },
            "weekdays" => input with { Weekly = $"mon-fri@{Times}" },
            "weekly" => input with { Weekly = $"{string.Join(',', Weekdays.Where(WeekDays.Contains))}@{Times}" },
            "monthly" => input with { Monthly = $"{string.Join(',', MonthDays.OrderBy(d => d == "last" ? 32 : int.Parse(d, CultureInfo.InvariantCulture)))}@{Times}" },
            "ordinal" => input with { Monthly = $"{Ordinals?.Replace(" ", "", StringComparison.Ordinal)}@{Times}" },
            "cron" => input with { Cron = Cron ?? "" },
            _ => input with { Manual = true },
        };
    }

    public void Load(ScheduleInput typed)
    {
        Kind = "manual";
        (TimeZone, RunsMissed) = (typed.TimeZone is "workspace" ? null : typed.TimeZone, typed.Missed != "skip");
        Retries = !typed.NoRetry;
        RetryTimes = typed.Retry ?? RetryTimes;
        RetryMinutes = MinutesOf(typed.RetryAfter) ?? RetryMinutes;
        ExpectHours = typed.ExpectEvery is null or "never" ? null : (MinutesOf(typed.ExpectEvery) is { } minutes ? (double.Parse(minutes, CultureInfo.InvariantCulture) / 60).ToString("0.##", CultureInfo.InvariantCulture) : null);
        if (typed.ActiveHours?.Split('-') is [var from, var to])
        {
            (ActiveFrom, ActiveTo) = (from, to);
        }

        LoadKind(typed);
        IsAdvanced = Kind is "days" or "ordinal" or "cron";
    }

    private void LoadKind(ScheduleInput typed)
    {
        if (typed.Every is { } every)
        {
            var (amount, time) = Split(every);
            Kind = amount[^1] switch { 'd' => "days", 'h' => "hours", _ => "minutes" };
            var number = amount[..^1];
            if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                (Minutes, Hours, Days) = (Kind == "minutes" ? number : Minutes, Kind == "hours" ? number : Hours, Kind == "days" ? number : Days);
            }
            else
            {
                (Kind, Minutes) = ("minutes", MinutesOf(amount) ?? Minutes);
            }

            Times = time ?? (Kind == "days" ? "00:00" : Times);
        }
        else if (typed.DailyAt is { } daily)
        {
            (Kind, Times) = ("daily", daily);
        }
        else if (typed.Weekly is { } weekly)
        {
            var (days, times) = Split(weekly);
            (Kind, Times) = (days == "mon-fri" ? "weekdays" : "weekly", times);
            WeekDays.Clear();
            WeekDays.UnionWith(days.Split(',').SelectMany(Spread));
        }
        else if (typed.Monthly is { } monthly)
        {
            var (days, times) = Split(monthly);
            Times = times;
            Kind = days.Contains('-', StringComparison.Ordinal) ? "ordinal" : "monthly";
            Ordinals = Kind == "ordinal" ? days : Ordinals;
            if (Kind == "monthly")
            {
                MonthDays.Clear();
                MonthDays.UnionWith(days.Split(','));
            }
        }
        else if (typed.Cron is { } cron)
        {
            (Kind, Cron) = ("cron", cron);
        }
    }

    private static IEnumerable<string> Spread(string part) => part.Split('-') is [var first, var last]
        ? Enumerable.Range(0, ((Array.IndexOf(Weekdays, last) - Array.IndexOf(Weekdays, first) + 7) % 7) + 1).Select(i => Weekdays[(Array.IndexOf(Weekdays, first) + i) % 7])
        : [part];

    private static (string Days, string? Times) Split(string text) => text.Split('@', 2) is [var days, var times] ? (days, times) : (text, null);

    /// <summary>1h30m, 2d → minutes.</summary>
    private static string? MinutesOf(string? duration)
    {
        if (duration is null)
        {
            return null;
        }

        var minutes = Part().Matches(duration).Sum(m => int.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * m.Groups[2].Value switch { "d" => 1440, "h" => 60, _ => 1 });
        return minutes.ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("^([0-9]{1,6}[dhm])+$")]
    private static partial Regex Whole();

    [GeneratedRegex("([0-9]+)([dhm])")]
    private static partial Regex Part();
}
