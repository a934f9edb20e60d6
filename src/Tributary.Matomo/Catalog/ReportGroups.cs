namespace Tributary.Matomo.Catalog;

/// <summary>An entry of the Report menu.</summary>
/// <param name="Name">As the menu writes it.</param>
/// <param name="Modules">The Matomo modules whose reports it holds.</param>
/// <param name="Description">One line for people.</param>
public sealed record ReportGroup(string Name, IReadOnlyList<string> Modules, string Description);

/// <summary>The entries of the Report menu, in the menu's order.</summary>
public static class ReportGroups
{
    /// <summary>Every report that is in none of the thirteen.</summary>
    public static ReportGroup More { get; } = new("More reports", [], "Returns every other report and list the server offers.");

    /// <summary>The thirteen groups and, last, <see cref="More"/>.</summary>
    public static IReadOnlyList<ReportGroup> All { get; } =
    [
        new("Actions", ["Actions"], "Returns a list of visitor actions."),
        new("Advanced Campaign Reporting", ["MarketingCampaignsReporting", "AdvancedCampaignReporting"], "Returns a list of Campaign Reporting reports."),
        new("Click Path", ["ClickPath", "UsersFlow"], "Returns a list of reports for Visitors Click Path Tracking."),
        new("Contents", ["Contents"], "Returns report data for Content Visited by Visitors."),
        new("Devices Detection", ["DevicesDetection"], "Returns a list of detected devices used by visitors."),
        new("Events", ["Events"], "Returns a list of user custom events."),
        new("Goals", ["Goals"], "Returns existing goals for one or more websites."),
        new("Referrers", ["Referrers", "Referers"], "Returns a list of websites, search engines, keywords, and campaigns used to access your website."),
        new("Transitions", ["Transitions"], "Returns a list of tracked transitions within websites."),
        new("User Country", ["UserCountry"], "Returns a list of users' continents and countries."),
        new("Visit Frequency", ["VisitFrequency"], "Returns metrics for returning visitors."),
        new("Visit Time", ["VisitTime"], "Returns a list of visits by server time and by local time of your visitors."),
        new("Visit Summary", ["VisitsSummary"], "Returns a summary of visits."),
        More,
    ];

    /// <summary>The group of that name, as the menu writes it or as Matomo names the module, ignoring case, blanks and punctuation; null when there is none.</summary>
    public static ReportGroup? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var wanted = Letters(name);
        return All.FirstOrDefault(g => Letters(g.Name) == wanted)
            ?? All.FirstOrDefault(g => g.Modules.Any(m => Letters(m) == wanted));
    }

    /// <summary>The group that holds the reports of a Matomo module.</summary>
    public static ReportGroup OfModule(string module) =>
        All.FirstOrDefault(g => g.Modules.Contains(module, StringComparer.OrdinalIgnoreCase)) ?? More;

    private static string Letters(string name) =>
        string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
