using System.Globalization;
using Tributary.DataCenter.Components.Parts;
using Tributary.DataCenter.Forms;
using Tributary.Destinations;

namespace Tributary.DataCenter.Components.Sql;

/// <summary>The chart that suits a query's answer: lines where there are dates, bars where there are names.</summary>
internal static class ResultChart
{
    private const int MostBars = 30;
    private const int MostSeries = 6;

    /// <summary>The chart; null where there is nothing to draw: no numbers, or nothing to draw them over.</summary>
    public static ChartData? Of(IReadOnlyList<QueryColumn> columns, IReadOnlyList<object?[]> rows)
    {
        var indexes = Enumerable.Range(0, columns.Count).ToList();
        var numbers = indexes.Where(i => RowText.IsNumber(columns[i].Type)).ToList();
        var date = indexes.FindIndex(i => columns[i].Type.StartsWith("DATE", StringComparison.OrdinalIgnoreCase) || columns[i].Type.StartsWith("TIMESTAMP", StringComparison.OrdinalIgnoreCase));
        var name = indexes.FindIndex(i => columns[i].Type.Equals("VARCHAR", StringComparison.OrdinalIgnoreCase));
        return numbers.Count == 0 || rows.Count < 2 ? null
            : date >= 0 && name < 0 && rows.Select(r => Text(r[date])).Distinct(StringComparer.Ordinal).Count() < rows.Count ? null
            : date >= 0 ? Lines(columns, rows, date, name, numbers)
            : name >= 0 ? Bars(columns, rows, name, numbers)
            : null;
    }

    private static ChartData Lines(IReadOnlyList<QueryColumn> columns, IReadOnlyList<object?[]> rows, int date, int name, List<int> numbers)
    {
        var dates = rows.Select(r => Text(r[date])).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var isPivot = name >= 0 && dates.Count < rows.Count;
        List<ChartSeries> series = isPivot
            ? [.. rows.GroupBy(r => RowText.Of(r[name])).Select(g => Series(g.Key, g, numbers[0]))]
            : [.. numbers.Take(MostSeries).Select(n => Series(columns[n].Name, rows, n))];
        var what = isPivot ? $"{columns[numbers[0]].Name} by {columns[name].Name}" : string.Join(", ", series.Select(s => s.Name));
        return new ChartData($"{what} from {dates[0]} to {dates[^1]}", ChartKind.Line, columns[date].Name, dates, series);

        ChartSeries Series(string title, IEnumerable<object?[]> of, int number)
        {
            var values = new Dictionary<string, double?>(StringComparer.Ordinal);
            foreach (var row in of)
            {
                values[Text(row[date])] = Number(row[number]);
            }

            return new ChartSeries(title, dates.ConvertAll(d => values.GetValueOrDefault(d)));
        }
    }

    private static ChartData Bars(IReadOnlyList<QueryColumn> columns, IReadOnlyList<object?[]> rows, int name, List<int> numbers)
    {
        var shown = rows.Take(MostBars).ToList();
        var series = numbers.Take(MostSeries).Select(n => new ChartSeries(columns[n].Name, shown.ConvertAll(r => Number(r[n])))).ToList();
        var count = shown.Count < rows.Count ? $"the first {MostBars} of {rows.Count.ToString(CultureInfo.InvariantCulture)} rows" : $"{shown.Count.ToString(CultureInfo.InvariantCulture)} rows";
        return new ChartData($"{string.Join(", ", series.Select(s => s.Name))} by {columns[name].Name}, {count}", ChartKind.Bar, columns[name].Name, shown.ConvertAll(r => RowText.Of(r[name])), series);
    }

    private static string Text(object? value) => value is DateOnly day ? FormText.Date(day) : RowText.Of(value);

    private static double? Number(object? value) => value switch
    {
        null => null,
        System.Numerics.BigInteger big => (double)big,
        string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
        _ => Convert.ToDouble(value, CultureInfo.InvariantCulture),
    };
}
