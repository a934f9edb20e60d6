namespace Tributary.Model;

/// <summary>What people did before and after one page, over periods and sites together.</summary>
/// <param name="Pageviews">How often it was viewed; null where the table does not tell.</param>
/// <param name="Entries">Visits that began with it; null where the table does not tell.</param>
/// <param name="Exits">Visits that ended with it; null where the table does not tell.</param>
/// <param name="Loops">Views that followed a view of it; null where the table does not tell.</param>
/// <param name="Lists">The lists there are, by direction.</param>
public sealed record PageTransitions(long? Pageviews, long? Entries, long? Exits, long? Loops, IReadOnlyList<TransitionList> Lists);

/// <summary>One list of a page's transitions.</summary>
/// <param name="Direction">previous_pages, following_pages, previous_site_searches, following_site_searches, referrers, outlinks or downloads.</param>
/// <param name="Total">All its entries together.</param>
/// <param name="Entries">The largest, Matomo's Others last.</param>
public sealed record TransitionList(string Direction, long Total, IReadOnlyList<TransitionEntry> Entries);

/// <summary>An entry of a list.</summary>
/// <param name="Label">The page, search, referrer or file; null where it has none.</param>
/// <param name="Count">How often people came from it or went to it.</param>
/// <param name="IsOthers">Whether it is Matomo's own sum of the entries it cut off.</param>
public sealed record TransitionEntry(string? Label, long Count, bool IsOthers);
