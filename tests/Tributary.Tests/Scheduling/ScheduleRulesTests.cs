using Tributary.Model;
using Tributary.Scheduling;
using Tributary.Store;

namespace Tributary.Tests.Scheduling;

public sealed class ScheduleRulesTests
{
    [Theory]
    [InlineData("--every 15m")]
    [InlineData("--every 2h --active-hours 22-6 --time-zone Europe/Paris --missed skip")]
    [InlineData("--every 90m")]
    [InlineData("--every 1d")]
    [InlineData("--every 3d@06:30")]
    [InlineData("--daily-at 07:00,17:00 --time-zone America/New_York")]
    [InlineData("--weekly mon,fri@07:00")]
    [InlineData("--weekly mon-fri@07:00,12:30")]
    [InlineData("--monthly 1,15,last,2nd-sun,4th-sun,last-fri@07:00")]
    [InlineData("--cron \"0 7 * * 1-5\"")]
    [InlineData("--cron \"@hourly\"")]
    [InlineData("--manual")]
    [InlineData("--manual --retry 5 --retry-after 1h --expect-every 26h")]
    [InlineData("--daily-at 07:00 --no-retry --expect-every 3d")]
    public void What_was_typed_can_be_told_again(string typed)
    {
        var settings = ATypedSchedule.Settings(typed);

        var again = ATypedSchedule.Flags(ScheduleText.Of(settings));

        Assert.Equal(typed.Contains("retry", StringComparison.Ordinal) ? typed : typed + " --retry 3 --retry-after 15m", again);
        Assert.Equivalent(settings, ATypedSchedule.Settings(again), strict: true);
        Assert.Equal(ScheduleText.KeyOf(settings.Schedule, "UTC"), ScheduleText.KeyOf(StoreJson.Read<Schedule>(StoreJson.Write(settings.Schedule)), "UTC"));
    }

    [Theory]
    [InlineData("--every 1h30m", "--every 90m")]
    [InlineData("--every 60m", "--every 1h")]
    [InlineData("--every 24h", "--every 1d")]
    [InlineData("--daily-at 17:00,7:00,7:00", "--daily-at 07:00,17:00")]
    [InlineData("--weekly Friday,monday@7:00", "--weekly mon,fri@07:00")]
    [InlineData("--weekly weekdays@7:00", "--weekly mon-fri@07:00")]
    [InlineData("--weekly sat-mon@7:00", "--weekly mon,sat,sun@07:00")]
    [InlineData("--monthly last,31,1@7:00", "--monthly 1,31,last@07:00")]
    [InlineData("--every 15m --active-hours 0-24", "--every 15m")]
    [InlineData("--every 15m --active-hours 18-0", "--every 15m --active-hours 18-24")]
    public void Many_spellings_are_one(string typed, string told) =>
        Assert.Equal(told, ATypedSchedule.Flags(ScheduleText.Of(new ScheduleSettings(ATypedSchedule.Of(typed), RetryPolicy.None, null))).Replace(" --no-retry", "", StringComparison.Ordinal));

    [Theory]
    [InlineData("--every 0m", "--every: '0m' is no time at all. The least is 1m.")]
    [InlineData("--every 15", "--every: '15' is not a time. Write whole minutes, hours or days: 15m, 2h, 1d.")]
    [InlineData("--every 10s", "--every: '10s' is not a time.")]
    [InlineData("--every 36h", "--every: '36h' is more than a day, and not whole days.")]
    [InlineData("--every 400d", "--every: '400d' is more than a year.")]
    [InlineData("--every 2h@06:00", "--every: A time of day belongs to whole days: 2d@06:00.")]
    [InlineData("--every 2d@06:00,07:00", "--every: Every so many days there is one time.")]
    [InlineData("--daily-at 25:00", "--daily-at: '25:00' is not a time of day. Write it as 07:00.")]
    [InlineData("--daily-at 24:00", "--daily-at: '24:00' is not a time of day. Write it as 07:00; midnight is 00:00.")]
    [InlineData("--daily-at ,", "--daily-at: At what time?")]
    [InlineData("--weekly mon,fri", "--weekly: 'mon,fri' has no time. Write days and a time: mon,fri@07:00")]
    [InlineData("--weekly munday@07:00", "--weekly: 'munday' is not a day of the week. Did you mean 'monday'")]
    [InlineData("--monthly 32@07:00", "--monthly: '32' is not a day of a month. Days are 1 to 31, last, 1st-mon to 5th-sun, or last-fri.")]
    [InlineData("--monthly @07:00", "--monthly: '@07:00' has no days.")]
    [InlineData("--cron \"0 7 * *\"", "--cron: '0 7 * *' has 4 fields. Write five")]
    [InlineData("--cron \"0 0 7 * * *\"", "Seconds are not known.")]
    [InlineData("--cron \"@every_second\"", "--cron: '@every_second' is not known. Write five fields, or one of: @every_minute, @hourly")]
    [InlineData("--cron \"0 25 * * *\"", "--cron: '0 25 * * *' cannot be read. Hours: Value must be a number between 0 and 23 (all inclusive).")]
    [InlineData("--cron \"0 0 30 2 *\"", "--cron: '0 0 30 2 *' never comes: there is no such day.")]
    [InlineData("--every 15m --active-hours 8-8", "--active-hours: '8-8' begins and ends with the same hour, so there is none in it.")]
    [InlineData("--every 15m --active-hours morning", "--active-hours: 'morning' is not a span of hours.")]
    [InlineData("--daily-at 07:00 --active-hours 8-18", "--active-hours: Active hours belong to --every with less than a day")]
    [InlineData("--time-zone Europe/Paris", "--time-zone: It belongs to a schedule.")]
    [InlineData("--every 1h --time-zone Europe/Pariss", "--time-zone: There is no time zone 'Europe/Pariss'. Did you mean 'Europe/Paris'")]
    [InlineData("--every 1h --time-zone New York", "Did you mean 'America/New_York'")]
    [InlineData("--every 1h --missed twice", "--missed: 'twice' is not one of once, skip.")]
    [InlineData("--every 1h --daily-at 07:00", "--daily-at: --every and --daily-at exclude each other: a DataSet has one schedule. Give one of them.")]
    [InlineData("--every 1h --manual", "--manual: --every and --manual exclude each other")]
    [InlineData("--retry 3 --no-retry", "--no-retry: --no-retry and --retry exclude each other.")]
    [InlineData("--retry -1", "--retry: '-1' is not a whole number from 0 to 100.")]
    [InlineData("--retry-after soon", "--retry-after: 'soon' is not a time.")]
    [InlineData("--expect-every soon", "--expect-every: 'soon' is not a time.")]
    public void What_is_wrong_is_said_at_its_field(string typed, string said) =>
        Assert.Contains(said, Assert.Throws<InputException>(() => ATypedSchedule.Settings(typed)).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_problem_is_told_at_once() =>
        Assert.Equal(
            ["--every", "--time-zone", "--retry"],
            Assert.Throws<InputException>(() => ATypedSchedule.Settings("--every 0m --time-zone Nowhere/Land --retry many")).Problems.Select(p => p.Field));

    [Fact]
    public void What_is_not_given_stays()
    {
        var before = ATypedSchedule.Settings("--every 15m --active-hours 8-18 --time-zone Europe/Paris --missed skip --retry 5 --retry-after 1h --expect-every 2h");

        var after = ATypedSchedule.Settings("--every 30m", before);
        var daily = ATypedSchedule.Settings("--daily-at 07:00", before);
        var reset = ATypedSchedule.Settings("--active-hours all --time-zone workspace --missed once --no-retry --expect-every never", before);

        Assert.Equal("--every 30m --active-hours 8-18 --time-zone Europe/Paris --missed skip --retry 5 --retry-after 1h --expect-every 2h", ATypedSchedule.Flags(ScheduleText.Of(after)));
        Assert.Equal("--daily-at 07:00 --time-zone Europe/Paris --missed skip --retry 5 --retry-after 1h --expect-every 2h", ATypedSchedule.Flags(ScheduleText.Of(daily)));
        Assert.Equal("--every 15m --no-retry", ATypedSchedule.Flags(ScheduleText.Of(reset)));
        Assert.Equal(3, ATypedSchedule.Settings("--retry-after 5m", reset).Retry.Times);
    }

    [Fact]
    public void Without_any_flag_a_DataSet_is_updated_by_hand_and_retried_three_times() =>
        Assert.Equivalent(new ScheduleSettings(), ScheduleRules.Read(new ScheduleInput(), new ScheduleSettings()));
}
