using System.Text;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Runs;

/// <summary>What one look over staged rows finds, for the checks.</summary>
internal sealed class RowLook
{
    // Beyond these the repeated rows of a window are not counted: 16 bytes of hash a row would add up.
    private const int MostRowsCompared = 500_000;

    private readonly Dictionary<PartitionKey, Found> _found = [];
    private readonly HashSet<string> _columns = new(StringComparer.OrdinalIgnoreCase);

    private RowLook()
    {
    }

    /// <summary>Columns that have a value in some row.</summary>
    public IReadOnlySet<string> Columns => _columns;

    /// <summary>Looks over the rows of some partitions.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="partitions">Their partitions.</param>
    /// <param name="compares">Whether rows with the same dimensions are to be found.</param>
    public static RowLook Over(IStagedRows rows, IEnumerable<PartitionKey> partitions, bool compares)
    {
        var look = new RowLook();
        var of = new RowPartitions(partitions);
        var left = compares ? MostRowsCompared : 0;
        foreach (var batch in rows.ReadBatches())
        {
            look.SeeColumns(batch);
            look.SeeRows(batch, of, ref left);
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
            var buffer = batch.Buffer(column);
            for (var row = 0; row < batch.Rows && !_columns.Contains(batch.Columns[column].Name); row++)
            {
                if (buffer.IsPresent(row))
                {
                    _columns.Add(batch.Columns[column].Name);
                }
            }
        }
    }

    private void SeeRows(RowBatch batch, RowPartitions of, ref int left)
    {
        List<ColumnBuffer> identity = [.. Enumerable.Range(0, batch.Columns.Count).Where(i => batch.Columns[i].Role is ColumnRole.Dimension or ColumnRole.Others).Select(batch.Buffer)];
        var visits = batch.IndexOf("nb_visits") is var at and >= 0 ? batch.Buffer(at) : null;
        for (var row = 0; row < batch.Rows; row++)
        {
            if (of.Of(batch, row) is not { } key)
            {
                continue;
            }

            if (!_found.TryGetValue(key, out var found))
            {
                _found[key] = found = new Found();
            }

            if (visits is not null && visits.IsPresent(row))
            {
                found.HasVisits = true;
                found.Visits += visits.Type == ColumnType.Double ? visits.GetDouble(row) : visits.Type == ColumnType.Integer ? visits.GetInteger(row) : double.NaN;
            }

            if (left > 0 && !found.Seen.Add(Hash(identity, row)))
            {
                found.Repeated++;
                found.Sample ??= string.Join(" · ", identity.Where(b => b.IsPresent(row) && b.Type is ColumnType.Text).Select(b => Encoding.UTF8.GetString(b.GetUtf8(row))).Distinct());
            }

            left--;
        }
    }

    // FNV-1a twice, with different starts: 128 bits, so that no two of half a million rows meet by chance.
    private static UInt128 Hash(List<ColumnBuffer> columns, int row)
    {
        ulong a = 14_695_981_039_346_656_037, b = 1_099_511_628_211;
        foreach (var column in columns)
        {
            if (!column.IsPresent(row))
            {
                Add(0xFF);
            }
            else if (column.Type is ColumnType.Text or ColumnType.Json)
            {
                foreach (var octet in column.GetUtf8(row))
                {
                    Add(octet);
                }
            }
            else
            {
                var word = column.GetInteger(row);
                for (var shift = 0; shift < 64; shift += 8)
                {
                    Add((byte)(word >> shift));
                }
            }

            Add(0xFE);
        }

        return new UInt128(a, b);

        void Add(byte octet)
        {
            a = (a ^ octet) * 1_099_511_628_211;
            b = (b + octet) * 6_364_136_223_846_793_005 + 1;
        }
    }

    private sealed class Found
    {
        public HashSet<UInt128> Seen { get; } = [];

        public bool HasVisits { get; set; }

        public double Visits { get; set; }

        public int Repeated { get; set; }

        public string? Sample { get; set; }
    }
}
