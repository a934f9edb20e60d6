using Tributary.Matomo;
using Tributary.Matomo.Requests;
using Tributary.Model;

namespace Tributary.Planning;

/// <summary>Our periods in Matomo's calendar: weeks from Monday to Sunday, whole months and years.</summary>
internal static class MatomoPeriods
{
    /// <summary>The first and last day of the period that contains a date.</summary>
    public static (DateOnly Start, DateOnly End) Containing(Period period, DateOnly date) => Days(PeriodDates.Containing(ToMatomo(period), date));

    /// <summary>All periods that overlap a span, whole, in order.</summary>
    public static IEnumerable<(DateOnly Start, DateOnly End)> Overlapping(Period period, DateOnly from, DateOnly to) => PeriodDates.Overlapping(ToMatomo(period), from, to).Select(Days);

    /// <summary>The key Matomo writes for the period that begins on a date.</summary>
    public static string Label(PartitionKey key) => PeriodDates.Label(ToMatomo(key.Period), key.Start);

    /// <summary>The period as a request says it. An exact calendar range is the period it equals: quicker for Matomo, and with unique visitors.</summary>
    public static MatomoPeriod Requested(PartitionKey key)
    {
        if (key.Period != Period.Range)
        {
            return ToMatomo(key.Period);
        }

        foreach (var period in new[] { MatomoPeriod.Day, MatomoPeriod.Week, MatomoPeriod.Month, MatomoPeriod.Year })
        {
            if (Days(PeriodDates.Containing(period, key.Start)) == (key.Start, key.End))
            {
                return period;
            }
        }

        return MatomoPeriod.Range;
    }

    private static (DateOnly Start, DateOnly End) Days(PeriodSpan span) => (span.First, span.Last);

    private static MatomoPeriod ToMatomo(Period period) => period switch
    {
        Period.Day => MatomoPeriod.Day,
        Period.Week => MatomoPeriod.Week,
        Period.Month => MatomoPeriod.Month,
        Period.Year => MatomoPeriod.Year,
        Period.Range => MatomoPeriod.Range,
        _ => throw new ArgumentOutOfRangeException(nameof(period)),
    };
}
