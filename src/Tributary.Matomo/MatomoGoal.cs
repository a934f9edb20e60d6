namespace Tributary.Matomo;

/// <summary>A goal of a site.</summary>
/// <param name="Site">The site it belongs to.</param>
/// <param name="Id">Its id, counted per site.</param>
/// <param name="Name">Its name.</param>
public sealed record MatomoGoal(int Site, int Id, string Name)
{
    /// <summary>What its owner wrote about it; empty for nothing.</summary>
    public string Description { get; init; } = "";

    /// <summary>What is looked at: url, title, file, external_website, manually, event_action, …; empty when unknown.</summary>
    public string MatchAttribute { get; init; } = "";

    /// <summary>What it is compared with; empty for goals that are reported by the site itself.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>The value of a conversion in the site's currency.</summary>
    public decimal Revenue { get; init; }

    /// <summary>Whether the value of the event is the revenue.</summary>
    public bool EventValueAsRevenue { get; init; }

    /// <summary>Whether one visit can convert more than once.</summary>
    public bool AllowMultiple { get; init; }
}
