using System.Globalization;
using Tributary.Model;
using Tributary.Scheduling;

namespace Tributary.Tests.Scheduling;

public sealed class FireTimesTests
{
    private static readonly string[] Zones = ["Europe/Berlin", "America/New_York", "America/Santiago"];

    // Counted by hand: 2026 has 365 days, 261 of them Monday to Friday, and as many hours as any year, since the zones end it where they began.
    private static readonly (string Typed, int Times)[] Kinds =
    [
        ("--every 1m", 365 * 24 * 60),
        ("--every 15m", 365 * 24 * 4),
        ("--every 1h", 365 * 24),
        ("--every 2h", 365 * 12),
        ("--every 90m", 365 * 16),
        ("--every 5h", 365 * 5),
        ("--every 15m --active-hours 8-18", 365 * 40),
        ("--every 45m --active-hours 9-17", 365 * 11),
        ("--every 1d", 365),
        ("--daily-at 07:00,17:00", 365 * 2),
        ("--daily-at 00:00", 365),
        ("--daily-at 00:30,02:30,23:30", 365 * 3),
        ("--weekly mon-fri@07:00", 261),
        ("--weekly sun@02:30", 52),
        ("--monthly 1,last@07:00", 24),
        ("--monthly 31@00:00", 7),
        ("--monthly 2nd-sun,4th-sun@02:30", 24),
        ("--monthly 5th-mon@07:00", 4),
        ("--monthly last-fri@07:00", 12),
        ("--cron \"0 7 * * 1-5\"", 261),
        ("--cron \"30 2 * * *\"", 365),
        ("--cron \"0 0 29 2 *\"", 0),
    ];

    public static TheoryData<string, string, int> EveryKindInEveryZone
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            foreach (var (typed, times) in Kinds)
            {
                foreach (var zone in Zones)
                {
                    data.Add(typed, zone, times);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(EveryKindInEveryZone))]
    public void A_year_has_the_times_a_person_counts(string typed, string zone, int times) =>
        Assert.Equal(times, Year(ATypedSchedule.Of(typed), zone).Count);

    [Theory]
    [InlineData("--every 7m")]
    [InlineData("--every 15m")]
    [InlineData("--every 25m --active-hours 22-6")]
    [InlineData("--every 1h")]
    [InlineData("--every 90m")]
    [InlineData("--every 100m")]
    [InlineData("--every 3h --active-hours 20-5")]
    [InlineData("--daily-at 00:00,00:30,02:00,02:30,23:30")]
    public void A_year_of_times_of_day_is_that_of_a_plain_walk_over_its_days(string typed)
    {
        var schedule = ATypedSchedule.Of(typed);
        Assert.All(Zones, zone => Assert.Equal(Walk(schedule, TimeZoneInfo.FindSystemTimeZoneById(zone)), Year(schedule, zone)));
    }

    [Theory]
    [InlineData("--every 1m", 1)]
    [InlineData("--every 15m", 15)]
    [InlineData("--every 30m", 30)]
    [InlineData("--every 1h", 60)]
    public void An_interval_that_fills_the_hour_keeps_its_beat_through_every_change(string typed, int minutes) =>
        Assert.All(Zones, zone =>
        {
            var year = Year(ATypedSchedule.Of(typed), zone);
            Assert.Equal([TimeSpan.FromMinutes(minutes)], year.Zip(year.Skip(1), (a, b) => b - a).Distinct());
        });

    [Theory]
    // Berlin: 02:00 → 03:00 on 29 March, 03:00 → 02:00 on 25 October.
    [InlineData("--daily-at 02:30", "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-30T00:30Z")]
    [InlineData("--daily-at 02:30", "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-25T00:30Z 2026-10-26T01:30Z")]
    [InlineData("--daily-at 02:10,02:50,03:00", "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-30T00:10Z")]
    [InlineData("--every 2h", "Europe/Berlin", "2026-03-28T23:00Z", "2026-03-29T01:00Z 2026-03-29T02:00Z")]
    [InlineData("--every 2h", "Europe/Berlin", "2026-10-25T00:00Z", "2026-10-25T03:00Z 2026-10-25T05:00Z")]
    [InlineData("--every 30m", "Europe/Berlin", "2026-10-25T00:15Z", "2026-10-25T00:30Z 2026-10-25T01:00Z 2026-10-25T01:30Z 2026-10-25T02:00Z")]
    [InlineData("--cron \"30 2 * * *\"", "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-25T00:30Z 2026-10-26T01:30Z")]
    // New York: 8 March and 1 November.
    [InlineData("--daily-at 02:30", "America/New_York", "2026-03-07T12:00Z", "2026-03-08T07:00Z 2026-03-09T06:30Z")]
    [InlineData("--daily-at 01:30", "America/New_York", "2026-10-31T12:00Z", "2026-11-01T05:30Z 2026-11-02T06:30Z")]
    [InlineData("--monthly 2nd-sun@02:30", "America/New_York", "2026-03-01T12:00Z", "2026-03-08T07:00Z 2026-04-12T06:30Z")]
    // Santiago: midnight of 6 September is missing; 23:00 to 24:00 of 4 April comes twice.
    [InlineData("--daily-at 00:00", "America/Santiago", "2026-09-05T12:00Z", "2026-09-06T04:00Z 2026-09-07T03:00Z")]
    [InlineData("--every 1d", "America/Santiago", "2026-09-05T12:00Z", "2026-09-06T04:00Z 2026-09-07T03:00Z")]
    [InlineData("--daily-at 23:30", "America/Santiago", "2026-04-04T12:00Z", "2026-04-05T02:30Z 2026-04-06T03:30Z")]
    public void A_missing_time_comes_right_after_the_gap_and_a_double_one_once(string typed, string zone, string after, string expected) =>
        Assert.Equal(
            expected.Split(' '),
            FireTimes.Of(ATypedSchedule.Of(typed), zone).After(Instant(after), expected.Split(' ').Length).Select(t => t.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("--every 15m", "Wed 09:15, Wed 09:30, Wed 09:45, Wed 10:00, Wed 10:15")]
    [InlineData("--every 2h", "Wed 10:00, Wed 12:00, Wed 14:00, Wed 16:00, Wed 18:00")]
    [InlineData("--every 90m", "Wed 10:30, Wed 12:00, Wed 13:30, Wed 15:00, Wed 16:30")]
    [InlineData("--every 7m", "Wed 09:06, Wed 09:13, Wed 09:20, Wed 09:27, Wed 09:34")]
    [InlineData("--every 4h --active-hours 8-18", "Wed 12:00, Wed 16:00, Thu 08:00, Thu 12:00, Thu 16:00")]
    [InlineData("--every 5h --active-hours 8-18", "Wed 13:00, Thu 08:00, Thu 13:00, Fri 08:00, Fri 13:00")]
    [InlineData("--every 3h --active-hours 22-6", "Wed 22:00, Thu 01:00, Thu 04:00, Thu 22:00, Fri 01:00")]
    [InlineData("--every 1d", "Thu 00:00, Fri 00:00, Sat 00:00, Sun 00:00, Mon 00:00")]
    [InlineData("--every 2d@06:00", "Fri 06:00, Sun 06:00, Tue 06:00, Thu 06:00, Sat 06:00")]
    [InlineData("--daily-at 07:00,17:00", "Wed 17:00, Thu 07:00, Thu 17:00, Fri 07:00, Fri 17:00")]
    [InlineData("--weekly mon,fri@07:00", "Fri 07:00, Mon 07:00, Fri 07:00, Mon 07:00, Fri 07:00")]
    [InlineData("--cron \"0 7 * * 1-5\"", "Thu 07:00, Fri 07:00, Mon 07:00, Tue 07:00, Wed 07:00")]
    public void The_next_five_are_those_a_person_expects_on_a_Wednesday_at_nine(string typed, string expected) =>
        Assert.Equal(expected, string.Join(", ", Next(typed).Select(t => t.ToString("ddd HH:mm", CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData("--monthly 31@07:00", "2026-12-31, 2027-01-31, 2027-03-31, 2027-05-31, 2027-07-31")]
    [InlineData("--monthly last@07:00", "2026-11-30, 2026-12-31, 2027-01-31, 2027-02-28, 2027-03-31")]
    [InlineData("--monthly 1,last@07:00", "2026-11-30, 2026-12-01, 2026-12-31, 2027-01-01, 2027-01-31")]
    [InlineData("--monthly 2nd-sun,4th-sun@07:00", "2026-12-13, 2026-12-27, 2027-01-10, 2027-01-24, 2027-02-14")]
    [InlineData("--cron \"0 0 29 2 *\"", "2028-02-29, 2032-02-29, 2036-02-29, 2040-02-29, 2044-02-29")]
    public void The_next_five_days_of_months_are_those_of_the_calendar(string typed, string expected) =>
        Assert.Equal(expected, string.Join(", ", Next(typed).Select(t => t.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))));

    [Fact]
    public void A_schedule_by_hand_has_no_times() => Assert.Null(FireTimes.Of(new Schedule(), "UTC").After(DateTimeOffset.UnixEpoch));

    [Fact]
    public void The_zone_is_the_schedules_or_else_the_workspaces()
    {
        Assert.Equal(Instant("2026-11-25T06:00Z"), FireTimes.Of(ATypedSchedule.Of("--daily-at 07:00"), "Europe/Paris").After(Instant("2026-11-25T00:00Z")));
        Assert.Equal(Instant("2026-11-25T12:00Z"), FireTimes.Of(ATypedSchedule.Of("--daily-at 07:00 --time-zone America/New_York"), "Europe/Paris").After(Instant("2026-11-25T00:00Z")));
    }

    private static IEnumerable<DateTimeOffset> Next(string typed) => FireTimes.Of(ATypedSchedule.Of(typed), "UTC").After(Instant("2026-11-25T09:00Z"), 5);

    private static List<DateTimeOffset> Year(Schedule schedule, string zone)
    {
        var start = StartOf(2026, zone);
        var end = StartOf(2027, zone);
        return [.. FireTimes.Of(schedule, zone).After(start.AddTicks(-1), int.MaxValue).TakeWhile(t => t < end)];
    }

    private static DateTimeOffset StartOf(int year, string zone)
    {
        var local = new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
        return new DateTimeOffset(local, TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(local)).ToUniversalTime();
    }

    private static List<DateTimeOffset> Walk(Schedule schedule, TimeZoneInfo zone)
    {
        var times = schedule.Kind == ScheduleKind.Daily ? schedule.Times : FireTimes.TimesOf(schedule);
        var found = new SortedSet<DateTimeOffset>();
        for (var day = new DateOnly(2026, 1, 1); day.Year == 2026; day = day.AddDays(1))
        {
            foreach (var local in times.Select(t => day.ToDateTime(t, DateTimeKind.Unspecified)))
            {
                found.UnionWith(Instants(local, zone, goesOn: schedule.Every <= TimeSpan.FromHours(1)));
            }
        }

        return [.. found];
    }

    private static IEnumerable<DateTimeOffset> Instants(DateTime local, TimeZoneInfo zone, bool goesOn)
    {
        if (zone.IsInvalidTime(local))
        {
            while (zone.IsInvalidTime(local))
            {
                local = local.AddMinutes(1);
            }

            return [new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime()];
        }

        var offsets = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).OrderDescending().Take(goesOn ? 2 : 1) : [zone.GetUtcOffset(local)];
        return offsets.Select(o => new DateTimeOffset(local, o).ToUniversalTime());
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
