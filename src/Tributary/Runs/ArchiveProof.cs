using System.Globalization;
using Tributary.Matomo;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>What an answer without data means.</summary>
internal enum Emptiness
{
    /// <summary>There are no visits: the answer is true.</summary>
    True,

    /// <summary>The visits log has visits that the archive does not know: Matomo has not archived the period or the segment yet.</summary>
    NotArchived,

    /// <summary>The same of a period that is not over yet: what Matomo has not archived today it will archive later.</summary>
    NotArchivedYet,

    /// <summary>The summary counts visits, and the report, which has a row or a number for every visit, has nothing: its own archive is missing.</summary>
    ReportNotArchived,

    /// <summary>There are visits of the site, and whether some fall into the segment cannot be found out.</summary>
    Unknown,
}

/// <summary>What was found out about a partition without data.</summary>
/// <param name="Meaning">What the answer means.</param>
/// <param name="Visits">The visits that Matomo's summary counts in it.</param>
internal sealed record EmptyAnswer(Emptiness Meaning, double Visits = 0);

/// <summary>
/// Finds out whether an answer without data is true. A period or segment that Matomo has not archived is answered exactly like one without visits (matomo-org/matomo 5.2:
/// zeros or <c>[]</c>, status 200, no flag); only the summary, the visits log and the periods around tell the two apart.
/// </summary>
/// <param name="reading">How the report is read.</param>
/// <param name="cost">What the proof costs.</param>
/// <param name="totals">The known visits of each day; null where nobody asks for them.</param>
/// <param name="neighbours">Which periods have data; null where only one window is looked at.</param>
internal sealed class ArchiveProof(ReportReading reading, ReadCost cost, DayTotals? totals = null, Neighbours? neighbours = null)
{
    // Older days without data are believed, unless something speaks against it: Matomo archives a day within hours, and a site without visits must not cost requests for ever.
    private const int RecentDays = 3;

    // Of the older ones the log is asked about a few a window: what is wrong with one is mostly wrong with all.
    private const int MostOldProbes = 3;

    /// <summary>The visits of the whole site in what was looked at, as its summary counts them.</summary>
    public IReadOnlyDictionary<PartitionKey, double> SiteVisits { get; private set; } = new Dictionary<PartitionKey, double>();

    /// <summary>What the partitions without data mean; those that need no proof are not in it.</summary>
    public async Task<IReadOnlyDictionary<PartitionKey, EmptyAnswer>> OfAsync(Window window, IReadOnlyList<ShapedPartition> partitions, CancellationToken cancellationToken)
    {
        var result = new Dictionary<PartitionKey, EmptyAnswer>();
        var segment = window.Partitions[0].Segment;
        var zone = SiteZone.Of(window.Site.TimeZone);
        var today = zone.Today(reading.Clock);
        if (window.Sites.Count > 1 || VisitLogReader.Reads(reading.Report) || !reading.Report.AcceptsSegment)
        {
            return result;
        }

        var empty = new List<PartitionKey>();
        foreach (var key in partitions.Where(p => !p.HasData && p.Error is null && p.Key.Period != Period.None).Select(p => p.Key).OrderBy(k => k.Start))
        {
            if (segment.Length > 0 || key.End >= today.AddDays(-RecentDays) || await IsSuspiciousAsync(key, cancellationToken))
            {
                empty.Add(key);
            }
        }

        if (empty.Count == 0)
        {
            return result;
        }

        // The summary's own zeros prove nothing about the summary, and asked again it says the same.
        List<PartitionKey> span = [.. window.Partitions.Where(k => k.Start >= empty[0].Start && k.Start <= empty[^1].Start)];
        var counted = reading.Report.Method == VisitCounts.Method ? new Dictionary<PartitionKey, double>() : await VisitCounts.OfAsync(reading.Client, span, segment, cost, cancellationToken);
        var all = segment.Length == 0 ? counted : await VisitCounts.OfAsync(reading.Client, span, "", cost, cancellationToken);
        SiteVisits = all ?? SiteVisits;
        var oldProbes = 0;
        foreach (var key in empty)
        {
            if (counted?.GetValueOrDefault(key) is > 0 and var visits)
            {
                // Today goes on between two requests.
                if (EveryVisit.IsShownBy(reading) && key.End < today)
                {
                    result[key] = new EmptyAnswer(Emptiness.ReportNotArchived, visits);
                }

                continue;
            }

            if (segment.Length > 0 && all is not null && all.TryGetValue(key, out var ofSite) && ofSite == 0)
            {
                continue;
            }

            var isOld = segment.Length == 0 && key.End < today.AddDays(-RecentDays);
            var hasRawVisits = isOld && ++oldProbes > MostOldProbes ? null : await HasRawVisitsAsync(key, zone, cancellationToken);
            result[key] = new EmptyAnswer(hasRawVisits switch
            {
                true => key.End >= today ? Emptiness.NotArchivedYet : Emptiness.NotArchived,
                false => Emptiness.True,
                null => segment.Length > 0 ? Emptiness.Unknown : Emptiness.True,
            });
        }

        return result;
    }

    /// <summary>Whether something speaks against an old period without data: the site is known to have had visits in it, or the periods around it have data and nothing is known.</summary>
    private async Task<bool> IsSuspiciousAsync(PartitionKey key, CancellationToken cancellationToken)
    {
        var mustHaveData = EveryVisit.IsShownBy(reading);
        var isHole = neighbours?.AreAround(key) == true;
        if (!mustHaveData && !isHole)
        {
            return false;
        }

        return (totals is null ? null : await totals.VisitsOfAsync(key, cancellationToken)) is > 0 ? mustHaveData : isHole;
    }

    /// <summary>What a person should know of a partition without data.</summary>
    public RunWarning? WarningOf(MatomoSite site, PartitionKey key, EmptyAnswer answer) => answer.Meaning switch
    {
        Emptiness.ReportNotArchived => new RunWarning(Check.Totals, ReportNotArchived(site, key, answer.Visits), key.SiteId, key.Start),
        Emptiness.NotArchivedYet => new RunWarning(
            "partition.not_archived_yet",
            $"{site.Name}: Matomo answers no visits{(key.Segment.Length > 0 ? $" of the segment '{key.Segment}'" : "")} for the {Words(key)}, but its visits log has some: it has not archived them yet. The partition stays provisional.",
            key.SiteId,
            key.Start)
        {
            IsNote = key.Period == Period.Day && key.Segment.Length == 0,
        },
        Emptiness.NotArchived => new RunWarning(ErrorOf(site, key).Code, ErrorOf(site, key).Message, key.SiteId, key.Start),
        Emptiness.Unknown => new RunWarning(
            "segment.maybe_not_archived",
            $"{site.Name}: no visits of the segment '{key.Segment}' in the {Words(key)}, though the site had visits. Either none fits, or Matomo has not archived the segment; the visits log, which would tell, is not to be had. The partition stays provisional.",
            key.SiteId,
            key.Start),
        _ => null,
    };

    /// <summary>What is said of a report that has nothing where the site had visits.</summary>
    public string ReportNotArchived(MatomoSite site, PartitionKey key, double visits) => string.Create(
        CultureInfo.InvariantCulture,
        $"{site.Name}: Matomo answers nothing of {reading.Report.Method} for the {Words(key)}, but counts {visits} visits{(key.Segment.Length > 0 ? $" of the segment '{key.Segment}'" : "")} in it: its archive of the report is missing. The partition stays provisional; archive the period again there (core:archive with --force-idsites and --force-date-range).");

    /// <summary>Why a partition that is not archived fails.</summary>
    public static RunError ErrorOf(MatomoSite site, PartitionKey key) => key.Segment.Length > 0
        ? new RunError(
            "matomo.segment_not_archived",
            $"{site.Name}: Matomo has not archived the segment '{key.Segment}' for the {Words(key)}: it answers no visits, but its visits log has some. Nothing was stored for it. Save the segment in Matomo as pre-processed, or allow archiving on request for the API; the next run asks again.",
            Fault.Source)
        : new RunError(
            "matomo.not_archived",
            $"{site.Name}: Matomo has not archived the {Words(key)} yet: it answers no visits, but its visits log has some. Nothing was stored for it; the next run asks again.",
            Fault.Source);

    private static string Words(PartitionKey key) => string.Create(
        CultureInfo.InvariantCulture,
        $"{key.Period.ToString().ToLowerInvariant()} {(key.Start == key.End ? $"{key.Start:yyyy-MM-dd}" : $"{key.Start:yyyy-MM-dd} to {key.End:yyyy-MM-dd}")}");

    /// <summary>Whether the log has a visit of the partition; null when the log is not to be had.</summary>
    private async Task<bool?> HasRawVisitsAsync(PartitionKey key, SiteZone zone, CancellationToken cancellationToken)
    {
        var probe = new Probe();
        var request = new MatomoRequest
        {
            Method = VisitLogReader.Method,
            Shape = ReplyShape.Table,
            Site = key.SiteId,
            Period = MatomoPeriods.Requested(key),
            From = key.Start,
            To = key.End,
            Segment = key.Segment.Length > 0 ? key.Segment : null,
            Limit = 1,
            Parameters = new Dictionary<string, string> { ["doNotFetchActions"] = "1" },
        };
        try
        {
            cost.Add(await reading.Client.ReadAsync(request, probe, cancellationToken));
        }
        catch (MatomoException error) when (!RunErrors.StopsAccount(error))
        {
            return null;
        }

        // Asked for today the log answers yesterday too.
        return probe.LastAction is { } last && zone.DateOf(last) is var day && day >= key.Start && day <= key.End;
    }

    private sealed class Probe : ReplyHandler
    {
        public DateTimeOffset? LastAction { get; private set; }

        public override void Cell(ReadOnlySpan<byte> path, in ReplyValue value)
        {
            if (path.SequenceEqual("lastActionTimestamp"u8) && Numbers.TryInteger(value.Utf8, out var seconds))
            {
                LastAction = DateTimeOffset.FromUnixTimeSeconds(seconds);
            }
        }
    }
}
