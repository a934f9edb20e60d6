using System.Globalization;
using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.Shaping;

/// <summary>
/// Puts the columns of a table in their order: key columns, label and dimensions, row metadata, metrics, currency, goal columns, <c>is_others</c>, run columns.
/// Within each, the catalog's order first, then what replies brought, by name: the order never depends on which row came first.
/// </summary>
internal sealed class TableLayout
{
    private readonly Dictionary<string, int> _ranks = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _goalRanks = new(StringComparer.OrdinalIgnoreCase);

    public TableLayout(ReportDefinition report)
    {
        string[] own = ["site_id", "site_name", "period", "period_start", "period_end", "segment", "label", "direction"];
        var dimensions = ColumnNaming.DimensionColumns(report).Values;
        foreach (var name in own
            .Concat(dimensions)
            .Concat(report.Metadata.Select(c => TableNames.ToSnakeCase(c.Name)))
            .Concat(report.Columns.Select(c => TableNames.ToSnakeCase(c.Name)))
            .Concat(["_run_id", "_read_at"]))
        {
            _ranks.TryAdd(name, _ranks.Count);
        }

        foreach (var column in report.GoalColumns)
        {
            _goalRanks.TryAdd(TableNames.ToSnakeCase(column.Name), _goalRanks.Count);
        }
    }

    /// <summary>The union of the columns a table has and the columns a window brings, in order; a type that differs becomes the wider one.</summary>
    public TableSchema Merge(TableSchema? existing, IEnumerable<ColumnDefinition> incoming)
    {
        var columns = new Dictionary<string, ColumnDefinition>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in (existing ?? TableSchema.Empty).Columns.Concat(incoming))
        {
            columns[column.Name] = columns.TryGetValue(column.Name, out var known)
                ? known with { Type = ColumnWidening.Wider(known.Type, column.Type), Description = column.Description.Length > 0 ? column.Description : known.Description }
                : column;
        }

        return new TableSchema([.. columns.Values.OrderBy(c => c, Comparer<ColumnDefinition>.Create(Compare))]);
    }

    private int Compare(ColumnDefinition? a, ColumnDefinition? b)
    {
        var byRole = a!.Role.CompareTo(b!.Role);
        if (byRole != 0)
        {
            return byRole;
        }

        var byRank = Rank(a).CompareTo(Rank(b));
        return byRank != 0 ? byRank : string.CompareOrdinal(a.Name, b.Name);
    }

    private (int Kind, long Goal, int Rank, int Level) Rank(ColumnDefinition column)
    {
        if (column.Role == ColumnRole.Goal)
        {
            return GoalRank(column.Name);
        }

        if (column.Role == ColumnRole.Dimension && column.Name.StartsWith("level_", StringComparison.Ordinal)
            && int.TryParse(column.Name["level_".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var level))
        {
            return (0, 0, int.MaxValue - 1, level);
        }

        return (0, 0, _ranks.GetValueOrDefault(column.Name, int.MaxValue), 0);
    }

    private (int Kind, long Goal, int Rank, int Level) GoalRank(string name)
    {
        if (name.StartsWith("goal_", StringComparison.Ordinal) && name.IndexOf('_', 5) is > 5 and var end
            && long.TryParse(name[5..end], NumberStyles.None, CultureInfo.InvariantCulture, out var goal))
        {
            return (0, goal, _goalRanks.GetValueOrDefault(name[(end + 1)..], int.MaxValue), 0);
        }

        var kind = name.StartsWith("order_", StringComparison.Ordinal) ? 1 : name.StartsWith("abandoned_cart_", StringComparison.Ordinal) ? 2 : 3;
        var metric = kind switch
        {
            1 => name["order_".Length..],
            2 => name["abandoned_cart_".Length..],
            _ => name,
        };
        return (kind, 0, _goalRanks.GetValueOrDefault(metric, int.MaxValue), 0);
    }
}
