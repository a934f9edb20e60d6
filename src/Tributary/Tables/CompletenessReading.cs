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
        return Of(record.Definition.Details.Period, stored, failed, names);
    }

    /// <summary>The last periods of every DataSet, by name: those since some periods ago that are stored, and the gaps between them.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<PeriodCell>>> ReadAllAsync(int periods, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var rows = await partitions.ReadLastPeriodsAsync([.. Enumerable.Range(0, 4).Select(p => Since((Period)p, today, periods))], cancellationToken);
        return rows.GroupBy(r => r.DataSet, StringComparer.Ordinal).ToDictionary(g => g.Key, g => CellsOf([.. g], periods), StringComparer.Ordinal);
    }

    /// <summary>The cells of partitions.</summary>
    public static DataSetCompleteness Of(Period period, IReadOnlyList<PartitionRecord> stored, IReadOnlyList<FailedWindow> failed, IReadOnlyDictionary<int, string> names)
    {
        // Where the period was changed, what is kept of the other one is no gap of this one.
        var own = stored.Where(p => p.Key.Period == period).ToList();
        var last = own.Count == 0 ? DateOnly.MinValue : own.Max(p => p.Key.Start);
        var sites = own.GroupBy(p => p.Key.SiteId).OrderBy(g => g.Key).Select(g => new SiteCompleteness(
            g.Key,
            names[g.Key],
            [.. Spans(period, g, last).Select(span => CellOf(period, span, [.. g.Where(p => p.Key.Start == span.Start && p.Key.End == span.End)], failed.Where(f => f.SiteId == g.Key && f.Holds(span.Start, span.End))))]));
        return new DataSetCompleteness(period, [.. sites.Select(s => s with { Cells = WithoutEdge(s.Cells, last) })]);
    }

    private static IEnumerable<(DateOnly Start, DateOnly End)> Spans(Period period, IEnumerable<PartitionRecord> stored, DateOnly last)
    {
        var spans = stored.Select(p => (p.Key.Start, p.Key.End)).Distinct().Order().ToList();
        return period is Period.None or Period.Range ? spans : MatomoPeriods.Overlapping(period, spans[0].Start, last);
    }

    /// <summary>A list without dates has no day that could be over: it is as it was read.</summary>
    private static PartitionCell CellOf(Period period, (DateOnly Start, DateOnly End) span, List<PartitionRecord> stored, IEnumerable<FailedWindow> failed)
    {
        if (stored.Count == 0)
        {
            return new PartitionCell(span.Start, span.End, failed.Any() ? CellState.Failed : CellState.Missing, 0, null, null, null);
        }

        var truncated = stored.Find(p => p.Truncated is not null)?.Truncated;
        var isProvisional = period != Period.None && stored.Exists(p => p.State == PartitionState.Provisional);
        var state = truncated is not null ? CellState.Truncated : isProvisional ? CellState.Provisional : CellState.Final;
        return new PartitionCell(span.Start, span.End, state, stored.Sum(p => p.Rows), stored.Max(p => p.OthersShare), truncated, stored.Min(p => p.ReadAt)) { IsProvisional = isProvisional };
    }

    /// <summary>The newest period of all sites is not missing where it has not begun yet: zones differ by a day.</summary>
    private static IReadOnlyList<PartitionCell> WithoutEdge(IReadOnlyList<PartitionCell> cells, DateOnly last) =>
        cells is [.., { State: CellState.Missing } edge] && edge.Start == last ? [.. cells.SkipLast(1)] : cells;

    private static IReadOnlyList<PeriodCell> CellsOf(List<LastPeriod> rows, int periods)
    {
        var period = rows[0].Period;
        var known = rows.ToDictionary(r => r.Start);
        var (cells, most) = (new List<PeriodCell>(), 0);
        foreach (var (start, _) in MatomoPeriods.Overlapping(period, rows[0].Start, rows[^1].Start))
        {
            if (!known.TryGetValue(start, out var row))
            {
                cells.Add(new PeriodCell(start, CellState.Missing, 0, null));
                continue;
            }

            var state = row.Partitions < most && start != rows[^1].Start ? CellState.Missing : row.IsTruncated ? CellState.Truncated : row.IsProvisional ? CellState.Provisional : CellState.Final;
            most = Math.Max(most, row.Partitions);
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
