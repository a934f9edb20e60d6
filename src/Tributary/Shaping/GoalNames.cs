using Tributary.Matomo;

namespace Tributary.Shaping;

/// <summary>The names behind goal ids: one name where all sites agree, else each site's.</summary>
internal sealed class GoalNames(IEnumerable<(MatomoSite Site, MatomoGoal Goal)> goals)
{
    // More sites than these would make a description nobody reads.
    private const int MostSites = 5;

    private readonly Dictionary<string, string> _names = goals
        .GroupBy(g => g.Goal.Id)
        .ToDictionary(g => g.Key.ToString(System.Globalization.CultureInfo.InvariantCulture), g => Name([.. g]), StringComparer.Ordinal);

    /// <summary>The name of a goal; null when no site has it.</summary>
    public string? Find(string goal) => _names.GetValueOrDefault(goal);

    private static string Name(IReadOnlyList<(MatomoSite Site, MatomoGoal Goal)> goals)
    {
        var names = goals.Select(g => g.Goal.Name).Distinct(StringComparer.Ordinal).ToList();
        return names.Count == 1
            ? names[0]
            : string.Join("; ", goals.Take(MostSites).Select(g => $"{g.Site.Name}: {g.Goal.Name}")) + (goals.Count > MostSites ? "; …" : "");
    }
}
