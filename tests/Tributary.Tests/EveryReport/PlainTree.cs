using System.Text.Json;

namespace Tributary.Tests.EveryReport;

/// <summary>Folders and pages, hosts and addresses: the levels are those of Matomo's own tree.</summary>
internal sealed class PlainTree(PlainRows rows, bool hosts)
{
    /// <summary>The rows of the flat form, each with the levels of the leaf of the same path.</summary>
    public List<PlainRow> Flat(PlainPart part, List<JsonElement> flat, List<JsonElement> tree)
    {
        var leaves = new Dictionary<string, Queue<List<string>>>(StringComparer.Ordinal);
        foreach (var (_, levels, isOthers) in Leaves(tree, []))
        {
            var key = Key(string.Join('/', levels.Select(l => l.Trim().TrimStart('/'))), isOthers);
            (leaves.TryGetValue(key, out var same) ? same : leaves[key] = new Queue<List<string>>()).Enqueue(levels);
        }

        var result = new List<PlainRow>();
        foreach (var row in flat)
        {
            var isOthers = PlainRows.IsSummary(row);
            var label = PlainRows.Text(row, "label")!;
            var path = isOthers && label.EndsWith(" - Others", StringComparison.Ordinal) ? label[..^" - Others".Length].TrimEnd('/') + "/Others" : label;
            result.Add(With(
                rows.Row(part, row, isOthers, label),
                leaves.TryGetValue(Key(path, isOthers), out var found) && found.Count > 0 ? found.Dequeue() : ["no leaf of the tree has this path"]));
        }

        return result;
    }

    /// <summary>The leaves below some rows, each with its levels and the label the flat form would give it.</summary>
    public List<PlainRow> Below(PlainPart part, List<JsonElement> tree, IReadOnlyList<string> above) =>
        [.. Leaves(tree, above).Select(leaf => With(rows.Row(part, leaf.Row, leaf.IsOthers, leaf.Levels.Count == 1 ? leaf.Levels[0] : Joined(leaf.Levels, leaf.IsOthers)), leaf.Levels))];

    private string Joined(List<string> levels, bool isOthers)
    {
        if (isOthers)
        {
            var folder = string.Join('/', levels.SkipLast(1));
            return hosts ? $"{folder}/ - {levels[^1]}" : $"/{folder}/ - {levels[^1]}";
        }

        return hosts ? string.Concat(levels) : "/" + string.Join('/', levels.Select((l, i) => i == levels.Count - 1 && l == "/index" ? "" : l.TrimStart('/')));
    }

    private static IEnumerable<(JsonElement Row, List<string> Levels, bool IsOthers)> Leaves(List<JsonElement> tree, IReadOnlyList<string> above)
    {
        for (var i = 0; i < tree.Count; i++)
        {
            List<string> levels = [.. above, PlainRows.Text(tree[i], "label")!];
            if (!tree[i].TryGetProperty("subtable", out var below))
            {
                yield return (tree[i], levels, PlainRows.MayBeOthers(tree, i));
                continue;
            }

            foreach (var leaf in Leaves(PlainRows.List(below), levels))
            {
                yield return leaf;
            }
        }
    }

    private static PlainRow With(PlainRow row, List<string> levels)
    {
        for (var i = 0; i < levels.Count; i++)
        {
            row[$"level_{i + 1}"] = levels[i].Trim();
        }

        return row;
    }

    private static string Key(string path, bool isOthers)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        if (path.EndsWith('/') || parts.Count == 0)
        {
            parts.Add("index");
        }

        return $"{isOthers} {string.Join('/', parts)}";
    }
}
