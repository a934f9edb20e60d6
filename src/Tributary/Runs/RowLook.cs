using System.Text;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Runs;

/// <summary>What one look over staged rows finds, for the checks.</summary>
internal sealed class RowLook
{
    // Beyond these the repeated rows of a window are not counted: 32 bytes of table a row would add up.
    private const int MostRowsCompared = 500_000;

    private readonly Dictionary<PartitionKey, Found> _found = [];
    private readonly HashSet<string> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly RowPartitions _partitions;
    private readonly RowHashes? _hashes;
    private int _left;

    private RowLook(RowPartitions partitions, long compared)
    {
        _partitions = partitions;
        _left = (int)Math.Min(compared, MostRowsCompared);
        _hashes = _left > 0 ? new RowHashes(_left) : null;
    }

    /// <summary>Columns that have a value in some row.</summary>
    public IReadOnlySet<string> Columns => _columns;

    /// <summary>Looks over the rows of some partitions.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="partitions">Their partitions.</param>
    /// <param name="compares">Whether rows with the same dimensions are to be found.</param>
    public static RowLook Over(IStagedRows rows, IEnumerable<PartitionKey> partitions, bool compares)
    {
        var look = new RowLook(new RowPartitions(partitions), compares ? rows.Count : 0);
        foreach (var batch in rows.ReadBatches())
        {
            look.SeeColumns(batch);
            look.SeeRows(batch);
        }

        return look;
    }

    /// <summary>The sum of <c>nb_visits</c> over a partition's rows; null when they have no such column.</summary>
    public double? VisitsOf(PartitionKey key) => _found.TryGetValue(key, out var found) && found.HasVisits ? found.Visits : null;

    /// <summary>How many rows of a partition repeat another, and the first that does; 0 and null when none does.</summary>
    public (int Count, string? Sample) RepeatedOf(PartitionKey key) => _found.TryGetValue(key, out var found) ? (found.Repeated, found.Sample) : (0, null);

    private void SeeColumns(RowBatch batch)
    {
        for (var column = 0; column < batch.Columns.Count; column++)
        {
            if (!_columns.Contains(batch.Columns[column].Name) && batch.Buffer(column).HasValues(batch.Rows))
            {
                _columns.Add(batch.Columns[column].Name);
            }
        }
    }

    private void SeeRows(RowBatch batch)
    {
        var runs = new KeyRuns(batch);
        var visits = batch.IndexOf("nb_visits") is var at and >= 0 ? batch.Buffer(at) : null;
        _hashes?.Begin(batch);
        for (var from = 0; from < batch.Rows;)
        {
            var to = runs.EndOf(from);
            if (_partitions.Of(batch, from) is { } key)
            {
                if (!_found.TryGetValue(key, out var found))
                {
                    _found[key] = found = new Found(_found.Count);
                }

                AddVisits(found, visits, from, to);
                Compare(found, batch, from, to);
            }

            from = to;
        }
    }

    private static void AddVisits(Found found, ColumnBuffer? visits, int from, int to)
    {
        if (visits is null)
        {
            return;
        }

        for (var row = from; row < to; row++)
        {
            if (visits.IsPresent(row))
            {
                found.HasVisits = true;
                found.Visits += visits.Type == ColumnType.Double ? visits.GetDouble(row) : visits.Type == ColumnType.Integer ? visits.GetInteger(row) : double.NaN;
            }
        }
    }

    private void Compare(Found found, RowBatch batch, int from, int to)
    {
        for (var row = from; row < to && _left > 0; row++, _left--)
        {
            if (!_hashes!.Add(found.Number, row))
            {
                found.Repeated++;
                found.Sample ??= SampleOf(batch, row);
            }
        }
    }

    private static string SampleOf(RowBatch batch, int row) => string.Join(
        " · ",
        Enumerable.Range(0, batch.Columns.Count)
            .Where(i => RowHashes.IsIdentity(batch.Columns[i]) && batch.Buffer(i).Type is ColumnType.Text && batch.Buffer(i).IsPresent(row))
            .Select(i => Encoding.UTF8.GetString(batch.Buffer(i).GetUtf8(row)))
            .Distinct());

    private sealed class Found(int number)
    {
        public int Number { get; } = number;

        public bool HasVisits { get; set; }

        public double Visits { get; set; }

        public int Repeated { get; set; }

        public string? Sample { get; set; }
    }
}
