using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Tables;

/// <summary>Looks into the tables of a workspace's DataSets: rows, statistics, charts, what is stored and what is not right about it.</summary>
public sealed class DataSetTables
{
    private readonly Func<string, CancellationToken, Task<DataSetRecord>> _find;
    private readonly DuckDbDestination _destination;

    internal DataSetTables(Func<string, CancellationToken, Task<DataSetRecord>> find, DuckDbDestination destination)
    {
        _find = find;
        _destination = destination;
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
        var page = await _destination.ReadPageAsync(record.Table, schema => RowRules.Read(request, schema), cancellationToken);
        return page is null ? new RowPage([], [], 0) : new RowPage(page.Columns, page.Rows, page.Total);
    }
}
