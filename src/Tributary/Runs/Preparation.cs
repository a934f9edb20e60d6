using System.Globalization;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>What a run needs to know of the account's server before it plans.</summary>
/// <param name="Reading">How the report is read.</param>
/// <param name="Sites">The sites chosen, as the account sees them now.</param>
/// <param name="Missing">Sites chosen that the token does not see.</param>
/// <param name="Notes">What was found out on the way.</param>
internal sealed record PreparedRun(ReportReading Reading, IReadOnlyList<MatomoSite> Sites, IReadOnlyList<int> Missing, IReadOnlyList<RunWarning> Notes)
{
    /// <summary>The expressions of the saved segments chosen, by name.</summary>
    public IReadOnlyDictionary<string, string> SavedSegments { get; init; } = new Dictionary<string, string>();
}

/// <summary>The lists of a server that a preparation needs, from wherever they are known.</summary>
internal sealed record ServerLists(
    Func<CancellationToken, Task<IReadOnlyList<MatomoSite>>> Sites,
    Func<IReadOnlyList<int>, CancellationToken, Task<IReadOnlyDictionary<int, IReadOnlyList<MatomoGoal>>>> Goals,
    Func<int, CancellationToken, Task<IReadOnlyList<MatomoSegment>>> Segments)
{
    /// <summary>Whether goals are asked for where only their names are of use.</summary>
    public bool WithNames { get; init; } = true;
}

/// <summary>Asks the server what the details leave to it: the sites, the saved segments, the goals, the parent of a subtable.</summary>
internal sealed class Preparation(MatomoClient client, ServerLists lists, ReportCatalog catalog, string? version, Func<byte[]> personalKey, TimeProvider clock, string stagingFolder)
{
    /// <summary>The goals and segments of more sites than these are not fetched for their names.</summary>
    public const int MostSitesForNames = 50;

    /// <summary>Prepares reading a report.</summary>
    /// <exception cref="InputException">A saved segment or goal is nowhere to be found.</exception>
    public async Task<PreparedRun> PrepareAsync(ReportDefinition report, Details details, CancellationToken cancellationToken)
    {
        var all = await lists.Sites(cancellationToken);
        if (all.Count == 0)
        {
            // Matomo answers an unknown caller with an empty list; the version it tells only to a token it knows.
            await client.GetVersionAsync(cancellationToken);
        }

        IReadOnlyList<MatomoSite> sites = details.Sites is null ? all : [.. all.Where(s => details.Sites.Contains(s.Id))];
        var missing = details.Sites?.Where(id => all.All(s => s.Id != id)).ToList() ?? [];
        var saved = await SavedSegmentsAsync(details, sites, cancellationToken);
        details = details with { Segments = [.. details.Segments.Concat(details.SavedSegments.Where(saved.ContainsKey).Select(n => saved[n])).Distinct(StringComparer.Ordinal)] };
        var choice = ReportChoice.Of(catalog, report, details);
        var notes = new List<RunWarning>();
        sites = report.HasDates ? WithZone(sites, notes) : sites;
        GoalNames? names = null;
        if (ReportFields.TakesGoal(report) && sites.Count > 0)
        {
            var goals = await GoalsAsync(sites, isNeeded: GoalId(details) is not null, cancellationToken);
            names = goals is null ? null : new GoalNames(goals.SelectMany(g => g.Goals.Select(goal => (g.Site, goal))));
            sites = goals is null ? sites : SitesWithGoal(GoalId(details), sites, goals, notes);
        }

        var reading = new ReportReading(client, choice.Report, details, "preview", clock, stagingFolder)
        {
            Parent = choice.Parent,
            ParentParameters = choice.ParentParameters,
            Goals = names,
            Personal = ReportFields.IsPersonal(report) ? new PersonalData(details.Personal, personalKey(), report.Method == "Live.getMostRecentVisitorId" ? "value" : null) : null,
            Version = version,
        };
        return new PreparedRun(reading, sites, missing, notes) { SavedSegments = saved };
    }

    /// <summary>Has the server judge the segments of the details, which costs it nothing: for a day to come there is nothing to read, but the segment is looked at first.</summary>
    /// <exception cref="InputException">The server does not take a segment.</exception>
    public async Task CheckSegmentsAsync(Details details, MatomoSite site, CancellationToken cancellationToken)
    {
        foreach (var segment in details.Segments)
        {
            try
            {
                await client.CheckSegmentAsync(site.Id, segment, SiteZone.Of(site.TimeZone).Today(clock).AddDays(2), cancellationToken);
            }
            catch (MatomoException error) when (error.Kind == MatomoErrorKind.SegmentNotProcessed)
            {
                // The segment is one; whether it is archived is for the run to say.
            }
            catch (MatomoException error) when (error.Kind is MatomoErrorKind.InvalidSegment or MatomoErrorKind.Api)
            {
                throw new InputException("--segment", $"Matomo does not take the segment '{segment}': {error.ApiMessage ?? error.Message}");
            }
        }
    }

    private static int? GoalId(Details details) => int.TryParse(details.Goal, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private async Task<IReadOnlyDictionary<string, string>> SavedSegmentsAsync(Details details, IReadOnlyList<MatomoSite> sites, CancellationToken cancellationToken)
    {
        if (details.SavedSegments.Count == 0 || sites.Count == 0)
        {
            return new Dictionary<string, string>();
        }

        // Some saved segments belong to one site: where the first site has not all of them, the others are asked too.
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var site in sites.Take(MostSitesForNames))
        {
            foreach (var segment in await lists.Segments(site.Id, cancellationToken))
            {
                known.TryAdd(segment.Name, segment.Definition);
            }

            if (details.SavedSegments.All(known.ContainsKey))
            {
                break;
            }
        }

        foreach (var name in details.SavedSegments.Where(n => !known.ContainsKey(n)))
        {
            throw new InputException("--saved-segment", known.Count == 0
                ? $"The token sees no saved segments, so none named '{name}'. Give the condition itself with --segment."
                : $"There is no saved segment '{name}'.{NearestName.Hint(name, known.Keys)} Saved segments: {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}.");
        }

        return details.SavedSegments.Distinct(StringComparer.Ordinal).ToDictionary(n => n, n => known[n], StringComparer.Ordinal);
    }

    private async Task<IReadOnlyList<(MatomoSite Site, IReadOnlyList<MatomoGoal> Goals)>?> GoalsAsync(IReadOnlyList<MatomoSite> sites, bool isNeeded, CancellationToken cancellationToken)
    {
        if (!isNeeded && (!lists.WithNames || sites.Count > MostSitesForNames))
        {
            return null;
        }

        try
        {
            var goals = await lists.Goals([.. sites.Select(s => s.Id)], cancellationToken);
            return [.. sites.Select(s => (s, goals.GetValueOrDefault(s.Id, [])))];
        }
        catch (MatomoException error) when (!isNeeded && !RunErrors.StopsAccount(error))
        {
            // Names are a kindness; the report itself will say what is wrong.
            return null;
        }
    }

    /// <summary>Matomo answers a goal that a site does not have with zeros: such sites are left out and told.</summary>
    /// <summary>The sites whose days can be told: one with a zone that is not known here must not stop the others.</summary>
    private static List<MatomoSite> WithZone(IReadOnlyList<MatomoSite> sites, List<RunWarning> notes)
    {
        var (known, unknown) = (sites.Where(s => SiteZone.Knows(s.TimeZone)).ToList(), sites.Where(s => !SiteZone.Knows(s.TimeZone)));
        notes.AddRange(unknown.Select(s => new RunWarning("site.unknown_zone", $"{s.Name} has the time zone '{s.TimeZone}', which is not known on this machine: where its days begin cannot be told, and it is left out. Correct the site's time zone in Matomo; if it is right there, update the time zone data (tzdata) here.", s.Id)));
        return known;
    }

    private static IReadOnlyList<MatomoSite> SitesWithGoal(int? goal, IReadOnlyList<MatomoSite> sites, IReadOnlyList<(MatomoSite Site, IReadOnlyList<MatomoGoal> Goals)> goals, List<RunWarning> notes)
    {
        if (goal is null)
        {
            return sites;
        }

        List<MatomoSite> having = [.. goals.Where(g => g.Goals.Any(x => x.Id == goal)).Select(g => g.Site)];
        if (having.Count == 0)
        {
            var known = goals.SelectMany(g => g.Goals.Select(x => $"{g.Site.Name} {x.Id} {x.Name}")).ToList();
            throw new InputException("--goal", string.Create(CultureInfo.InvariantCulture, $"No chosen site has a goal {goal}.{(known.Count == 0 ? " They have no goals." : $" Goals: {string.Join(", ", known.Take(20))}{(known.Count > 20 ? ", …" : "")}.")}"));
        }

        notes.AddRange(sites.Except(having).Select(s => new RunWarning("goal.missing", string.Create(CultureInfo.InvariantCulture, $"{s.Name} has no goal {goal}: it is left out. Matomo would answer zeros."), s.Id) { IsNote = true }));
        return having;
    }
}
