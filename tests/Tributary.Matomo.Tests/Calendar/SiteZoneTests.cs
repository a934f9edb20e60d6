using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Tributary.Matomo.Tests.Calendar;

public class SiteZoneTests
{
    private static readonly string[] Zones = ["UTC", "Pacific/Auckland", "America/Los_Angeles", "Europe/Paris", "America/Santiago", "Asia/Tehran", "Australia/Lord_Howe", "UTC+5.75", "UTC-9.5"];

    [Theory]
    [InlineData("UTC", "2026-11-25T08:50:00Z", "2026-11-25")]
    [InlineData("Pacific/Auckland", "2026-11-25T11:00:00Z", "2026-11-26")]
    [InlineData("America/Los_Angeles", "2026-11-25T07:59:59Z", "2026-11-24")]
    [InlineData("UTC+5.5", "2026-11-25T18:30:00Z", "2026-11-26")]
    [InlineData("UTC+5.5", "2026-11-25T18:29:59Z", "2026-11-25")]
    [InlineData("UTC+5.75", "2026-11-25T18:15:00Z", "2026-11-26")]
    [InlineData("UTC-3", "2026-11-25T02:59:59Z", "2026-11-24")]
    [InlineData("UTC+14", "2026-11-25T10:00:00Z", "2026-11-26")]
    [InlineData("UTC-0.5", "2026-11-25T00:29:59Z", "2026-11-24")]
    public void Knows_what_day_it_is_at_the_site(string zone, string now, string today)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture), SiteZone.Of(zone).Today(clock));
    }

    [Theory]
    [InlineData("Europe/Paris", "2026-03-29", "2026-03-28T23:00:00Z")]
    [InlineData("Europe/Paris", "2026-10-26", "2026-10-25T23:00:00Z")]
    [InlineData("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z")] // 00:00 does not exist: clocks go from 23:59:59 to 01:00
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z")] // 00:00 occurs twice
    [InlineData("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z")] // the day was skipped; the next began then
    [InlineData("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z")]
    [InlineData("UTC+5.5", "2026-01-01", "2025-12-31T18:30:00Z")]
    public void Knows_the_first_instant_of_a_day(string zone, string day, string start) => Assert.Equal(
        DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture),
        SiteZone.Of(zone).StartOf(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void The_first_instant_of_a_day_is_of_that_day_and_the_one_before_is_not() => Gen.Select(
        Gen.Int[0, Zones.Length - 1].Select(i => Zones[i]),
        Gen.Int[new DateOnly(2000, 1, 1).DayNumber, new DateOnly(2040, 1, 1).DayNumber]).Sample((name, number) =>
    {
        var (zone, day) = (SiteZone.Of(name), DateOnly.FromDayNumber(number));
        var start = zone.StartOf(day);
        return zone.DateOf(start) == day && zone.DateOf(start.AddSeconds(-1)) == day.AddDays(-1);
    });

    [Theory]
    [InlineData("Europe/Atlantis")]
    [InlineData("UTC+15")]
    [InlineData("UTC+")]
    [InlineData("+5")]
    [InlineData("../../etc/passwd")]
    public void Says_which_zone_it_does_not_know(string name) =>
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => SiteZone.Of(name)).Message, StringComparison.Ordinal);
}
