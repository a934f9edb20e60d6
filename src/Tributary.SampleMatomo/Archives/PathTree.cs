namespace Tributary.SampleMatomo.Archives;

/// <summary>How Matomo cuts addresses into folders and leaves.</summary>
internal static class PathTree
{
    // action_category_level_limit of a default installation.
    private const int Levels = 10;

    /// <summary>Folders and leaf of a page: <c>/a/b/c</c> is [a, b] and <c>/c</c>; the root of a folder is the leaf <c>/index</c>. A slash of the query cuts too (recorded on 5.2).</summary>
    public static IReadOnlyList<string> OfPage(string url)
    {
        var name = AfterHost(url, out _);
        name = name.Length == 0 ? name : name[1..];
        if (name.Length == 0 || name.EndsWith('/'))
        {
            name += "index";
        }

        var parts = name.Split('/', Levels).Select(p => p.Trim()).Where(p => p.Length > 0).ToList();
        parts[^1] = $"/{parts[^1]}";
        return parts;
    }

    /// <summary>Downloads and outlinks have one folder, the host.</summary>
    public static IReadOnlyList<string> OfFile(string url)
    {
        var path = AfterHost(url, out var host);
        return [host, path.Length == 0 ? "/index" : path];
    }

    public static Row Leaf(Table table, IReadOnlyList<string> path)
    {
        for (var i = 0; i < path.Count - 1; i++)
        {
            var folder = table.Get(path[i]);
            table = folder.Sub ??= new Table(table.Columns);
        }

        return table.Get(path[^1]);
    }

    /// <summary>Fills the folders with the sums of what lies below; people cannot be summed and stay absent.</summary>
    public static void SumUp(Table table)
    {
        foreach (var row in table.Rows)
        {
            if (row.Sub is not { } sub)
            {
                continue;
            }

            SumUp(sub);
            foreach (var below in sub.Rows)
            {
                for (var i = 0; i < row.Values.Length; i++)
                {
                    if (table.Columns.All[i].Fold != Fold.DailyUnique)
                    {
                        row.Values[i] = Table.Fold1(table.Columns.All[i].Fold, row.Values[i], below.Values[i]);
                    }
                }

                Table.MergeGoals(row, below);
                row.Sources += 2;
            }
        }
    }

    private static string AfterHost(string url, out string host)
    {
        var from = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var slash = url.IndexOf('/', from);
        host = slash < 0 ? url[from..] : url[from..slash];
        return slash < 0 ? "" : url[slash..];
    }
}
