using System.Globalization;
using Tributary.Model;

namespace Tributary.Tests.EveryReport;

/// <summary>A choice of sites and dates, as a person types it and as what it comes to.</summary>
/// <param name="Name">Unique among the combinations.</param>
/// <param name="Sites">"all", or one site.</param>
/// <param name="Input">The date fields.</param>
/// <param name="Period">What the rows are of.</param>
/// <param name="Spans">The periods it comes to.</param>
internal sealed record Combination(string Name, string Sites, DetailsInput Input, string Period, IReadOnlyList<(DateOnly Start, DateOnly End)> Spans)
{
    /// <summary>Every period: one site and all, one date and a history. Sites 1 to 3 have visits, the fourth has none.</summary>
    public static IReadOnlyList<Combination> All { get; } =
    [
        One("day", "1", "2027-01-08", "2027-01-08..2027-01-08"),
        One("day", "all", "2027-01-06", "2027-01-06..2027-01-06"),
        Span("day", "2", "day", "day", "2027-01-06", "2027-01-07", "2027-01-06..2027-01-06", "2027-01-07..2027-01-07"),
        Span("day", "all", null, null, "2027-01-05", "2027-01-07", "2027-01-05..2027-01-05", "2027-01-06..2027-01-06", "2027-01-07..2027-01-07"),
        One("week", "3", "2027-01-05", "2027-01-04..2027-01-10"),
        One("week", "all", "2026-12-30", "2026-12-28..2027-01-03"),
        Span("week", "1", null, "week", "2026-12-16", "2026-12-30", "2026-12-14..2026-12-20", "2026-12-21..2026-12-27", "2026-12-28..2027-01-03"),
        Span("week", "all", "week", null, "2026-12-27", "2026-12-28", "2026-12-21..2026-12-27", "2026-12-28..2027-01-03"),
        One("month", "2", "2026-12-15", "2026-12-01..2026-12-31"),
        One("month", "all", "2026-12-01", "2026-12-01..2026-12-31"),
        Span("month", "3", null, "month", "2026-12-05", "2027-01-08", "2026-12-01..2026-12-31", "2027-01-01..2027-01-31"),
        Span("month", "all", "month", null, "2026-12-31", "2027-01-01", "2026-12-01..2026-12-31", "2027-01-01..2027-01-31"),
        One("year", "1", "2027-01-01", "2027-01-01..2027-12-31"),
        One("year", "all", "2026-12-31", "2026-01-01..2026-12-31"),
        Span("year", "2", "year", "year", "2026-12-20", "2027-01-08", "2026-01-01..2026-12-31", "2027-01-01..2027-12-31"),
        Span("year", "all", null, "year", "2026-12-31", "2027-01-08", "2026-01-01..2026-12-31", "2027-01-01..2027-12-31"),
        Span("range", "1", "range", null, "2026-12-24", "2027-01-06", "2026-12-24..2027-01-06"),
        Span("range", "all", "range", "none", "2026-12-29", "2027-01-04", "2026-12-29..2027-01-04"),
        Span("range", "3", "range", "day", "2027-01-04", "2027-01-05", "2027-01-04..2027-01-04", "2027-01-05..2027-01-05"),
        Span("range", "all", "range", "week", "2026-12-30", "2027-01-06", "2026-12-28..2027-01-03", "2027-01-04..2027-01-10"),
    ];

    /// <summary>Every period once, one of them for all sites, so that ten reports after one another have all of <see cref="All"/>.</summary>
    public static IReadOnlyList<Combination> Share(int number) =>
        [.. Enumerable.Range(0, 5).Select(period => All[(period * 4) + (number / 5 % 2 * 2) + (number % 5 == period ? 1 : 0)])];

    /// <summary>What a number of a row can be used with: one site and one date.</summary>
    public static IReadOnlyList<Combination> OneSiteAndDate { get; } =
    [
        One("day", "1", "2027-01-08", "2027-01-08..2027-01-08"),
        One("week", "1", "2026-12-30", "2026-12-28..2027-01-03"),
        One("month", "1", "2026-12-15", "2026-12-01..2026-12-31"),
        One("year", "1", "2026-12-31", "2026-01-01..2026-12-31"),
    ];

    /// <summary>A range that is a month: Matomo is asked for the month, the rows say range.</summary>
    public static Combination RangeOfAMonth { get; } = Span("range", "2", "range", null, "2026-12-01", "2026-12-31", "2026-12-01..2026-12-31");

    /// <summary>A list has no dates.</summary>
    public static IReadOnlyList<Combination> WithoutDates { get; } =
    [
        new("list of one site", "1", new DetailsInput(), "", [default]),
        new("list of all sites", "all", new DetailsInput(), "", [default]),
    ];

    private static Combination One(string period, string sites, string date, string span) =>
        new($"{period} of one date, sites {sites}", sites, new DetailsInput { Period = period, Date = date }, period, [Dates(span)]);

    private static Combination Span(string unit, string sites, string? period, string? by, string start, string end, params string[] spans) => new(
        $"{unit} from a start to an end{(by is null ? "" : $" by {by}")}, sites {sites}",
        sites,
        new DetailsInput { Period = period, By = by, Start = start, End = end },
        by is null or "none" ? unit : by,
        [.. spans.Select(Dates)]);

    private static (DateOnly Start, DateOnly End) Dates(string span) => (Day(span[..10]), Day(span[12..]));

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
