using Tributary.SampleMatomo.Log;

namespace Tributary.SampleMatomo.Archives;

/// <summary>Products by SKU, name or category: what was bought (or left in a cart) and what was looked at.</summary>
internal static class ProductTables
{
    public static readonly Columns Columns = new(
        new("revenue"), new("quantity"), new("orders"), new("abandoned_carts"), new("nb_visits"), new("nb_uniq_visitors", Fold.DailyUnique), new("nb_actions"),
        new("sum_price", Fold.Sum, Hidden: true), new("nb_prices", Fold.Sum, Hidden: true));

    public static Table Build(IReadOnlyList<Visit> visits, bool abandoned, Func<Product, IReadOnlyList<string>> keys, bool categoryPages)
    {
        var table = new Table(Columns);
        var people = new Dictionary<Row, HashSet<ulong>>();
        foreach (var visit in visits)
        {
            foreach (var conversion in visit.Conversions.Where(c => c.GoalId == (abandoned ? -1 : 0)))
            {
                Sell(table, conversion, abandoned, keys);
            }

            var seen = new HashSet<Row>();
            foreach (var page in visit.Actions.Where(a => a.Kind == ActionKind.Page).Select(a => a.Page!))
            {
                var labels = page.Product is { } product ? keys(product) : categoryPages ? page.ProductCategories ?? [] : [];
                foreach (var label in labels)
                {
                    var row = table.Get(label);
                    row.Add(4, seen.Add(row) ? 1 : 0);
                    row.Add(6, 1);
                    if (page.Product is { } shown)
                    {
                        row.Add(7, (double)shown.Price);
                        row.Add(8, 1);
                    }

                    (people.TryGetValue(row, out var met) ? met : people[row] = []).Add(visit.Visitor.Id);
                }
            }
        }

        foreach (var (row, met) in people)
        {
            row.Values[5] = met.Count;
        }

        return table;
    }

    private static void Sell(Table table, Conversion conversion, bool abandoned, Func<Product, IReadOnlyList<string>> keys)
    {
        foreach (var byLabel in conversion.Items.SelectMany(i => keys(i.Product).Select(k => (Label: k, Item: i))).GroupBy(i => i.Label, StringComparer.Ordinal))
        {
            var row = table.Get(byLabel.Key);
            row.Add(abandoned ? 3 : 2, 1);
            foreach (var (_, item) in byLabel)
            {
                row.Add(0, (double)(item.Product.Price * item.Quantity));
                row.Add(1, item.Quantity);
            }
        }
    }
}
