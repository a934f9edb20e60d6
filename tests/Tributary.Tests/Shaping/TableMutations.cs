namespace Tributary.Tests.Shaping;

/// <summary>Tables that differ from a right one in a single column: the faults that a test over values must not overlook.</summary>
internal static class TableMutations
{
    /// <summary>The column dropped, swapped with another, and doubled. Null when the table has no other column whose values differ.</summary>
    public static IReadOnlyList<(string Name, ShapedTable Table)>? Of(ShapedTable table, string column)
    {
        var other = table.Columns.Select(c => c.Name).FirstOrDefault(name => name != column && table.Rows.Any(row => Differ(row, column, name)));
        return other is null
            ? null
            :
            [
                ($"the loss of {column}", Change(table, row => row.Remove(column))),
                ($"{column} swapped with {other}", Change(table, row => Swap(row, column, other))),
                ($"{column} twice", Change(table, row => Double(row, column))),
            ];
    }

    private static bool Differ(Dictionary<string, ShapedCell> row, string a, string b) =>
        row.TryGetValue(a, out var first) && !Equals(first.Value.ToString(), row.GetValueOrDefault(b)?.Value.ToString());

    private static void Swap(Dictionary<string, ShapedCell> row, string a, string b)
    {
        row.Remove(a, out var first);
        row.Remove(b, out var second);
        if (first is not null)
        {
            row[b] = first;
        }

        if (second is not null)
        {
            row[a] = second;
        }
    }

    private static void Double(Dictionary<string, ShapedCell> row, string column)
    {
        if (row.TryGetValue(column, out var cell))
        {
            row[column + "_again"] = cell;
        }
    }

    private static ShapedTable Change(ShapedTable table, Action<Dictionary<string, ShapedCell>> change)
    {
        var rows = table.Rows.Select(row => new Dictionary<string, ShapedCell>(row, StringComparer.Ordinal)).ToList();
        foreach (var row in rows)
        {
            change(row);
        }

        return table with { Rows = rows };
    }
}
