using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Archives;

/// <summary>Custom dimensions of action scope: their values, and the pages seen with each.</summary>
internal static class DimensionTables
{
    public static Table Build(IReadOnlyList<Visit> visits, Func<Page, string> value)
    {
        var table = new Table(ActionTables.Columns);
        var values = visits.SelectMany(v => v.Actions.Where(a => a.Kind == ActionKind.Page).Select(a => value(a.Page!))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var titles = ActionTables.By(visits, value);
        foreach (var text in values)
        {
            var row = table.Get(text);
            var found = titles.Find(text)!;
            found.Values.CopyTo(row.Values, 0);
            row.Sources = 1;
            row.Sub = ActionTables.By(visits, page => $"{new Uri(page.Url).Host}{new Uri(page.Url).PathAndQuery}", page => value(page) == text);
        }

        return table;
    }
}
