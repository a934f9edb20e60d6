using System.Globalization;
using Tributary.DataCenter.Components.Parts;
using Tributary.Model;
using Tributary.Tables;

namespace Tributary.DataCenter.Components.DataSets;

/// <summary>Numbers of a DataSet as a chart tells them.</summary>
internal static class SeriesWords
{
    /// <summary>More bars are a list, not a picture.</summary>
    public const int MostBars = 12;

    /// <summary>How far back a card may look: days, or all.</summary>
    public static readonly (string Value, string Text)[] Spans = [("30", "30 days"), ("90", "90 days"), ("365", "365 days"), ("all", "all days")];

    private const int MostNamed = 4;

    public static string TitleOf(Series series, string report)
    {
        var name = MetricNames.Of(series.Metric, report);
        return series.Period is Period.None or Period.Range ? name : $"{name} per {series.Period.ToString().ToLowerInvariant()}";
    }

    public static string TitleOf(TopValues top, string report) => $"{MetricNames.Of(top.Metric, report)} by {MetricNames.OfDimension(top.Dimension, report)}";

    public static ChartData ChartOf(Series series, string name, string report)
    {
        List<ChartSeries> lines = [.. series.Lines.Select(l => new ChartSeries(LabelOf(l, series.Lines.Count == 1 ? name : "null"), l.Values))];
        var first = series.Periods.ToList().FindIndex(p => p.IsProvisional);
        var sentence = series.Periods.Count == 0 ? TitleOf(series, report) :
            $"{TitleOf(series, report)}, {Iso(series.Periods[0].Start)} to {Iso(series.Periods[^1].Start)}: {string.Join(", ", lines.Take(MostNamed).Select(l => l.Name + EndOf(l)))}{(lines.Count > MostNamed ? " and others" : "")}.";
        return new ChartData(sentence, Parts.ChartKind.Line, NameOf(series.Period), [.. series.Periods.Select(p => Iso(p.Start))], lines) { Unit = UnitOf(series.Metric), ProvisionalFrom = first < 0 ? null : first };
    }

    public static ChartData ChartOf(TopValues top, string report)
    {
        var sentence = $"{TitleOf(top, report)}: {string.Join(", ", top.Values.Take(MostNamed).Select(v => $"{v.Name ?? "null"} {(v.Value is { } value ? Numbers.Value(value) : "null")}"))}{(top.Values.Count > MostNamed ? " and others" : "")}.";
        return new ChartData(sentence, Parts.ChartKind.Bar, Capital(MetricNames.OfDimension(top.Dimension, report)), [.. top.Values.Select(v => v.Name ?? "null")], [new ChartSeries(MetricNames.Of(top.Metric, report), [.. top.Values.Select(v => v.Value)])]) { Unit = UnitOf(top.Metric) };
    }

    /// <param name="series">The lines.</param>
    /// <param name="isTotal">Whether a value is of all sites together.</param>
    /// <param name="year">The year that dates are written without.</param>
    public static string? NoteOf(Series series, bool isTotal, int year)
    {
        string?[] parts =
        [
            isTotal ? LackOf(series.Period, series.Periods, series.Sites, year) : null,
            series.Segment.Length > 0 ? $"Segment {series.Segment}." : null,
            series.Currencies.Count > 0 ? $"In {string.Join(", ", series.Currencies)}." : null,
            series.Periods.Any(p => p.IsTruncated) ? "Days that Matomo truncated are in it with their Others rows." : null,
        ];
        return Joined(parts);
    }

    public static string? NoteOf(TopValues top, string report, int year) => Joined([LackOf(top.Period, top.Periods, top.Sites, year), top.Rest is { } rest ? $"The rest together: {Numbers.Value(rest)} {MetricNames.InSentence(top.Metric, report)}." : null]);

    /// <summary>Which periods not all sites have: a total of all sites says nothing of those that lack.</summary>
    private static string? LackOf(Period period, IReadOnlyList<SeriesPeriod> periods, int sites, int year)
    {
        if (sites < 2 || period is Period.None or Period.Range || periods is not [.., var last])
        {
            return null;
        }

        var before = periods.SkipLast(1).Where(p => p.Sites < sites).ToList();
        var lack = sites - last.Sites;
        string?[] parts =
        [
            lack == 0 ? null : $"{Numbers.Whole(lack)} of {Numbers.Whole(sites)} sites {(lack == 1 ? "has" : "have")} no data for {Date(last.Start, year)} yet; the total is of the others.",
            before is not [var first, ..] ? null
                : before.Count == 1 && first.IsMissing ? $"For {Date(first.Start, year)} no site has data."
                : before.Count == 1 ? $"For {Date(first.Start, year)} only {Numbers.Whole(first.Sites)} of {Numbers.Count(sites, "site")} {(first.Sites == 1 ? "has" : "have")} data."
                : $"For {Numbers.Count(before.Count, period.ToString().ToLowerInvariant())} from {Date(first.Start, year)} to {Date(before[^1].Start, year)} not all {Numbers.Whole(sites)} sites have data.",
        ];
        return Joined(parts);
    }

    private static string? Joined(string?[] parts) => parts.OfType<string>().ToList() is [_, ..] said ? string.Join(' ', said) : null;

    private static string Date(DateOnly day, int year) => TimeWords.Date(day, year).Replace(' ', '\u00a0');

    private static string NameOf(Period period) => period is Period.None or Period.Range ? "Start" : period.ToString();

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static string LabelOf(SeriesLine line, string unnamed) => line.IsRest ? "the rest" : line.Name ?? (line.SiteId is { } id ? "Site " + id.ToString(CultureInfo.InvariantCulture) : unnamed);

    private static string EndOf(ChartSeries line) => line.Values.LastOrDefault(v => v is not null) is { } last ? " " + Numbers.Value(last) + " at the end" : "";

    private static ChartUnit UnitOf(ColumnDefinition metric) => metric.Type == ColumnType.Money ? ChartUnit.Number
        : metric.Name.EndsWith("_rate", StringComparison.Ordinal) ? ChartUnit.Percent
        : metric.Name.Contains("time", StringComparison.Ordinal) && metric.Type == ColumnType.Double ? ChartUnit.Seconds
        : ChartUnit.Number;

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
