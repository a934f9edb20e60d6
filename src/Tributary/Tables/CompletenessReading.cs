using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Tables;

/// <summary>What is stored of a DataSet, and what is missing in between.</summary>
internal sealed class CompletenessReading(TableMirror mirror, PartitionStore partitions, RunHistoryStore history, TimeProvider clock)
{
    private readonly SiteNames _names = new(mirror);

    /// <summary>The partitions of a DataSet by site.</summary>
    public async Task<DataSetCompleteness> ReadAsync(DataSetRecord record, CancellationToken cancellationToken)
    {
        var stored = await partitions.ReadAsync(record.Id, cancellationToken);
        var failed = await history.FailedWindowsAsync(record.Id, cancellationToken);
        var names = await _names.OfAsync(record, stored, cancellationToken);
        return Of(await Updating.OfAsync(record, history, cancellationToken), stored, failed, names);
    }

    /// <summary>The last periods of every DataSet, by name: those since some periods ago that are stored, and the gaps between them.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<PeriodCell>>> ReadAllAsync(int periods, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var rows = await partitions.ReadLastPeriodsAsync([.. Enumerable.Range(0, 4).Select(p => Since((Period)p, today, periods))], cancellationToken);
        return rows.GroupBy(r => r.DataSet, StringComparer.Ordinal).ToDictionary(g => g.Key, g => CellsOf([.. g], periods), StringComparer.Ordinal);
    }

    /// <summary>The cells of partitions.</summary>
    /// <param name="updating">What is asked for.</param>
    /// <param name="stored">The partitions.</param>
    /// <param name="failed">What the last run could not read.</param>
    /// <param name="names">The names of sites.</param>
    public static DataSetCompleteness Of(Updating updating, IReadOnlyList<PartitionRecord> stored, IReadOnlyList<FailedWindow> failed, IReadOnlyDictionary<int, string> names)
    {
        var period = updating.Details.Period;

        // Where the period was changed, what is kept of the other one is no gap of this one.
        var own = stored.Where(p => p.Key.Period == period).ToList();
        var last = own.Where(p => updating.Is(p.Key)).Select(p => p.Key.Start).DefaultIfEmpty(DateOnly.MinValue).Max();
        return new DataSetCompleteness(period, [.. own.GroupBy(p => p.Key.SiteId).OrderBy(g => g.Key).Select(g => new SiteCompleteness(g.Key, names[g.Key], WithoutEdge(CellsOf([.. g]), last)))]);

        IReadOnlyList<PartitionCell> CellsOf(List<PartitionRecord> ofSite)
        {
            // Of a segment or site that is not read any more nothing is missing behind its last period.
            var bySegment = ofSite.GroupBy(p => p.Key.Segment, StringComparer.Ordinal)
                .Select(g => (Segment: g.Key, Spans: Spans(period, g, updating.Is(g.First().Key) ? last : g.Max(p => p.Key.Start)).ToHashSet()))
                .ToList();
            var known = ofSite.ToLookup(p => (p.Key.Start, p.Key.End));
            var failedHere = failed.Where(f => f.SiteId == ofSite[0].Key.SiteId).ToList();
            return [.. bySegment.SelectMany(s => s.Spans).Distinct().Order().Select(span =>
            {
                List<PartitionRecord> there = [.. known[span]];
                var lacking = bySegment.Where(s => s.Spans.Contains(span)).Select(s => s.Segment).Except(there.Select(p => p.Key.Segment), StringComparer.Ordinal).ToList();
                var why = failedHere.Where(f => f.Holds(span.Start, span.End) && (f.Segment is null ? there.Count == 0 : there.TrueForAll(p => p.Key.Segment != f.Segment))).ToList();
                return CellOf(period, span, there, why.Count > 0 ? CellState.Failed : lacking.Count > 0 || there.Count == 0 ? CellState.Missing : null) with
                {
                    Lacks = there.Count == 0 ? null : lacking.FirstOrDefault() ?? why.FirstOrDefault()?.Segment,
                };
            })];
        }
    }

    private static IEnumerable<(DateOnly Start, DateOnly End)> Spans(Period period, IEnumerable<PartitionRecord> stored, DateOnly last)
    {
        var spans = stored.Select(p => (p.Key.Start, p.Key.End)).Distinct().Order().ToList();
        return period is Period.None or Period.Range ? spans : MatomoPeriods.Overlapping(period, spans[0].Start, last > spans[^1].Start ? last : spans[^1].Start);
    }

    /// <summary>A list without dates has no day that could be over: it is as it was read.</summary>
    private static PartitionCell CellOf(Period period, (DateOnly Start, DateOnly End) span, List<PartitionRecord> stored, CellState? lack)
    {
        if (stored.Count == 0)
        {
            return new PartitionCell(span.Start, span.End, lack ?? CellState.Missing, 0, null, null, null);
        }

        var truncated = stored.Find(p => p.Truncated is not null)?.Truncated;
        var isProvisional = period != Period.None && stored.Exists(p => p.State == PartitionState.Provisional);
        var state = lack ?? (truncated is not null ? CellState.Truncated : isProvisional ? CellState.Provisional : CellState.Final);
        return new PartitionCell(span.Start, span.End, state, stored.Sum(p => p.Rows), stored.Max(p => p.OthersShare), truncated, stored.Min(p => p.ReadAt)) { IsProvisional = isProvisional };
    }

    /// <summary>The newest period of all sites is not missing where it has not begun yet: zones differ by a day.</summary>
    private static IReadOnlyList<PartitionCell> WithoutEdge(IReadOnlyList<PartitionCell> cells, DateOnly last) =>
        cells is [.., { State: CellState.Missing, ReadAt: null } edge] && edge.Start == last ? [.. cells.SkipLast(1)] : cells;

    private static IReadOnlyList<PeriodCell> CellsOf(List<LastPeriod> rows, int periods)
    {
        var period = rows[0].Period;
        var known = rows.ToDictionary(r => r.Start);
        var cells = new List<PeriodCell>();
        var (before, most) = (new Dictionary<DateOnly, int>(), 0);
        foreach (var row in rows)
        {
            before[row.Start] = most;
            most = Math.Max(most, row.Partitions);
        }

        var (after, later) = (new Dictionary<DateOnly, int>(), 0);
        foreach (var row in Enumerable.Reverse(rows))
        {
            after[row.Start] = later;
            later = Math.Max(later, row.Partitions);
        }

        foreach (var (start, _) in MatomoPeriods.Overlapping(period, rows[0].Start, rows[^1].Start))
        {
            if (!known.TryGetValue(start, out var row))
            {
                cells.Add(new PeriodCell(start, CellState.Missing, 0, null));
                continue;
            }

            // Sites and segments come and go: what later periods have no more is not read any more.
            var state = row.Partitions < Math.Min(before[start], after[start]) ? CellState.Missing : row.IsTruncated ? CellState.Truncated : row.IsProvisional ? CellState.Provisional : CellState.Final;
            cells.Add(new PeriodCell(start, state, row.Rows, row.OthersShare));
        }

        return [.. cells.TakeLast(periods)];
    }

    private static DateOnly Since(Period period, DateOnly today, int periods) => period switch
    {
        Period.Day => today.AddDays(-periods),
        Period.Week => today.AddDays(-7 * periods),
        Period.Month => today.AddMonths(-periods),
        _ => today.AddYears(-periods),
    };
}
