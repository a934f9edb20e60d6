using System.Globalization;
using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.Planning;

/// <summary>Turns the date fields a person typed into dates of <see cref="Details"/>.</summary>
internal sealed class DateRules(DetailsInput input, ReportDefinition report, FieldReader fields)
{
    private static readonly string[] PeriodNames = ["day", "week", "month", "year", "range"];
    private static readonly string[] ByNames = ["none", "day", "week", "month", "year"];

    /// <summary>Adds the dates; what is wrong is told to the field reader.</summary>
    public Details Read(Details details) => report.HasDates ? Dates(details) : WithoutDates(details);

    private Details WithoutDates(Details details)
    {
        foreach (var (field, value) in DateFields().Where(f => f.Value is not null))
        {
            fields.Fail(field, $"{report.Method} is a list without dates. Leave {field} out.");
        }

        return details with { Period = Period.None };
    }

    private (string Field, string? Value)[] DateFields() =>
    [
        ("--period", input.Period), ("--date", input.Date), ("--days-back", input.DaysBack), ("--start", input.Start),
        ("--start-days-back", input.StartDaysBack), ("--end", input.End), ("--end-days-back", input.EndDaysBack), ("--by", input.By),
    ];

    private Details Dates(Details details)
    {
        var period = fields.Choice("--period", input.Period, PeriodNames);
        var by = fields.Choice("--by", input.By, ByNames);
        var start = DateOf("--start", input.Start, "--start-days-back", input.StartDaysBack);
        var end = DateOf("--end", input.End, "--end-days-back", input.EndDaysBack);
        var date = DateOf("--date", input.Date, "--days-back", input.DaysBack);
        if (start is not null || end is not null)
        {
            return Span(details, period, by, start, end, date is not null);
        }

        if (by is not null)
        {
            fields.Fail("--by", "--by splits a span of days. Give it one with --start and --end (or --start-days-back and --end-days-back), or leave --by out.");
        }

        if (period == "range")
        {
            fields.Fail("--period", "A range needs a start and an end: give --start and --end, or --start-days-back and --end-days-back.");
        }

        return details with { Period = PeriodOf(period ?? "day"), Date = date ?? DateChoice.Back(1) };
    }

    private Details Span(Details details, string? period, string? by, DateChoice? start, DateChoice? end, bool hasDate)
    {
        if (hasDate)
        {
            fields.Fail(input.Date is not null ? "--date" : "--days-back", "Give either one date (--date or --days-back), or a start and an end, not both.");
        }

        if (start is null && !fields.Failed("--start", "--start-days-back"))
        {
            fields.Fail("--start", "There is an end but no start. Give --start DATE or --start-days-back N.");
        }

        if (end is null && !fields.Failed("--end", "--end-days-back"))
        {
            fields.Fail("--end", "There is a start but no end. Give --end DATE or --end-days-back N.");
        }

        if (start is not null && end is not null && SameKindAfter(start, end))
        {
            fields.Fail(
                start.IsRelative ? "--start-days-back" : "--start",
                start.IsRelative
                    ? $"{Back(start.DaysBack!.Value)} is later than the end, {Back(end.DaysBack!.Value)}. Give a start at least as many days back as the end."
                    : $"{Iso(start.On!.Value)} is after the end, {Iso(end.On!.Value)}. Swap them, or give a later end.");
        }

        if (period is not (null or "range") && by is not null && by != period)
        {
            fields.Fail("--by", $"--period {period} and --by {by} say different things. Give one of them, or --period range --by {by}.");
        }

        var unit = by ?? (period is null ? "day" : period == "range" ? "none" : period);
        return details with { Period = unit == "none" ? Period.Range : PeriodOf(unit), Start = start, End = end };
    }

    private static bool SameKindAfter(DateChoice start, DateChoice end) =>
        (start.On is { } a && end.On is { } b && a > b) || (start.DaysBack is { } x && end.DaysBack is { } y && x < y);

    private DateChoice? DateOf(string dateField, string? date, string backField, string? back)
    {
        if (date is not null && back is not null)
        {
            fields.Fail(dateField, $"Give either {dateField} or {backField}, not both.");
            return null;
        }

        if (date is not null)
        {
            if (DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return DateChoice.Fixed(day);
            }

            fields.Fail(dateField, $"'{date}' is not a date. Write it as 2026-11-20 (year-month-day), or use {backField} N.");
            return null;
        }

        return fields.Whole(backField, back, 0, 36_500) is { } days ? DateChoice.Back(days) : null;
    }

    /// <summary>Refuses a start that moves on from day to day and is behind a fixed end already, in every zone: no day is ever in between again.</summary>
    /// <exception cref="InputException">The dates are such.</exception>
    public static void RefusePast(Details details, DateOnly today)
    {
        if (details is { Start.DaysBack: { } back, End.On: { } end } && today.AddDays(-1 - back) > end)
        {
            throw new InputException("--start-days-back", $"{Back(back)} is after the end, {Iso(end)}, and moves on every day: no day will ever be read. Give a fixed start with --start DATE, or an end in days back with --end-days-back N.");
        }
    }

    private static string Back(int days) => string.Create(CultureInfo.InvariantCulture, $"{days} {(days == 1 ? "day" : "days")} back");

    private static Period PeriodOf(string name) => Enum.Parse<Period>(name, ignoreCase: true);

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
