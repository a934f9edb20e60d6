using Tributary.Scheduling;

namespace Tributary.Tests.Scheduling;

public sealed class ScheduleWordsTests
{
    [Theory]
    [InlineData("--manual", "by hand")]
    [InlineData("--every 1m", "every minute (UTC)")]
    [InlineData("--every 15m", "every 15 minutes (UTC)")]
    [InlineData("--every 1h", "every hour (UTC)")]
    [InlineData("--every 90m", "every 90 minutes (UTC)")]
    [InlineData("--every 15m --active-hours 8-18", "every 15 minutes from 08:00 to 17:45 (UTC)")]
    [InlineData("--every 2h --active-hours 22-6 --time-zone Europe/Paris", "every 2 hours from 22:00 to 04:00 (Europe/Paris)")]
    [InlineData("--every 12h --active-hours 8-18", "every 12 hours, which within its hours is once a day at 08:00 (UTC)")]
    [InlineData("--every 1d", "every day at 00:00 (UTC)")]
    [InlineData("--every 2d@06:00", "every 2 days at 06:00 (UTC)")]
    [InlineData("--daily-at 07:00,17:00 --time-zone Europe/Paris", "every day at 07:00 and 17:00 (Europe/Paris)")]
    [InlineData("--weekly mon,fri@07:00", "on Monday and Friday at 07:00 (UTC)")]
    [InlineData("--weekly mon-fri@07:00,12:00,18:00", "Monday to Friday at 07:00, 12:00 and 18:00 (UTC)")]
    [InlineData("--weekly mon-sun@07:00", "every day at 07:00 (UTC)")]
    [InlineData("--monthly 1,last@07:00", "on day 1 and the last day of the month at 07:00 (UTC)")]
    [InlineData("--monthly 2nd-sun,4th-sun@07:00", "on the second and fourth Sunday of the month at 07:00 (UTC)")]
    [InlineData("--monthly 31@07:00", "on day 31 (in months that have it) of the month at 07:00 (UTC)")]
    [InlineData("--monthly last-fri@07:00", "on the last Friday of the month at 07:00 (UTC)")]
    public void Every_kind_is_told_in_words(string typed, string words) => Assert.Equal(words, ScheduleWords.Of(ATypedSchedule.Of(typed), "UTC"));

    [Theory]
    [InlineData("0 7 * * *", "every day at 07:00")]
    [InlineData("0 7,17 * * *", "every day at 07:00 and 17:00")]
    [InlineData("*/15 * * * *", "every 15 minutes")]
    [InlineData("* * * * *", "every minute")]
    [InlineData("*/7 * * * *", "every 7 minutes from the full hour on")]
    [InlineData("0 * * * *", "every hour")]
    [InlineData("@hourly", "every hour")]
    [InlineData("5 * * * *", "every hour at minute 5")]
    [InlineData("0 */2 * * *", "every 2 hours")]
    [InlineData("0 7 * * 1-5", "Monday to Friday at 07:00")]
    [InlineData("0 7 * * mon,FRI", "on Monday and Friday at 07:00")]
    [InlineData("0 7 * * 0,7", "on Sunday at 07:00")]
    [InlineData("30 6 1,15 * *", "on day 1 and 15 of the month at 06:30")]
    [InlineData("0 0 L * *", "on the last day of the month at 00:00")]
    [InlineData("0 7 * * SUN#2", "on the second Sunday of the month at 07:00")]
    [InlineData("0 7 * * 5L", "on the last Friday of the month at 07:00")]
    [InlineData("0 7 1 1,7 *", "on day 1 of the month in January and July at 07:00")]
    [InlineData("0 7 13 * 5", "on day 13 of the month if it is Friday at 07:00")]
    [InlineData("*/30 8-10 * * 1-5", "every 30 minutes in the hours 08, 09 and 10 Monday to Friday")]
    [InlineData("0 0 15W * *", "by the cron expression 0 0 15W * *")]
    public void Common_cron_expressions_are_told_in_words(string cron, string words) =>
        Assert.Equal($"{words} (UTC)", ScheduleWords.Of(ATypedSchedule.Of($"--cron \"{cron}\""), "UTC"));
}
