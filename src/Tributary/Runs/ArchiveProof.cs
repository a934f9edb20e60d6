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

    /// <summary>There are visits of the site, and whether some fall into the segment cannot be found out.</summary>
    Unknown,
}

/// <summary>
/// Finds out whether an answer without data is true. A period or segment that Matomo has not archived is answered exactly like one without visits (matomo-org/matomo 5.2:
/// zeros or <c>[]</c>, status 200, no flag); only the summary and the visits log tell the two apart.
/// </summary>
internal sealed class ArchiveProof(ReportReading reading, ReadCost cost)
{
    // Older days without data are believed: Matomo archives a day within hours, and a site without visits must not cost requests for ever.
    private const int RecentDays = 3;

    /// <summary>What the partitions without data mean; those that need no proof are not in it.</summary>
    public async Task<IReadOnlyDictionary<PartitionKey, Emptiness>> OfAsync(Window window, IReadOnlyList<ShapedPartition> partitions, CancellationToken cancellationToken)
    {
        var result = new Dictionary<PartitionKey, Emptiness>();
        var segment = window.Partitions[0].Segment;
        var zone = SiteZone.Of(window.Site.TimeZone);
        var today = zone.Today(reading.Clock);
        List<PartitionKey> empty = [.. partitions
            .Where(p => !p.HasData && p.Error is null && p.Key.Period != Period.None && (segment.Length > 0 || p.Key.End >= today.AddDays(-RecentDays)))
            .Select(p => p.Key)
            .OrderBy(k => k.Start)];
        if (empty.Count == 0 || window.Sites.Count > 1 || VisitLogReader.Reads(reading.Report) || !reading.Report.AcceptsSegment)
        {
            return result;
        }

        // The summary's own zeros prove nothing about the summary, and asked again it says the same.
        List<PartitionKey> span = [.. window.Partitions.Where(k => k.Start >= empty[0].Start && k.Start <= empty[^1].Start)];
        var counted = reading.Report.Method == VisitCounts.Method ? new Dictionary<PartitionKey, double>() : await VisitCounts.OfAsync(reading.Client, span, segment, cost, cancellationToken);
        var all = segment.Length == 0 ? counted : await VisitCounts.OfAsync(reading.Client, span, "", cost, cancellationToken);
        foreach (var key in empty.Where(k => counted?.GetValueOrDefault(k) is null or 0))
        {
            if (segment.Length > 0 && all?.GetValueOrDefault(key) == 0)
            {
                continue;
            }

            result[key] = await HasRawVisitsAsync(key, zone, cancellationToken) switch
            {
                true => key.End >= today ? Emptiness.NotArchivedYet : Emptiness.NotArchived,
                false => Emptiness.True,
                null => segment.Length > 0 ? Emptiness.Unknown : Emptiness.True,
            };
        }

        return result;
    }

    /// <summary>What a person should know of a partition without data.</summary>
    public static RunWarning? WarningOf(MatomoSite site, PartitionKey key, Emptiness emptiness) => emptiness switch
    {
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
        System.Globalization.CultureInfo.InvariantCulture,
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
