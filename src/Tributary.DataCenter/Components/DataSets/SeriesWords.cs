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

    private const int MostNamed = 4;

    public static string TitleOf(ColumnDefinition metric, Period period) => period is Period.None or Period.Range ? NameOf(metric) : $"{NameOf(metric)} per {period.ToString().ToLowerInvariant()}";

    public static string TitleOf(TopValues top) => $"{NameOf(top.Metric)} by {top.Dimension.Name}";

    public static ChartData ChartOf(Series series, string name)
    {
        List<ChartSeries> lines = [.. series.Lines.Select(l => new ChartSeries(LabelOf(l, series.Lines.Count == 1 ? name : "null"), l.Values))];
        var first = series.Periods.ToList().FindIndex(p => p.IsProvisional);
        var sentence = series.Periods.Count == 0 ? TitleOf(series.Metric, series.Period) :
            $"{TitleOf(series.Metric, series.Period)}, {Iso(series.Periods[0].Start)} to {Iso(series.Periods[^1].Start)}: {string.Join(", ", lines.Take(MostNamed).Select(l => l.Name + EndOf(l)))}{(lines.Count > MostNamed ? " and others" : "")}.";
        return new ChartData(sentence, Parts.ChartKind.Line, "period_start", [.. series.Periods.Select(p => Iso(p.Start))], lines) { Unit = UnitOf(series.Metric), ProvisionalFrom = first < 0 ? null : first };
    }

    public static ChartData ChartOf(TopValues top)
    {
        var sentence = $"{TitleOf(top)}: {string.Join(", ", top.Values.Take(MostNamed).Select(v => $"{v.Name ?? "null"} {(v.Value is { } value ? Numbers.Value(value) : "null")}"))}{(top.Values.Count > MostNamed ? " and others" : "")}.";
        return new ChartData(sentence, Parts.ChartKind.Bar, top.Dimension.Name, [.. top.Values.Select(v => v.Name ?? "null")], [new ChartSeries(top.Metric.Name, [.. top.Values.Select(v => v.Value)])]) { Unit = UnitOf(top.Metric) };
    }

    public static string? NoteOf(Series series)
    {
        string?[] parts =
        [
            series.Segment.Length > 0 ? $"Segment {series.Segment}." : null,
            series.Currencies.Count > 0 ? $"In {string.Join(", ", series.Currencies)}." : null,
            series.Periods.Any(p => p.IsTruncated) ? "Days that Matomo truncated are in it with their Others rows." : null,
        ];
        return parts.OfType<string>().ToList() is [_, ..] said ? string.Join(' ', said) : null;
    }

    private static string LabelOf(SeriesLine line, string unnamed) => line.IsRest ? "the rest" : line.Name ?? (line.SiteId is { } id ? "Site " + id.ToString(CultureInfo.InvariantCulture) : unnamed);

    private static string EndOf(ChartSeries line) => line.Values.LastOrDefault(v => v is not null) is { } last ? " " + Numbers.Value(last) + " at the end" : "";

    private static string NameOf(ColumnDefinition metric)
    {
        var end = metric.Description.IndexOf('.', StringComparison.Ordinal);
        var first = end < 0 ? metric.Description : metric.Description[..end];
        return first.Length is > 0 and <= 40 ? first : metric.Name;
    }

    private static ChartUnit UnitOf(ColumnDefinition metric) => metric.Type == ColumnType.Money ? ChartUnit.Number
        : metric.Name.EndsWith("_rate", StringComparison.Ordinal) ? ChartUnit.Percent
        : metric.Name.Contains("time", StringComparison.Ordinal) && metric.Type == ColumnType.Double ? ChartUnit.Seconds
        : ChartUnit.Number;

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
