using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Tributary.Destinations.DuckDb;
using Tributary.Model;
using Tributary.Store;

namespace Tributary.Tables;

/// <summary>Statistics of columns, kept until their table changes.</summary>
internal sealed class StatisticsReading(TableMirror mirror, PartitionStore partitions)
{
    // Of a large table one column at a time, so that the first come soon and a run can commit in between; of a small one opening the file would take longest.
    private const long SmallRows = 100_000;
    private const int ColumnsAtOnce = 16;

    private const int MostTables = 100;

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The columns in table order; none before the first commit.</summary>
    public async IAsyncEnumerable<ColumnStatistics> ReadAsync(DataSetRecord record, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (version, rows) = await partitions.VersionAsync(record.Id, cancellationToken);
        if (!_known.TryGetValue(record.Table, out var known) || known.Version != version)
        {
            if (await (await mirror.OfAsync(record, cancellationToken)).ReadSchemaAsync(record.Table, cancellationToken) is not { } schema)
            {
                yield break;
            }

            if (_known.Count >= MostTables)
            {
                _known.Clear();
            }

            _known[record.Table] = known = new Known(version, schema.Columns);
        }

        foreach (var columns in known.Columns.Chunk(rows <= SmallRows ? ColumnsAtOnce : 1))
        {
            if (columns.Any(c => !known.Statistics.ContainsKey(c.Name)))
            {
                var facts = await (await mirror.OfAsync(record, cancellationToken)).ReadFactsAsync(record.Table, columns, cancellationToken);
                foreach (var (column, fact) in columns.Zip(facts))
                {
                    known.Statistics[column.Name] = new ColumnStatistics(column, fact.Rows, fact.Nulls, fact.Distinct, fact.IsExact)
                    {
                        Min = fact.Min,
                        Max = fact.Max,
                        Average = fact.Average,
                        Quartiles = fact.Quartiles,
                        Top = [.. fact.Top.Select(t => new ValueCount(t.Value, t.Count))],
                    };
                }
            }

            foreach (var column in columns)
            {
                yield return known.Statistics[column.Name];
            }
        }
    }

    private sealed record Known(string Version, IReadOnlyList<ColumnDefinition> Columns)
    {
        public ConcurrentDictionary<string, ColumnStatistics> Statistics { get; } = new(StringComparer.Ordinal);
    }
}
