using System.Globalization;

namespace Tributary.SampleMatomo.Archives;

/// <summary>One period of one kind; its label is the key Matomo gives it in a map.</summary>
internal sealed record Span(string Period, DateOnly Start, DateOnly End)
{
    /// <summary>A range of one day is computed as a day: its tables count people (measured on 5.2).</summary>
    public bool IsDay => Start == End;

    public bool CountsPeople => Period is "day" or "week" or "month";

    public string Label => Period switch
    {
        "day" => Iso(Start),
        "month" => Start.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        "year" => Start.ToString("yyyy", CultureInfo.InvariantCulture),
        _ => $"{Iso(Start)},{Iso(End)}",
    };

    public IEnumerable<DateOnly> Days()
    {
        for (var day = Start; day <= End; day = day.AddDays(1))
        {
            yield return day;
        }
    }

    public static Span Containing(string period, DateOnly day) => period switch
    {
        "day" => new(period, day, day),
        "week" => Week(day.AddDays(-(((int)day.DayOfWeek + 6) % 7))),
        "month" => new(period, new(day.Year, day.Month, 1), new DateOnly(day.Year, day.Month, 1).AddMonths(1).AddDays(-1)),
        _ => new(period, new(day.Year, 1, 1), new(day.Year, 12, 31)),
    };

    public Span Previous() => Containing(Period, Start.AddDays(-1));

    public static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Span Week(DateOnly monday) => new("week", monday, monday.AddDays(6));
}
