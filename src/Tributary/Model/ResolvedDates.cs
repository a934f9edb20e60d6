namespace Tributary.Model;

/// <summary>Dates as they come out in zones where it is the same day.</summary>
/// <param name="Sentence">"6 days: 2026-11-15 to 2026-11-20 (Europe/Paris)". Where another day changes the result, without the sites it is about: see <see cref="Exception"/>.</param>
/// <param name="Periods">How many periods; the most where sites differ because some do not exist long enough.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day, inclusive.</param>
/// <param name="Today">The day it is there.</param>
/// <param name="Zones">The zones, as Matomo writes them.</param>
/// <param name="Sites">How many sites.</param>
public sealed record ResolvedDates(string Sentence, int Periods, DateOnly From, DateOnly To, DateOnly Today, IReadOnlyList<string> Zones, int Sites)
{
    /// <summary>Why it differs from the first line: "where it is still 2026-11-24"; null for the first.</summary>
    public string? Exception { get; init; }

    /// <summary>The names of the sites, where it differs from the first line and they are few; otherwise empty.</summary>
    public IReadOnlyList<string> SiteNames { get; init; } = [];
}
