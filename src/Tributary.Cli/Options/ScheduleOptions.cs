using System.CommandLine;
using Tributary.Cli.Commands;
using Tributary.Model;

namespace Tributary.Cli.Options;

/// <summary>The flags that say when a DataSet is updated by itself. Their values are checked by the core, all at once.</summary>
internal sealed class ScheduleOptions
{
    private readonly Option<string> _every = Kinds.Text("--every", "15m|2h|1d", "Update it again and again: a grid that starts at midnight, or at the first active hour; 2d@06:00 is every two days at six.");
    private readonly Option<string> _dailyAt = Kinds.Text("--daily-at", "07:00,17:00", "Update it every day at these times.");
    private readonly Option<string> _weekly = Kinds.Text("--weekly", "mon,fri@07:00", "Update it on days of the week; mon-fri is a range.");
    private readonly Option<string> _monthly = Kinds.Text("--monthly", "1,last@07:00", "Update it on days of the month, also as 2nd-sun,4th-sun@07:00.");
    private readonly Option<string> _cron = Kinds.Text("--cron", "EXPR", "Update it by a cron expression of five fields.");
    private readonly Option<bool> _manual = Kinds.Switch("--manual", "Update it by hand only. Default.");
    private readonly Option<string> _timeZone = Kinds.Text("--time-zone", "Z", "The zone of the schedule, such as Europe/Paris; workspace for the workspace's. Default: the workspace's.");
    private readonly Option<string> _activeHours = Kinds.Text("--active-hours", "8-18", "The hours in which --every is active; the end is not included, 22-6 goes over midnight, all is all day.");
    private readonly Option<string> _missed = Kinds.Text("--missed", "once|skip", "What is done about times missed while nothing was running. Default: once.");
    private readonly Option<string> _retry = Kinds.Text("--retry", "N", "How often a scheduled update that failed is tried again. Default: 3.");
    private readonly Option<string> _retryAfter = Kinds.Text("--retry-after", "15m", "How long after the failure. Default: 15m.");
    private readonly Option<bool> _noRetry = Kinds.Switch("--no-retry", "Do not try again.");
    private readonly Option<string> _expectEvery = Kinds.Text("--expect-every", "26h", "The longest time between two updates that is no reason to worry; never for none.");

    public IReadOnlyList<Option> All => [_every, _dailyAt, _weekly, _monthly, _cron, _manual, _timeZone, _activeHours, _missed, _retry, _retryAfter, _noRetry, _expectEvery];

    public ScheduleInput Read(Call call) => new()
    {
        Every = call.Value(_every),
        DailyAt = call.Value(_dailyAt),
        Weekly = call.Value(_weekly),
        Monthly = call.Value(_monthly),
        Cron = call.Value(_cron),
        Manual = call.Value(_manual),
        TimeZone = call.Value(_timeZone),
        ActiveHours = call.Value(_activeHours),
        Missed = call.Value(_missed),
        Retry = call.Value(_retry),
        RetryAfter = call.Value(_retryAfter),
        NoRetry = call.Value(_noRetry),
        ExpectEvery = call.Value(_expectEvery),
    };
}
