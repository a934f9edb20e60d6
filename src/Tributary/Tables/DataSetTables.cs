using System.Runtime.CompilerServices;
using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Tables;

/// <summary>Looks into the tables of a workspace's DataSets: rows, statistics, charts, what is stored and what is not right about it.</summary>
public sealed class DataSetTables
{
    private readonly Func<string, CancellationToken, Task<DataSetRecord>> _find;
    private readonly TableMirror _mirror;
    private readonly SeriesReading _series;
    private readonly CompletenessReading _completeness;
    private readonly StatisticsReading _statistics;
    private readonly HealthReading _health;
    private readonly HealthList _wrong;

    /// <summary>Lets the data file stay open from one look to the next until this is disposed, for who shows many: opening it takes the longer the more DataSets there are. Whoever writes has it all the same.</summary>
    public IDisposable BeginLooking() => _mirror.BeginLooking();

    internal DataSetTables(DataSetStore dataSets, Func<string, CancellationToken, Task<DataSetRecord>> find, TableMirror mirror, HealthRecords records, TimeProvider clock)
    {
        _find = find;
        _mirror = mirror;
        _series = new SeriesReading(mirror, records.Partitions);
        _statistics = new StatisticsReading(mirror, records.Partitions);
        _completeness = new CompletenessReading(mirror, records.Partitions, records.History, clock);
        _health = new HealthReading(mirror, records, clock);
        _wrong = new HealthList(dataSets, records, _health);
    }

    /// <summary>Some rows of a DataSet.</summary>
    /// <param name="name">The DataSet.</param>
    /// <param name="request">Which rows.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">There is no such DataSet or column, or a value does not fit its column.</exception>
    public async Task<RowPage> ReadRowsAsync(string name, RowRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var record = await _find(name, cancellationToken);
        var page = await (await _mirror.OfAsync(record, cancellationToken)).ReadPageAsync(record.Table, schema => RowRules.Read(request, schema), cancellationToken);
        return page is null ? new RowPage([], [], 0) : new RowPage(page.Columns, page.Rows, page.Total);
    }

    /// <summary>The values of a column that hold a text, the most frequent first, as text: for choosing one of them.</summary>
    /// <param name="name">The DataSet.</param>
    /// <param name="column">The column.</param>
    /// <param name="holding">The text, in any case; empty for all values.</param>
    /// <param name="most">How many, 1 to 200.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">There is no such DataSet or column.</exception>
    public async Task<IReadOnlyList<string>> ReadValuesAsync(string name, string column, string holding, int most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(holding);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, 200);
        var record = await _find(name, cancellationToken);
        return await (await _mirror.OfAsync(record, cancellationToken)).ReadValuesAsync(
            record.Table,
            schema =>
            {
                var problems = new List<Problem>();
                return RowRules.Column("--columns", column, schema, problems) ?? throw new InputException(problems);
            },
            holding,
            most,
            cancellationToken);
    }

    /// <summary>What people did before and after the page that a Transitions DataSet is about.</summary>
    /// <param name="name">The DataSet.</param>
    /// <param name="from">Periods that begin on this day or later; null for all.</param>
    /// <param name="most">Entries of each list, 1 to 100.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null where its table does not tell directions apart, or has a partition more than once.</returns>
    /// <exception cref="InputException">There is no such DataSet.</exception>
    public async Task<PageTransitions?> ReadTransitionsAsync(string name, DateOnly? from, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, 100);
        var record = await _find(name, cancellationToken);
        return record.Definition.Update == UpdateMethod.Append || !record.Definition.Details.Report.StartsWith("Transitions.", StringComparison.Ordinal)
            ? null
            : await (await _mirror.OfAsync(record, cancellationToken)).ReadTransitionsAsync(record.Table, from, most, cancellationToken);
    }

    /// <summary>Filters as one SQL condition, for <see cref="ExportOptions.Where"/>; null where there are none.</summary>
    /// <exception cref="InputException">There is no such DataSet or column, or a value does not fit its column.</exception>
    public async Task<string?> ReadConditionAsync(string name, IReadOnlyList<RowFilter> filters, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filters);
        var record = await _find(name, cancellationToken);
        var schema = await (await _mirror.OfAsync(record, cancellationToken)).ReadSchemaAsync(record.Table, cancellationToken) ?? TableSchema.Empty;
        return DuckDbConditions.TextOf(RowRules.ReadFilters(filters, schema));
    }

    /// <summary>The chart that suits a DataSet: its report's main metric, as lines over periods or as bars of a dimension.</summary>
    /// <exception cref="InputException">There is no such DataSet.</exception>
    public async Task<SeriesSuggestion> SuggestSeriesAsync(string name, CancellationToken cancellationToken) =>
        await _series.SuggestAsync(await _find(name, cancellationToken), cancellationToken);

    /// <summary>
    /// A metric over periods. Rows that sum up rows below them are left out, Matomo's Others rows count, of several segments one is taken, and of an Append table the last read of each partition.
    /// </summary>
    /// <exception cref="InputException">There is no such DataSet or column, or the metric cannot be combined that way; the message says how it can.</exception>
    public async Task<Series> ReadSeriesAsync(string name, SeriesRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await _series.ReadAsync(await _find(name, cancellationToken), request, cancellationToken);
    }

    /// <summary>The largest values of a dimension over all periods, or those from a day to a day.</summary>
    /// <param name="name">The DataSet.</param>
    /// <param name="metric">The metric's column.</param>
    /// <param name="dimension">The dimension's column.</param>
    /// <param name="count">How many, 1 to 100.</param>
    /// <param name="from">Periods that begin on this day or later; null for all.</param>
    /// <param name="to">Periods that begin on this day or earlier; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InputException">There is no such DataSet or column, or the metric cannot be combined.</exception>
    public async Task<TopValues> ReadTopAsync(string name, string metric, string dimension, int count, DateOnly? from, DateOnly? to, CancellationToken cancellationToken) =>
        await _series.TopAsync(await _find(name, cancellationToken), metric, dimension, count, from, to, cancellationToken);

    /// <summary>Which periods of which sites are stored, and how they stand.</summary>
    /// <exception cref="InputException">There is no such DataSet.</exception>
    public async Task<DataSetCompleteness> ReadCompletenessAsync(string name, CancellationToken cancellationToken) =>
        await _completeness.ReadAsync(await _find(name, cancellationToken), cancellationToken);

    /// <summary>The last periods of every DataSet with dates that has some, by name: for a list, quick however many there are.</summary>
    /// <param name="periods">How many days, weeks, months or years, counted back from today.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<PeriodCell>>> ReadAllCompletenessAsync(int periods, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(periods, 1);
        return _completeness.ReadAllAsync(periods, cancellationToken);
    }

    /// <summary>Everything that is not right about a DataSet, in plain words with the next step; notes beside it. Alike things are one finding.</summary>
    /// <exception cref="InputException">There is no such DataSet.</exception>
    public async Task<DataSetHealth> ReadHealthAsync(string name, CancellationToken cancellationToken) =>
        await _health.ReadAsync(await _find(name, cancellationToken), cancellationToken);

    /// <summary>
    /// The worst of what <see cref="ReadHealthAsync"/> finds wrong, of every DataSet that has something, by name: for a list, quick however many there are.
    /// Whether the rows are still as they were stored is not looked at.
    /// </summary>
    public Task<IReadOnlyDictionary<string, HealthFinding>> ReadAllWrongAsync(CancellationToken cancellationToken) => _wrong.ReadAsync(cancellationToken);

    /// <summary>What <see cref="ReadAllWrongAsync"/> tells of one DataSet; null where nothing is wrong.</summary>
    /// <exception cref="InputException">There is no such DataSet.</exception>
    public async Task<HealthFinding?> ReadWrongAsync(string name, CancellationToken cancellationToken) =>
        await _health.WorstAsync(await _find(name, cancellationToken), cancellationToken);

    /// <summary>What the values of each column are, column by column in table order as they are found; kept until the table changes. Nothing comes before the DataSet's first commit.</summary>
    /// <exception cref="InputException">There is no such DataSet.</exception>
    public async IAsyncEnumerable<ColumnStatistics> ReadStatisticsAsync(string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var record = await _find(name, cancellationToken);
        await foreach (var column in _statistics.ReadAsync(record, cancellationToken))
        {
            yield return column;
        }
    }
}
