namespace Tributary.Matomo.Catalog;

/// <summary>How far two names are apart.</summary>
internal static class NameDistance
{
    /// <summary>The names nearest to <paramref name="wanted"/>, nearest first; those with nothing in common are left out.</summary>
    public static IEnumerable<string> Nearest(string wanted, IEnumerable<string> names, int count) => names
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Select(name => (Name: name, Distance: Least(wanted, name)))
        .Where(n => n.Distance <= Math.Max(2, Math.Min(wanted.Length, n.Name.Length) / 2))
        .OrderBy(n => n.Distance)
        .ThenBy(n => n.Name, StringComparer.Ordinal)
        .Take(count)
        .Select(n => n.Name);

    // People leave out the module: "getPageUrl" is meant for "Actions.getPageUrls". One more than the distance, so that a whole name wins.
    private static int Least(string wanted, string name)
    {
        var whole = Edits(wanted, name);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 || wanted.Contains('.', StringComparison.Ordinal) ? whole : Math.Min(whole, 1 + Edits(wanted, name[(dot + 1)..]));
    }

    /// <summary>Letters to insert, delete, replace or swap, ignoring case.</summary>
    internal static int Edits(string from, string to)
    {
        var (a, b) = (from.ToUpperInvariant(), to.ToUpperInvariant());
        var (before, last, row) = (new int[b.Length + 1], Enumerable.Range(0, b.Length + 1).ToArray(), new int[b.Length + 1]);
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replace, 1 + Math.Min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], 1 + before[j - 2]);
                }
            }

            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }
}
