using CsCheck;
using Tributary.Matomo.Requests;
using Tributary.Testing;

namespace Tributary.Matomo.Tests.Calendar;

public class PeriodDatesTests
{
    private static readonly Gen<DateOnly> Day = Gen.Int[new DateOnly(1995, 1, 1).DayNumber, new DateOnly(2060, 12, 31).DayNumber].Select(DateOnly.FromDayNumber);
    private static readonly Gen<MatomoPeriod> Period = Gen.OneOf(Gen.Const(MatomoPeriod.Day), Gen.Const(MatomoPeriod.Week), Gen.Const(MatomoPeriod.Month), Gen.Const(MatomoPeriod.Year));

    [Theory]
    [InlineData(MatomoPeriod.Day, "2026-11-20", "2026-11-20", "2026-11-20", "2026-11-20")]
    [InlineData(MatomoPeriod.Week, "2026-11-20", "2026-11-16", "2026-11-22", "2026-11-16,2026-11-22")]
    [InlineData(MatomoPeriod.Week, "2026-11-22", "2026-11-16", "2026-11-22", "2026-11-16,2026-11-22")]
    [InlineData(MatomoPeriod.Week, "2027-01-01", "2026-12-28", "2027-01-03", "2026-12-28,2027-01-03")]
    [InlineData(MatomoPeriod.Month, "2024-02-29", "2024-02-01", "2024-02-29", "2024-02")]
    [InlineData(MatomoPeriod.Month, "2026-02-10", "2026-02-01", "2026-02-28", "2026-02")]
    [InlineData(MatomoPeriod.Year, "2026-07-01", "2026-01-01", "2026-12-31", "2026")]
    public void Knows_the_ends_and_the_label_of_a_period(MatomoPeriod period, string day, string first, string last, string label)
    {
        var span = PeriodDates.Containing(period, DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(first, span.First.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(last, span.Last.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(label, span.Label);
    }

    [Fact]
    public void A_period_holds_its_day_and_every_day_of_it_has_the_same_period() => Gen.Select(Period, Day).Sample((period, day) =>
    {
        var span = PeriodDates.Containing(period, day);
        return span.First <= day && day <= span.Last
            && PeriodDates.Containing(period, span.First) == span
            && PeriodDates.Containing(period, span.Last) == span
            && PeriodDates.Containing(period, span.Last.AddDays(1)).First == span.Last.AddDays(1)
            && (period != MatomoPeriod.Week || (span.First.DayOfWeek == DayOfWeek.Monday && span.Days == 7));
    });

    [Fact]
    public void Periods_of_a_span_follow_one_another_without_a_gap_and_each_has_a_day_of_it() => Gen.Select(Period, Day, Gen.Int[0, 900]).Sample((period, from, days) =>
    {
        var to = from.AddDays(days);
        var spans = PeriodDates.Overlapping(period, from, to).ToArray();
        return spans[0].First <= from && spans[^1].Last >= to
            && spans.Zip(spans.Skip(1)).All(pair => pair.First.Last.AddDays(1) == pair.Second.First)
            && spans.All(span => span.First <= to && span.Last >= from);
    });

    [Fact]
    public void Every_label_is_known_as_one_and_names_one_period_only() => Gen.Select(Period, Day, Day).Sample((period, one, other) =>
        PeriodDates.IsLabel(PeriodDates.Label(period, one))
        && (PeriodDates.Label(period, one) == PeriodDates.Label(period, other)) == (PeriodDates.Containing(period, one) == PeriodDates.Containing(period, other)));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("nb_visits")]
    [InlineData("2026-13")]
    [InlineData("2026-02-30")]
    [InlineData("2026-11-16 2026-11-22")]
    [InlineData("From 2026-11-16 to 2026")]
    public void Other_texts_are_no_labels(string text) => Assert.False(PeriodDates.IsLabel(text));

    [Fact]
    public void The_keys_Matomo_recorded_are_the_periods_that_overlap_the_span_asked_for()
    {
        var recordings = Recordings.All.Where(r => r.Method == "VisitsSummary.get" && r.Family == "VisitsSummary" && r.Name is "get.days" or "get.weeks" or "get.months" or "get.years").ToArray();

        Assert.NotEmpty(recordings);
        Assert.All(recordings, recording =>
        {
            var dates = recording.Parameters["date"].Split(',').Select(d => DateOnly.Parse(d, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            var period = Enum.Parse<MatomoPeriod>(recording.Parameters["period"], ignoreCase: true);
            using var json = System.Text.Json.JsonDocument.Parse(recording.Body);

            Assert.Equal(json.RootElement.EnumerateObject().Select(p => p.Name), PeriodDates.Overlapping(period, dates[0], dates[1]).Select(s => s.Label));
        });
    }

    [Fact]
    public void Refuses_a_span_that_ends_before_it_begins() =>
        Assert.Throws<ArgumentException>(() => PeriodDates.Overlapping(MatomoPeriod.Day, new DateOnly(2026, 2, 1), new DateOnly(2026, 1, 1)));

    [Fact]
    public void A_range_is_one_period_and_has_no_calendar()
    {
        Assert.Single(PeriodDates.Overlapping(MatomoPeriod.Range, new DateOnly(2026, 1, 1), new DateOnly(2026, 2, 1)));
        Assert.Throws<ArgumentException>(() => PeriodDates.Containing(MatomoPeriod.Range, new DateOnly(2026, 1, 1)));
    }
}
