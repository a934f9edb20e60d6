using System.Globalization;
using System.Runtime.InteropServices;
using Tributary.Matomo.Requests;

namespace Tributary.Matomo;

/// <summary>One calendar period of a report.</summary>
/// <param name="Period">What it is.</param>
/// <param name="First">Its first day.</param>
/// <param name="Last">Its last day, inclusive.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PeriodSpan(MatomoPeriod Period, DateOnly First, DateOnly Last)
{
    /// <summary>The key Matomo files the period under: <c>2026-11-20</c>, <c>2026-11-16,2026-11-22</c>, <c>2026-11</c>, <c>2026</c>. A range has none of its own; its pair of days is written.</summary>
    public string Label => Period switch
    {
        MatomoPeriod.Day => First.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        MatomoPeriod.Month => First.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        MatomoPeriod.Year => First.ToString("yyyy", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{First:yyyy-MM-dd},{Last:yyyy-MM-dd}"),
    };

    /// <summary>How many days it has.</summary>
    public int Days => Last.DayNumber - First.DayNumber + 1;
}

/// <summary>The calendar of Matomo's periods: weeks are always Monday to Sunday, and nothing is cut at a month or a year.</summary>
public static class PeriodDates
{
    /// <summary>The period that holds the day.</summary>
    /// <exception cref="ArgumentException">A range is not a calendar period: it is what its ends say.</exception>
    public static PeriodSpan Containing(MatomoPeriod period, DateOnly day)
    {
        switch (period)
        {
            case MatomoPeriod.Day:
                return new PeriodSpan(period, day, day);
            case MatomoPeriod.Week:
                var monday = day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
                return new PeriodSpan(period, monday, monday.AddDays(6));
            case MatomoPeriod.Month:
                return new PeriodSpan(period, new DateOnly(day.Year, day.Month, 1), new DateOnly(day.Year, day.Month, DateTime.DaysInMonth(day.Year, day.Month)));
            case MatomoPeriod.Year:
                return new PeriodSpan(period, new DateOnly(day.Year, 1, 1), new DateOnly(day.Year, 12, 31));
            default:
                throw new ArgumentException("A range has no calendar: it begins and ends where it is told to.", nameof(period));
        }
    }

    /// <summary>The first day of the period that holds the day.</summary>
    public static DateOnly FirstDay(MatomoPeriod period, DateOnly day) => Containing(period, day).First;

    /// <summary>The last day of the period that holds the day.</summary>
    public static DateOnly LastDay(MatomoPeriod period, DateOnly day) => Containing(period, day).Last;

    /// <summary>The key Matomo files the period of that day under.</summary>
    public static string Label(MatomoPeriod period, DateOnly day) => Containing(period, day).Label;

    /// <summary>All periods that have a day between the two, both included, in order: what Matomo answers to <c>date=A,B</c>. A range is one period.</summary>
    /// <exception cref="ArgumentException"><paramref name="from"/> is after <paramref name="to"/>, which Matomo would silently answer with one period.</exception>
    public static IEnumerable<PeriodSpan> Overlapping(MatomoPeriod period, DateOnly from, DateOnly to)
    {
        if (from > to)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The first day {from:yyyy-MM-dd} is after the last day {to:yyyy-MM-dd}."), nameof(from));
        }

        return period == MatomoPeriod.Range ? [new PeriodSpan(period, from, to)] : Enumerate(period, from, to);
    }

    /// <summary>Whether a text has the form of a date label.</summary>
    public static bool IsLabel(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length switch
        {
            4 => DateOnly.TryParseExact(text, "yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            7 => DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            10 => IsDay(text),
            21 => text[10] == ',' && IsDay(text.AsSpan(0, 10)) && IsDay(text.AsSpan(11)),
            _ => false,
        };
    }

    private static bool IsDay(ReadOnlySpan<char> text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static IEnumerable<PeriodSpan> Enumerate(MatomoPeriod period, DateOnly from, DateOnly to)
    {
        for (var span = Containing(period, from); ; span = Containing(period, span.Last.AddDays(1)))
        {
            yield return span;
            if (span.Last >= to)
            {
                yield break;
            }
        }
    }
}
