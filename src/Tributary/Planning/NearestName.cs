namespace Tributary.Planning;

/// <summary>Finds the names a person may have meant.</summary>
public static class NearestName
{
    /// <summary>The names closest to <paramref name="wrong"/>, nearest first: those that contain it, and those a few keystrokes away.</summary>
    public static IReadOnlyList<string> Of(string wrong, IEnumerable<string> names, int count = 3)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        return [.. names
            .Select(name => (Name: name, Distance: Distance(wrong, name)))
            .Where(n => n.Distance <= Math.Max(2, wrong.Length / 3))
            .OrderBy(n => n.Distance)
            .ThenBy(n => n.Name, StringComparer.Ordinal)
            .Take(count)
            .Select(n => n.Name)];
    }

    /// <summary>"Did you mean a, b?" with a leading blank; "" when nothing is near.</summary>
    public static string Hint(string wrong, IEnumerable<string> names)
    {
        var near = Of(wrong, names);
        return near.Count == 0 ? "" : $" Did you mean {string.Join(" or ", near.Select(n => $"'{n}'"))}?";
    }

    private static int Distance(string wrong, string name)
    {
        var (a, b) = (wrong.ToUpperInvariant(), name.ToUpperInvariant());
        if (a.Length >= 3 && b.Contains(a, StringComparison.Ordinal))
        {
            return 1;
        }

        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
