using Tributary.Model;

namespace Tributary.Destinations;

/// <summary>What a table has after columns were added and widened: never fewer columns, never a narrower type.</summary>
internal static class SchemaUnion
{
    /// <summary>
    /// The columns a table has and those a commit brings. Columns already there keep their order; a new one stands behind its
    /// neighbour of <paramref name="brought"/> within its role, so that the roles stay in their order.
    /// </summary>
    public static TableSchema Of(TableSchema existing, TableSchema brought)
    {
        if (existing.Columns.Count == 0)
        {
            return brought;
        }

        List<ColumnDefinition> columns = [.. existing.Columns];
        for (var i = 0; i < brought.Columns.Count; i++)
        {
            var column = brought.Columns[i];
            var at = IndexOf(columns, column.Name);
            if (at >= 0)
            {
                columns[at] = Unite(columns[at], column);
            }
            else
            {
                columns.Insert(PlaceOf(columns, brought.Columns, i), column);
            }
        }

        return new TableSchema(columns);
    }

    private static ColumnDefinition Unite(ColumnDefinition existing, ColumnDefinition brought) => brought with
    {
        Name = existing.Name,
        Type = ColumnWidening.Wider(existing.Type, brought.Type),
        Nullable = existing.Nullable || brought.Nullable,
        Description = brought.Description.Length > 0 ? brought.Description : existing.Description,
    };

    private static int PlaceOf(List<ColumnDefinition> columns, IReadOnlyList<ColumnDefinition> brought, int index)
    {
        var role = brought[index].Role;
        if (index > 0 && brought[index - 1].Role == role)
        {
            return IndexOf(columns, brought[index - 1].Name) + 1;
        }

        for (var next = index + 1; next < brought.Count && brought[next].Role == role; next++)
        {
            if (IndexOf(columns, brought[next].Name) is var at and >= 0)
            {
                return at;
            }
        }

        return columns.FindLastIndex(c => c.Role <= role) + 1;
    }

    private static int IndexOf(List<ColumnDefinition> columns, string name) =>
        columns.FindIndex(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));
}
