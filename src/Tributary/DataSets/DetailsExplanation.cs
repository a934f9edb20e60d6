using Tributary.Model;

namespace Tributary.DataSets;

/// <summary>What details that a person is typing come to. Nothing is read of any report.</summary>
public sealed record DetailsExplanation
{
    /// <summary>Everything wrong, each at its field, in the words of the command line; empty when the details hold together.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>What the date fields come to: a line for each group of zones with the same result, the one with most sites first. Empty for lists without dates, and while sites or dates are wrong.</summary>
    public IReadOnlyList<ResolvedDates> Dates { get; init; } = [];

    /// <summary>What is left out or read differently, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Sites chosen that the token sees.</summary>
    public int Sites { get; init; }

    /// <summary>Partitions that the first run reads.</summary>
    public int Partitions { get; init; }

    /// <summary>Requests that the first run makes, about; null while something is wrong.</summary>
    public int? Requests { get; init; }

    /// <summary>What a row is: "One row per site, day and page URL."; null while the report is wrong.</summary>
    public string? Row { get; init; }

    /// <summary>How it would be updated if nobody says otherwise; null while something is wrong.</summary>
    public UpdateMethod? Update { get; init; }

    /// <summary>The key that would be taken with <see cref="UpdateMethod.Merge"/>; empty while something is wrong.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>The name given, or one that is free; null while nothing can be proposed.</summary>
    public string? Name { get; init; }

    /// <summary>The table that a DataSet of that name gets; null without a name.</summary>
    public string? Table { get; init; }
}

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
