using Tributary.SampleMatomo.Archives;

namespace Tributary.SampleMatomo.Log;

/// <summary>The visits of all sites from the first day to now; days are made when asked for and kept while there is room.</summary>
internal sealed class VisitLog
{
    private const int VisitsKept = 60_000;
    private readonly VisitGenerator _generator;
    private readonly (int Site, DateOnly Created) _late;
    private readonly BoundedCache<(int Site, DateOnly Day), IReadOnlyList<Visit>> _days = new(VisitsKept);

    public VisitLog(SampleMatomoOptions options)
    {
        Clock = options.Clock;
        Sites = SiteProfile.MakeAll(options.Sites, options.Goals);
        _generator = new VisitGenerator(options.Seed, options.VisitsPerDay, options.UsersShare, options.NamelessEvents);
        FirstDay = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime).AddDays(-options.Days);
        _late = (options.LateSite ?? 0, FirstDay.AddDays(options.Days / 2));
    }

    public TimeProvider Clock { get; }

    public IReadOnlyList<SiteProfile> Sites { get; }

    public DateOnly FirstDay { get; }

    public DateOnly FirstDayOf(SiteProfile site) => site.Id == _late.Site ? _late.Created : FirstDay;

    public DateOnly Today(SiteProfile site) => site.Zone.Today(Clock.GetUtcNow());

    public IReadOnlyList<Visit> Day(SiteProfile site, DateOnly day)
    {
        var today = Today(site);
        if (day < FirstDayOf(site) || day > today)
        {
            return [];
        }

        if (!_days.TryGet((site.Id, day), out var visits))
        {
            visits = _generator.Day(site, day);
            _days.Add((site.Id, day), visits, visits.Count + 1);
        }

        if (day < today)
        {
            return visits;
        }

        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        return [.. visits.Where(v => v.End <= now)];
    }
}
