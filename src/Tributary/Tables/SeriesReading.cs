using System.Globalization;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Store;

namespace Tributary.Tables;

/// <summary>Charts of a DataSet: lines over periods, bars of a dimension, and which of them suits it.</summary>
internal sealed class SeriesReading(TableMirror mirror, PartitionStore partitions)
{
    private const int MostGroups = 100;

    /// <summary>A chart that suits the DataSet.</summary>
    public async Task<SeriesSuggestion> SuggestAsync(DataSetRecord record, CancellationToken cancellationToken)
    {
        var schema = await (await mirror.OfAsync(record, cancellationToken)).ReadSchemaAsync(record.Table, cancellationToken);
        if (schema is null || new SeriesRules(record.Definition, schema) is not { Metrics: [var metric, ..] metrics } rules)
        {
            return new SeriesSuggestion(ChartKind.None, null, null, null);
        }

        var (periods, sites) = await partitions.ExtentAsync(record.Id, cancellationToken);
        var dimension = rules.Dimensions.Count > 0 ? rules.Dimensions[0].Name : null;
        var kind = periods > 1 || dimension is null ? ChartKind.Series : ChartKind.Top;
        return new SeriesSuggestion(periods == 0 ? ChartKind.None : kind, metric.Name, sites > 1 ? "site" : null, dimension) { Metrics = metrics, Dimensions = rules.Dimensions };
    }

    /// <summary>Lines over periods.</summary>
    public async Task<Series> ReadAsync(DataSetRecord record, SeriesRequest request, CancellationToken cancellationToken)
    {
        if (request.MaxSeries is < 2 or > MostGroups)
        {
            throw new InputException("--max-series", string.Create(CultureInfo.InvariantCulture, $"From 2 to {MostGroups} lines can be shown."));
        }

        var (query, rows) = await SumAsync(record, schema => QueryOf(record, schema, request.Metric, request.By, request.Segment, request.From, request.To, request.MaxSeries), withPoints: true, cancellationToken);
        var period = record.Definition.Details.Period;
        var periods = Periods(period, rows.Periods);
        var values = rows.Points.ToLookup(p => p.Group);
        var lines = rows.Groups.Select((group, place) => Line(query, rows, periods, group, values[place])).ToList();

        // What the rest of several currencies comes to nobody can say.
        if (rows.Rest is { } rest && rows.Currencies.Count < 2 && SeriesRules.Adds(query.Metric))
        {
            lines.Add(Line(query, rows, periods, rest, values[-1]) with { IsRest = true, Name = null, SiteId = null });
        }

        return new Series(query.Metric, period, periods, lines, rows.Segment, rows.Currencies) { Sites = rows.Sites };
    }

    /// <summary>The largest values of a dimension.</summary>
    public async Task<TopValues> TopAsync(DataSetRecord record, string metric, string dimension, int count, DateOnly? from, DateOnly? to, CancellationToken cancellationToken)
    {
        if (count is < 1 or > MostGroups)
        {
            throw new InputException("--count", string.Create(CultureInfo.InvariantCulture, $"From 1 to {MostGroups} values can be shown."));
        }

        var by = dimension;
        var (query, rows) = await SumAsync(record, schema => QueryOf(record, schema, metric, by, null, from, to, count + 1), withPoints: false, cancellationToken);
        return new TopValues(query.Metric, query.By!, [.. rows.Groups.Select(g => new TopValue(g.Name, g.Value))], rows.Rest?.Value, rows.Periods.Count == 0 ? null : rows.Periods[0].Start, rows.Periods.Count == 0 ? null : rows.Periods[^1].Start)
        {
            Period = record.Definition.Details.Period,
            Periods = Periods(record.Definition.Details.Period, rows.Periods),
            Sites = rows.Sites,
        };
    }

    private async Task<(SumQuery Query, SumRows Rows)> SumAsync(DataSetRecord record, Func<TableSchema, SumQuery> ask, bool withPoints, CancellationToken cancellationToken)
    {
        SumQuery? query = null;
        var rows = await (await mirror.OfAsync(record, cancellationToken)).ReadSumsAsync(record.Table, schema => query = ask(schema), stored => SeriesRules.Check(query!.Metric, query.By, stored), withPoints, cancellationToken);
        return rows is null
            ? throw new InputException("NAME", $"'{record.Definition.Name}' has no data yet. Run it first: tributary dataset run {ShellWord.Of(record.Definition.Name)}")
            : (query!, rows);
    }

    private static SumQuery QueryOf(DataSetRecord record, TableSchema schema, string metric, string? by, string? segment, DateOnly? from, DateOnly? to, int most)
    {
        var rules = new SeriesRules(record.Definition, schema);
        var column = rules.By(by);
        return new SumQuery(
            rules.Metric(metric),
            column,
            column is { Role: ColumnRole.Key } ? schema.Find("site_name") : null,
            record.Definition.Details.Period.ToString().ToLowerInvariant(),
            segment,
            from,
            to,
            most,
            record.Definition.Update == UpdateMethod.Append);
    }

    private static List<SeriesPeriod> Periods(Period period, IReadOnlyList<StoredPeriod> stored)
    {
        if (stored.Count == 0)
        {
            return [];
        }

        var known = stored.ToDictionary(p => p.Start);
        var all = period == Period.Range ? known.Keys.Order() : MatomoPeriods.Overlapping(period, stored[0].Start, stored[^1].Start).Select(p => p.Start);
        return [.. all.Select(start => known.GetValueOrDefault(start) is { } one ? new SeriesPeriod(start, one.IsProvisional, one.IsTruncated, false) { Sites = one.Sites } : new SeriesPeriod(start, false, false, true))];
    }

    private static SeriesLine Line(SumQuery query, SumRows rows, List<SeriesPeriod> periods, SumGroup group, IEnumerable<SumPoint> points)
    {
        var values = points.ToDictionary(p => p.Start, p => p.Value);
        var isSite = query.By is { Role: ColumnRole.Key };
        var site = isSite && group.Key is long id ? (int?)id : null;
        var known = isSite ? rows.SitePeriods.Where(p => p.Site == site).Select(p => p.Start).ToHashSet() : null;

        // A period that was read and has no row of the group had none of it, unless rows were cut off; one that was not read may have.
        double? Otherwise(SeriesPeriod period) => SeriesRules.Adds(query.Metric) && query.Metric.Additivity == Additivity.Sum && !period.IsMissing && known?.Contains(period.Start) != false && (query.By is null || isSite || !period.IsTruncated) ? 0 : null;
        return new SeriesLine(group.Name, site, false, SeriesRules.Adds(query.Metric) ? group.Value : null, [.. periods.Select(p => values.TryGetValue(p.Start, out var value) ? value : Otherwise(p))]);
    }
}
