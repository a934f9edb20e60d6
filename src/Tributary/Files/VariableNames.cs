using System.Globalization;
using Tributary.Model;

namespace Tributary.Files;

/// <summary>Names for the environment variables that hold what a file must not: <c>TRIBUTARY_TOKEN_MAIN</c>. Never two the same.</summary>
internal sealed class VariableNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>All names given.</summary>
    public IReadOnlyList<string> All => [.. _taken.Order(StringComparer.Ordinal)];

    /// <summary>A name for a secret of an account or alert.</summary>
    public string Of(string secret, string owner)
    {
        var stem = $"TRIBUTARY_{secret}_{TableNames.FromDataSetName(owner).TrimStart('_').ToUpperInvariant()}".TrimEnd('_');
        var name = stem;
        for (var number = 2; !_taken.Add(name); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{stem}_{number}");
        }

        return name;
    }
}
