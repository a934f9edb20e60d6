using System.Globalization;

namespace Tributary.SampleMatomo.Log;

/// <summary>Makes the visits of a site's local day from (seed, site, day) alone: nothing is stored, and a day never changes with the range asked.</summary>
internal sealed class VisitGenerator(int seed, int visitsPerDay, double usersShare, double namelessEvents)
{
    private const double Returning = 0.36;

    // 2013-05-08: ids a thousand times as large, as those of actions are, still fit into a double.
    private const int FirstNumbered = 734_995;
    private readonly Dictionary<int, PageCatalog> _pages = [];

    public IReadOnlyList<Visit> Day(SiteProfile site, DateOnly day)
    {
        var count = Count(site, day);
        if (count == 0)
        {
            return [];
        }

        var pages = Pages(site);
        var start = site.Zone.StartOf(day);
        var length = (int)(site.Zone.StartOf(day.AddDays(1)) - start);
        var visits = new List<Visit>(count);
        for (var i = 0; i < count; i++)
        {
            visits.Add(Make(site, day, i, pages, start, length));
        }

        // A visitor's second visit of a day must come later, or "new" would follow "returning".
        visits.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.Id.CompareTo(b.Id));
        return visits;
    }

    private int Count(SiteProfile site, DateOnly day)
    {
        var weekend = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        var noise = new Rng(Rng.Mix((ulong)seed, (ulong)site.Id, (ulong)day.DayNumber, 7)).NextDouble();
        return (int)(visitsPerDay * site.Weight * (weekend ? 0.7 : 1) * (0.85 + (0.3 * noise)));
    }

    private PageCatalog Pages(SiteProfile site)
    {
        lock (_pages)
        {
            return _pages.TryGetValue(site.Id, out var pages) ? pages : _pages[site.Id] = PageCatalog.Make(site, visitsPerDay);
        }
    }

    private Visit Make(SiteProfile site, DateOnly day, int index, PageCatalog pages, long dayStart, int dayLength)
    {
        var rng = new Rng(Rng.Mix((ulong)seed, (ulong)site.Id, (ulong)day.DayNumber, (ulong)index + 100));
        var returns = index % 10 != 0 && rng.Chance(Returning);
        var gap = returns ? 1 + rng.Next(1 + rng.Next(30)) : 0;
        var first = returns ? rng.Next(Math.Max(1, visitsPerDay)) : index;
        var visitor = MakeVisitor(site, day.AddDays(-gap), first);
        var must = index < Musts.Length ? Musts[index] : Must.Nothing;
        var channel = index < Channels.Length ? Channels[index] : ReferrerFactory.PickChannel(rng, site);
        var referrer = ReferrerFactory.Make(rng, site, channel, visitsPerDay, index < Channels.Length);
        var (actions, conversions) = new ActionScript(rng, site, pages, visitsPerDay, must, namelessEvents).Write(0, $"O-{rng.NextUInt64() & 0xFFFFFFFFFF:x10}");

        var duration = (int)actions[^1].Time;
        var offset = rng.Next(Math.Max(1, dayLength - duration - 1));
        var start = dayStart + offset;
        var shift = new Dictionary<VisitAction, VisitAction>(actions.Count);
        foreach (var action in actions)
        {
            shift[action] = At(action, start);
        }

        var visitorHour = (DateTimeOffset.FromUnixTimeSeconds(start).Hour + (int)Math.Floor(visitor.City.UtcOffset) + 48) % 24;
        return new Visit
        {
            Site = site,
            Day = day,
            Id = ((day.DayNumber - FirstNumbered) * 1_000_000_000L) + (site.Id * 1_000_000L) + index,
            Visitor = visitor,
            Referrer = referrer,
            VisitCount = returns ? 2 + rng.Next(1 + rng.Next(12)) : 1,
            DaysSinceFirst = gap,
            DaysSinceLast = returns ? 1 + rng.Next(gap) : 0,
            Actions = [.. shift.Values],
            Conversions = [.. conversions.Select(c => c with { Time = c.Time + start, Trigger = c.Trigger is null ? null : shift[c.Trigger] })],
            LocalHour = site.Zone.Local(start).Hour,
            UtcHour = DateTimeOffset.FromUnixTimeSeconds(start).Hour,
            VisitorHour = visitorHour,
            CustomerType = returns ? "returning" : rng.Chance(0.8) ? "new" : "",
            Membership = rng.PickSkewed(Memberships),
            ActionCount = actions.Count(a => a.Counts),
            Converted = conversions.Any(c => c.GoalId >= 0),
        };
    }

    private static readonly string[] Memberships = ["none", "gold", "silver", "platinum, plus"];

    // One visit a day of each kind, in this order; the rest is chance.
    private static readonly Must[] Musts =
    [
        Must.Search, Must.Event, Must.Content | Must.Interaction, Must.Download, Must.Outlink, Must.Order, Must.Cart, Must.Goal, Must.Long, Must.EmptySearch,
        Must.Order | Must.Search, Must.Event | Must.Outlink,
    ];

    private static readonly Channel[] Channels =
    [
        Channel.Search, Channel.Website, Channel.Social, Channel.Campaign, Channel.Direct, Channel.Search, Channel.Campaign, Channel.Search, Channel.Website, Channel.Campaign,
    ];

    private Visitor MakeVisitor(SiteProfile site, DateOnly firstDay, int index)
    {
        var id = Rng.Mix((ulong)seed, (ulong)site.Id, (ulong)firstDay.DayNumber, (ulong)index, 3);
        var rng = new Rng(id);
        var city = rng.Chance(0.03) ? Geo.Nowhere : rng.PickSkewed(Geo.Cities);
        var user = index % 10 == 1 || rng.Chance(usersShare) ? string.Create(CultureInfo.InvariantCulture, $"user{id % 1_000_000_000:00000}@example.com") : null;
        var ip = string.Create(CultureInfo.InvariantCulture, $"{rng.Between(11, 190)}.{rng.Next(256)}.{rng.Next(256)}.{rng.Next(256)}");
        return new Visitor(id, user, rng.PickSkewed(Device.All), city, rng.Chance(0.1) ? "en-us" : city.Language, ip);
    }

    private static VisitAction At(VisitAction a, long start) => new()
    {
        Kind = a.Kind,
        Time = a.Time + start,
        Url = a.Url,
        Page = a.Page,
        TimeSpent = a.TimeSpent,
        FollowsSearch = a.FollowsSearch,
        Timings = a.Timings,
        Bandwidth = a.Bandwidth,
        Category = a.Category,
        Action = a.Action,
        Name = a.Name,
        Value = a.Value,
        SearchCount = a.SearchCount,
        Interacted = a.Interacted,
    };
}
