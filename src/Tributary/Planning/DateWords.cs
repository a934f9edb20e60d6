using System.Globalization;
using Tributary.DataSets;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.Planning;

/// <summary>What the dates of details come to, in sentences: a line for each group of zones with the same result.</summary>
internal sealed class DateWords(TimeProvider clock)
{
    private const int MostNames = 3;

    /// <summary>The day a site was made, where that may cut off what is asked for; null where it is too long ago.</summary>
    public DateOnly? CreatedWithin(MatomoSite site, ReportDefinition report, Details details)
    {
        if (!report.HasDates || site.CreatedAt is not { } created)
        {
            return null;
        }

        var zone = SiteZone.Of(site.TimeZone);
        return zone.DateOf(created) is var day && day.AddDays(-7) > Asked(details, zone.Today(clock)).From ? day : null;
    }

    /// <summary>The lines.</summary>
    /// <param name="details">What is asked for.</param>
    /// <param name="alike">The sites, those that come to the same together.</param>
    /// <param name="plan">The plan for the first of each.</param>
    public IReadOnlyList<ResolvedDates> Of(Details details, IReadOnlyList<List<MatomoSite>> alike, Plan plan)
    {
        var planned = plan.Windows.SelectMany(w => w.Partitions).GroupBy(p => p.SiteId).ToDictionary(g => g.Key, g => g.DistinctBy(p => (p.Start, p.End)).ToList());
        var groups = alike
            .Select(sites => (Sites: sites, Today: SiteZone.Of(sites[0].TimeZone).Today(clock)))
            .GroupBy(g => Asked(details, g.Today))
            .OrderByDescending(g => g.Sum(s => s.Sites.Count))
            .ThenBy(g => g.Key.From)
            .ToList();
        var lines = new List<ResolvedDates>();
        foreach (var group in groups)
        {
            var parts = group.Select(g => planned.GetValueOrDefault(g.Sites[0].Id) ?? []).ToList();
            var line = Line(details, group.Key, parts, [.. group.SelectMany(g => g.Sites)], group.First().Today);
            lines.Add(lines.Count == 0 ? line : Beside(lines[0], line, [.. group.SelectMany(g => g.Sites)]));
        }

        return lines;
    }

    private static ResolvedDates Line(Details details, (DateOnly From, DateOnly To) asked, List<List<PartitionKey>> parts, List<MatomoSite> sites, DateOnly today)
    {
        var zones = sites.GroupBy(s => s.TimeZone, StringComparer.Ordinal).OrderByDescending(g => g.Count()).Select(g => g.Key).ToList();
        var where = zones.Count <= MostNames + 1 ? string.Join(", ", zones) : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", zones.Take(MostNames))} and {zones.Count - MostNames} more zones");
        var all = parts.SelectMany(p => p).ToList();
        if (all.Count == 0)
        {
            var nothing = asked.From > asked.To ? $"No days: the start {Iso(asked.From)} is after the end {Iso(asked.To)}"
                : asked.From > today ? $"No days: {Iso(asked.From)} is still to come"
                : $"No days: {Iso(asked.To)} is before the site existed";
            return new ResolvedDates($"{nothing} ({where})", 0, asked.From, asked.To, today, zones, sites.Count);
        }

        var (from, to, most) = (all.Min(p => p.Start), all.Max(p => p.End), parts.Max(p => p.Count));
        var days = from == to ? Iso(from) : $"{Iso(from)} to {Iso(to)}";
        var count = details.Period == Period.Range
            ? $"One total over {Count(to.DayNumber - from.DayNumber + 1, "day")}"
            : $"{(parts.TrueForAll(p => p.Count == most) ? "" : "Up to ")}{Count(most, details.Period.ToString().ToLowerInvariant())}";
        return new ResolvedDates($"{count}: {days} ({where})", most, from, to, today, zones, sites.Count);
    }

    private static ResolvedDates Beside(ResolvedDates first, ResolvedDates line, List<MatomoSite> sites) => line with
    {
        Exception = $"where it is {(line.Today < first.Today ? "still" : "already")} {Iso(line.Today)}",
        SiteNames = sites.Count <= MostNames ? [.. sites.Select(s => s.Name)] : [],
    };

    private static (DateOnly From, DateOnly To) Asked(Details details, DateOnly today)
    {
        if (!details.IsSpan)
        {
            return MatomoPeriods.Containing(details.Period, details.Date!.Resolve(today));
        }

        var (from, to) = (details.Start!.Resolve(today), details.End!.Resolve(today));
        return (from, from <= today && to > today ? today : to);
    }

    private static string Count(int number, string one) => string.Create(CultureInfo.InvariantCulture, $"{number} {one}{(number == 1 ? "" : "s")}");

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
