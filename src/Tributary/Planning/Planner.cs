using System.Globalization;
using System.Text.Json.Serialization;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;

namespace Tributary.Planning;

/// <summary>What a run adds to the DataSet's own details.</summary>
/// <param name="From">First day of a backfill; null for the DataSet's own dates.</param>
/// <param name="To">Last day of a backfill.</param>
/// <param name="Full">Reads final partitions again too.</param>
internal sealed record PlanOptions(DateOnly? From = null, DateOnly? To = null, bool Full = false)
{
    /// <summary>The hours in which windows are read; null for any.</summary>
    public QuietHours? Quiet { get; init; }

    /// <summary>How the DataSet is updated: Replace and Append read all that is asked for, whatever is stored.</summary>
    [JsonIgnore]
    public UpdateMethod Update { get; init; }

    /// <summary>Days of data kept; null keeps all.</summary>
    [JsonIgnore]
    public int? KeepDays { get; init; }

    /// <summary>What was read before has rows of another shape: it is read again, whatever its state, unless Append only adds.</summary>
    [JsonIgnore]
    public DateTimeOffset ShapeSince { get; init; }

    /// <summary>Partitions that Matomo no longer has: their rows are kept, and only a full read of their dates asks for them.</summary>
    [JsonIgnore]
    public IReadOnlySet<PartitionKey> KeptForGood { get; init; } = new HashSet<PartitionKey>();

    /// <summary>What saved segments stood for before, and stand for now: what is stored of the one is read again of the other, and goes then.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> FormerSegments { get; init; } = new Dictionary<string, string>();

    /// <summary>When runs over the DataSet's own dates began that failed, wholly or in part: what they were to read and is not stored is asked for again.</summary>
    [JsonIgnore]
    public IReadOnlyList<DateTimeOffset> FailedAt { get; init; } = [];

    /// <summary>Runs that this one goes on from: what they stored is not read again.</summary>
    [JsonIgnore]
    public IReadOnlySet<string> GoesOnFrom { get; init; } = new HashSet<string>();
}

/// <summary>Details, the clock and what is stored → the windows to ask for. Every date is resolved in the site's own zone.</summary>
internal sealed class Planner(TimeProvider clock)
{
    // Matomo never archives days more than two days before the creation date (matomo-org/matomo 5.2).
    private const int DaysBeforeCreation = 2;

    /// <summary>For how long what a run could not read is asked for again: an account may wait two weeks for a person, and what no server answers must not be asked for ever.</summary>
    public static readonly TimeSpan AsksAgainFor = TimeSpan.FromDays(14);

    /// <summary>Plans a run.</summary>
    /// <param name="details">What the DataSet asks for.</param>
    /// <param name="report">The report.</param>
    /// <param name="sites">The sites chosen, as the account sees them now.</param>
    /// <param name="stored">The partitions stored.</param>
    /// <param name="options">A backfill, a full read.</param>
    public Plan Make(Details details, ReportDefinition report, IReadOnlyList<MatomoSite> sites, IReadOnlyList<PartitionRecord> stored, PlanOptions options)
    {
        var notes = new List<RunWarning>();
        var states = stored.ToDictionary(p => p.Key);
        var open = stored.Where(p => p.State == PartitionState.Provisional || IsOfOtherShape(p, options)).ToLookup(p => (p.Key.SiteId, p.Key.Segment));
        var bySite = sites.ToDictionary(s => s.Id);
        var (skipped, again) = (0, 0);
        var windows = new List<Window>();
        var superseded = new List<(PartitionKey By, PartitionKey Old)>();
        var former = options.FormerSegments.Count == 0 || options.Update is not (UpdateMethod.Partition or UpdateMethod.Merge)
            ? Array.Empty<PartitionKey>().ToLookup(k => (0, ""))
            : stored.Select(p => p.Key).Where(k => options.FormerSegments.ContainsKey(k.Segment)).ToLookup(k => (k.SiteId, options.FormerSegments[k.Segment]));
        foreach (var site in sites)
        {
            foreach (var segment in details.Segments.DefaultIfEmpty(""))
            {
                var asked = Kept(Asked(details, report, site, segment, options, notes), site, options, notes).ToList();
                List<(PartitionKey By, PartitionKey Old)> old =
                [
                    .. former[(site.Id, segment)].Where(k => !IsExpired(k, site, options)).Select(k => (k with { Segment = segment }, k)),
                    .. Clamped(details, site, asked, stored, options),
                ];
                superseded.AddRange(old);
                var renewed = old.Select(o => o.By).Where(k => !states.ContainsKey(k));
                var wanted = asked.Where(key => IsWanted(states.GetValueOrDefault(key), options)).ToList();
                skipped += asked.Count - wanted.Count;
                var provisional = options.Update is UpdateMethod.Replace or UpdateMethod.Append ? [] : open[(site.Id, segment)]
                    .Where(p => !IsExpired(p.Key, site, options) && IsWanted(p, options))
                    .Select(p => p.Key)
                    .Except(old.Select(o => o.Old));
                var unread = Unread(details, report, site, segment, options).Where(key => !states.ContainsKey(key)).Except(wanted).ToList();
                again += unread.Count;
                windows.AddRange(Pack(site, wanted.Union(provisional).Union(unread).Union(renewed), OneByOne(details, report)));
            }
        }

        if (again > 0)
        {
            notes.Add(new RunWarning("plan.asked_again", string.Create(CultureInfo.InvariantCulture, $"{again} {(again == 1 ? "partition that an earlier run was to read is" : "partitions that earlier runs were to read are")} not stored: {(again == 1 ? "it is" : "they are")} asked for again.")) { IsNote = true });
        }

        if (report.IsAccountWide)
        {
            windows = OfAllSites(windows);
        }

        if (options.Quiet is { } quiet)
        {
            notes.Add(new RunWarning("plan.quiet_hours", string.Create(CultureInfo.InvariantCulture, $"Matomo is asked between {quiet.Hours.From}:00 and {quiet.Hours.To}:00 only ({quiet.TimeZone}).")) { IsNote = true });
        }

        return new Plan([.. windows.OrderByDescending(w => w.To).ThenBy(w => w.Site.Id)], skipped, notes)
        {
            Quiet = options.Quiet,
            Superseded = superseded.ToLookup(s => s.By, s => s.Old),
            Expired = [.. stored.Select(p => p.Key).Where(k => IsExpired(k, bySite.GetValueOrDefault(k.SiteId), options))],
        };
    }

    /// <summary>Whether a partition read now will not change any more: read at least <paramref name="lookbackDays"/> days after its period ended in the site's zone.</summary>
    public PartitionState StateOf(PartitionKey key, MatomoSite site, int lookbackDays)
    {
        if (key.Period == Period.None)
        {
            return PartitionState.Provisional;
        }

        var today = SiteZone.Of(site.TimeZone).Today(clock);
        return Lookback.IsOver(key, today, lookbackDays) ? PartitionState.Final : PartitionState.Provisional;
    }

    private List<PartitionKey> Kept(IEnumerable<PartitionKey> asked, MatomoSite site, PlanOptions options, List<RunWarning> notes)
    {
        var all = asked.ToList();
        List<PartitionKey> kept = [.. all.Where(k => !IsExpired(k, site, options))];
        if (kept.Count < all.Count)
        {
            notes.Add(new RunWarning("plan.not_kept", string.Create(CultureInfo.InvariantCulture, $"{site.Name}: {all.Count - kept.Count} of the periods asked for are older than the {options.KeepDays} {(options.KeepDays == 1 ? "day that is" : "days that are")} kept. Nothing was asked for them."), site.Id) { IsNote = true });
        }

        return kept;
    }

    /// <summary>Totals of a range with a fixed end still to come are read up to today: that of an earlier day, read on its own last day, is the begin of the one asked for now.</summary>
    private static IEnumerable<(PartitionKey By, PartitionKey Old)> Clamped(Details details, MatomoSite site, IReadOnlyList<PartitionKey> asked, IReadOnlyList<PartitionRecord> stored, PlanOptions options)
    {
        if (details.Period != Period.Range || details.Start is not { IsRelative: false } || details.End is not { IsRelative: false } || options.From is not null
            || options.Update is not (UpdateMethod.Partition or UpdateMethod.Merge) || asked is not [var now])
        {
            return [];
        }

        var zone = SiteZone.Of(site.TimeZone);
        return stored
            .Where(p => p.Key.Period == Period.Range && p.Key.SiteId == site.Id && p.Key.Segment == now.Segment && p.Key.Start == now.Start && p.Key.End < now.End && zone.DateOf(p.ReadAt) <= p.Key.End)
            .Select(p => (now, p.Key));
    }

    private static bool IsWanted(PartitionRecord? stored, PlanOptions options) =>
        stored is null
        || IsOfOtherShape(stored, options)
        || (!options.GoesOnFrom.Contains(stored.RunId) && (options.Full || options.Update is UpdateMethod.Replace or UpdateMethod.Append || stored.State == PartitionState.Provisional));

    private static bool IsOfOtherShape(PartitionRecord stored, PlanOptions options) =>
        options.Update is UpdateMethod.Partition or UpdateMethod.Merge && stored.ReadAt < options.ShapeSince && !options.KeptForGood.Contains(stored.Key);

    // A site that the token no longer sees has no zone to ask: UTC's day is at most one off.
    private bool IsExpired(PartitionKey key, MatomoSite? site, PlanOptions options) =>
        options.KeepDays is { } days && key.Period != Period.None && key.End.DayNumber < SiteZone.Of(site?.TimeZone ?? "UTC").Today(clock).DayNumber - days;

    private IEnumerable<PartitionKey> Asked(Details details, ReportDefinition report, MatomoSite site, string segment, PlanOptions options, List<RunWarning> notes)
    {
        if (!report.HasDates)
        {
            return [new PartitionKey(site.Id, Period.None, DateOnly.MinValue, DateOnly.MinValue, segment)];
        }

        return Asked(details, site, segment, options, SiteZone.Of(site.TimeZone).Today(clock), notes);
    }

    /// <summary>What runs that failed were to ask for on the days they began.</summary>
    private IEnumerable<PartitionKey> Unread(Details details, ReportDefinition report, MatomoSite site, string segment, PlanOptions options)
    {
        var isMoving = details.Date is { IsRelative: true } || details.Start is { IsRelative: true } || details.End is { IsRelative: true };
        if (!report.HasDates || !isMoving || options.From is not null || options.Update == UpdateMethod.Replace || options.FailedAt.Count == 0)
        {
            return [];
        }

        var zone = SiteZone.Of(site.TimeZone);
        var today = zone.Today(clock);
        return options.FailedAt.Select(zone.DateOf).Where(day => day < today).Distinct()
            .SelectMany(day => Asked(details, site, segment, options, day, []))
            .Distinct()
            .Where(key => !IsExpired(key, site, options));
    }

    private static IEnumerable<PartitionKey> Asked(Details details, MatomoSite site, string segment, PlanOptions options, DateOnly today, List<RunWarning> notes)
    {
        var zone = SiteZone.Of(site.TimeZone);
        if (!details.IsSpan && options.From is null)
        {
            var (start, end) = MatomoPeriods.Containing(details.Period, details.Date!.Resolve(today));
            if (start > today)
            {
                notes.Add(Future(site, start, today));
                return [];
            }

            return IsBefore(site, zone, end, notes) ? [] : [new PartitionKey(site.Id, details.Period, start, end, segment)];
        }

        return Span(details, site, segment, zone, today, (options.From ?? details.Start!.Resolve(today), options.To ?? options.From ?? details.End!.Resolve(today)), notes);
    }

    private static IEnumerable<PartitionKey> Span(Details details, MatomoSite site, string segment, SiteZone zone, DateOnly today, (DateOnly From, DateOnly To) span, List<RunWarning> notes)
    {
        var (from, to) = span;
        if (from > to)
        {
            notes.Add(new RunWarning("plan.no_days", $"{site.Name}: the start {Iso(from)} is after the end {Iso(to)}: no days.", site.Id));
            return [];
        }

        if (from > today)
        {
            notes.Add(Future(site, from, today));
            return [];
        }

        if (to > today)
        {
            notes.Add(new RunWarning("plan.clamped", $"{site.Name}: the end {Iso(to)} is still to come there. Read up to today, {Iso(today)}.", site.Id) { IsNote = true });
            to = today;
        }

        if (IsBefore(site, zone, to, notes))
        {
            return [];
        }

        if (details.Period != Period.Range && FirstDay(site, zone) is { } first && from < first)
        {
            notes.Add(new RunWarning("plan.clamped", $"{site.Name}: the site exists since {Iso(first.AddDays(DaysBeforeCreation))}. Read from {Iso(first)}.", site.Id) { IsNote = true });
            from = first;
        }

        if (from > to)
        {
            return [];
        }

        return details.Period == Period.Range
            ? [new PartitionKey(site.Id, Period.Range, from, to, segment)]
            : MatomoPeriods.Overlapping(details.Period, from, to).Select(p => new PartitionKey(site.Id, details.Period, p.Start, p.End, segment));
    }

    private static RunWarning Future(MatomoSite site, DateOnly start, DateOnly today) =>
        new("plan.future", $"{site.Name}: {Iso(start)} is still to come there (today is {Iso(today)}). Nothing was asked for it.", site.Id, start);

    /// <summary>Whether nothing can be there yet on a last day asked for; then it is told.</summary>
    private static bool IsBefore(MatomoSite site, SiteZone zone, DateOnly last, List<RunWarning> notes)
    {
        if (FirstDay(site, zone) is not { } first || last >= first)
        {
            return false;
        }

        notes.Add(new RunWarning("plan.clamped", $"{site.Name}: the site exists since {Iso(first.AddDays(DaysBeforeCreation))}; {Iso(last)} lies before. Nothing was asked for it.", site.Id, last) { IsNote = true });
        return true;
    }

    /// <summary>The first day Matomo archives of a site; null when nobody knows its creation date.</summary>
    private static DateOnly? FirstDay(MatomoSite site, SiteZone zone) => site.CreatedAt is { } created ? zone.DateOf(created).AddDays(-DaysBeforeCreation) : null;

    /// <summary>Whether each partition needs a request of its own: Matomo answers several dates falsely, or the id of a subtable means another row on every date.</summary>
    private static bool OneByOne(Details details, ReportDefinition report) => !report.SeveralDatesWork || details.IsOneSubtable || report.IsAccountWide;

    /// <summary>One reply holds the rows of all sites, so one request answers the same date of every site.</summary>
    private static List<Window> OfAllSites(List<Window> windows) =>
    [
        .. windows
            .GroupBy(w => (w.Partitions[0].Period, w.From, w.To, w.Partitions[0].Segment))
            .Select(g => new Window(g.First().Site, [.. g.SelectMany(w => w.Partitions)]) { Sites = [.. g.Select(w => w.Site)] }),
    ];

    private static IEnumerable<Window> Pack(MatomoSite site, IEnumerable<PartitionKey> keys, bool oneByOne)
    {
        foreach (var sameKind in keys.GroupBy(k => (k.Segment, k.Period)))
        {
            var most = oneByOne || sameKind.Key.Period is Period.None or Period.Range ? 1 : int.MaxValue;
            var run = new List<PartitionKey>();
            foreach (var key in sameKind.OrderByDescending(k => k.Start))
            {
                if (run.Count == most || (run.Count > 0 && run[^1].Start != key.End.AddDays(1)))
                {
                    yield return new Window(site, [.. Enumerable.Reverse(run)]);
                    run.Clear();
                }

                run.Add(key);
            }

            if (run.Count > 0)
            {
                yield return new Window(site, [.. Enumerable.Reverse(run)]);
            }
        }
    }

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
