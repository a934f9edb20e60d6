using Tributary.Destinations;
using Tributary.Destinations.DuckDb;
using Tributary.Model;

namespace Tributary;

/// <summary>A destination as people see it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Kind">Its engine.</param>
/// <param name="File">Where it lies.</param>
/// <param name="Bytes">Its size on disk; 0 before the first commit.</param>
/// <param name="Tables">Its tables by name.</param>
public sealed record DestinationDescription(string Name, string Kind, string File, long Bytes, IReadOnlyList<DestinationTable> Tables);

/// <summary>A table of a destination.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataSet">The DataSet it belongs to; null for one that was deleted and left its data.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Columns">Its columns; null before its first commit.</param>
public sealed record DestinationTable(string Name, string? DataSet, long Rows, int? Columns);

/// <summary>Looks at the embedded DuckDB file.</summary>
internal sealed class DestinationLook(string folder, DuckDbDestination destination, DataSetViews dataSets)
{
    // Names of our own begin with an underscore; the states of partitions lie beside each table.
    private const string Sql = "SELECT table_name, estimated_size, column_count FROM duckdb_tables() WHERE NOT internal AND NOT starts_with(table_name, '_') AND NOT ends_with(table_name, '__partitions')";

    public async Task<DestinationDescription> DescribeAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "datasets.duckdb");
        var bytes = new[] { file, file + ".wal" }.Where(File.Exists).Sum(f => new FileInfo(f).Length);
        var tables = (await dataSets.LinesAsync(null, cancellationToken)).ToDictionary(d => d.Table, d => new DestinationTable(d.Table, d.Name, d.Rows, null), StringComparer.OrdinalIgnoreCase);
        if (bytes > 0)
        {
            await foreach (var (name, rows, columns) in StoredAsync(cancellationToken))
            {
                tables[name] = tables.TryGetValue(name, out var known) ? known with { Columns = columns } : new DestinationTable(name, null, rows, columns);
            }
        }

        return new DestinationDescription("embedded", "DuckDB", file, bytes, [.. tables.Values.OrderBy(t => t.Name, StringComparer.OrdinalIgnoreCase)]);
    }

    private async IAsyncEnumerable<(string Name, long Rows, int Columns)> StoredAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var answer = await destination.QueryAsync(Sql, cancellationToken);
        await foreach (var row in answer.Rows.WithCancellation(cancellationToken))
        {
            yield return ((string)row[0]!, Convert.ToInt64(row[1], System.Globalization.CultureInfo.InvariantCulture), Convert.ToInt32(row[2], System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
