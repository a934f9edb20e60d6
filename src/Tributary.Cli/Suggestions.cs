namespace Tributary.Cli;

/// <summary>The nearest name to one that was mistyped.</summary>
internal static class Suggestions
{
    /// <summary>The known name nearest to <paramref name="typed"/>; null when none is near.</summary>
    public static string? Nearest(string typed, IEnumerable<string> known)
    {
        var best = known
            .Select(name => (Name: name, Distance: Distance(typed.ToUpperInvariant(), name.ToUpperInvariant())))
            .OrderBy(x => x.Distance)
            .ThenBy(x => x.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        if (best.Name is null)
        {
            return null;
        }

        // Two slips, or one in three letters of a long name.
        return best.Distance <= Math.Min(Math.Max(2, best.Name.Length / 3), Math.Max(typed.Length, best.Name.Length) - 1) ? best.Name : null;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.</summary>
    public static int Distance(string from, string to)
    {
        var rows = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                rows[i, j] = Cell(rows, from, to, i, j);
            }
        }

        return rows[from.Length, to.Length];
    }

    private static int Cell(int[,] rows, string from, string to, int i, int j)
    {
        if (i == 0 || j == 0)
        {
            return i + j;
        }

        var least = Math.Min(
            Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
            rows[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
        var swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
        return swapped ? Math.Min(least, rows[i - 2, j - 2] + 1) : least;
    }
}
