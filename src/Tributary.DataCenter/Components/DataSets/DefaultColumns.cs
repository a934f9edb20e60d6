using Tributary.Model;

namespace Tributary.DataCenter.Components.DataSets;

/// <summary>The columns a grid shows when nobody chose: those that tell rows apart and the first metrics. What repeats or names a thing twice is one click away.</summary>
internal static class DefaultColumns
{
    // What fits a wide screen twice.
    private const int MostLists = 20;
    private const int MostDimensions = 4;
    private const int MostMetrics = 12;

    public static IReadOnlyList<ColumnDefinition> Of(IReadOnlyList<ColumnDefinition> columns)
    {
        // A list without periods is made of few columns, and each of them is what it is about.
        if (columns.All(c => c.Name != "period_start") && columns.Count <= MostLists)
        {
            return [.. columns.Where(c => c.Role != ColumnRole.Run)];
        }

        var dimensions = Dimensions([.. columns.Where(c => c is { Role: ColumnRole.Dimension, Type: not ColumnType.Json })]);
        return [.. columns.GroupBy(c => c.Role).SelectMany(g => g.Key switch
        {
            ColumnRole.Key => g.Where(c => c.Name is "site_name" or "period_start" or "segment"),
            ColumnRole.Dimension => dimensions,
            ColumnRole.Metric => g.Where(c => c.Type != ColumnType.Json).Take(MostMetrics),
            ColumnRole.Currency or ColumnRole.Others => g,
            _ => Enumerable.Empty<ColumnDefinition>(),
        })];
    }

    /// <summary>The label is one dimension alone, or several in one text: shown are either it or they.</summary>
    private static IEnumerable<ColumnDefinition> Dimensions(List<ColumnDefinition> all)
    {
        var levels = all.Where(d => d.Name.StartsWith("level_", StringComparison.Ordinal)).ToList();
        var named = all.Where(d => d.Name != "label" && !levels.Contains(d)).ToList();
        var hasLabel = all.Exists(d => d.Name == "label");
        var shown = !hasLabel || (named.Count > 1 && levels.Count == 0 && named.All(IsPartOfLabel)) ? named
            : [.. all.Where(d => d.Name == "label"), .. named.Count == 1 && IsPartOfLabel(named[0]) ? [] : named, .. levels];
        return shown.Take(MostDimensions);
    }

    private static bool IsPartOfLabel(ColumnDefinition dimension) => dimension.Description.Contains(": the exact value", StringComparison.Ordinal);
}
