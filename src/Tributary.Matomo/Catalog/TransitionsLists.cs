namespace Tributary.Matomo.Catalog;

/// <summary>The lists in a reply of Transitions (matomo-org/matomo 5.2).</summary>
public static class TransitionsLists
{
    /// <summary>The list inside each referrer: its websites, search engines, campaigns.</summary>
    public const string Details = "details";

    /// <summary>Every list.</summary>
    public static IReadOnlyList<string> All { get; } =
        ["previousPages", "followingPages", "previousSiteSearches", "followingSiteSearches", "referrers", "outlinks", "downloads"];
}
