using Tributary.Model;
using Tributary.Planning;

namespace Tributary.Runs;

/// <summary>How long a backfill has to wait for its quiet hours.</summary>
internal static class QuietWait
{
    /// <summary>How long to wait before the clock on the wall is looked at again: a timer does not count the hours a machine was asleep.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>The time until the quiet hours; zero inside of them. Hour by hour, so that days of 23 and 25 hours need no thought.</summary>
    /// <exception cref="TributaryException"><c>schedule.zone_unknown</c>: this machine does not know the zone of the hours.</exception>
    public static TimeSpan Until(QuietHours quiet, DateTimeOffset now)
    {
        var zone = TimeZoneNames.Find(quiet.TimeZone) ?? throw TimeZoneNames.Unknown(quiet.TimeZone);
        for (var at = now; ; at = at.AddHours(1))
        {
            var local = TimeZoneInfo.ConvertTime(at, zone);
            if (Includes(quiet.Hours, local.Hour))
            {
                return at == now ? TimeSpan.Zero : at - new TimeSpan(0, 0, local.Minute, local.Second, local.Millisecond) - now;
            }
        }
    }

    /// <summary>The time until the quiet hours; null inside of them, and where there are none.</summary>
    public static TimeSpan? Of(QuietHours? quiet, DateTimeOffset now) => quiet is not null && Until(quiet, now) is var wait && wait > TimeSpan.Zero ? wait : null;

    private static bool Includes(ActiveHours hours, int hour) =>
        hours.From < hours.To ? hour >= hours.From && hour < hours.To : hour >= hours.From || hour < hours.To;
}
