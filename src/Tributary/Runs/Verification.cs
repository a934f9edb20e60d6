using System.Globalization;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Model;
using Tributary.Planning;

namespace Tributary.Runs;

/// <summary>Reads stored partitions again and compares them with the table, cell by cell. Changes nothing.</summary>
internal sealed class Verification(ReportReading reading, IDestination destination)
{
    // More would not be read by a person; the count says how many there are.
    private const int MostTold = 20;

    /// <summary>Verifies one partition.</summary>
    /// <param name="table">The table.</param>
    /// <param name="update">With Append, only what the last commit added can be compared; with Merge, what disappeared in Matomo is meant to stay.</param>
    /// <param name="site">The site.</param>
    /// <param name="stored">The partition as it is stored.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MatomoException">Matomo did not answer.</exception>
    public async Task<VerifiedPartition> VerifyAsync(string table, UpdateMethod update, MatomoSite site, PartitionRecord stored, CancellationToken cancellationToken)
    {
        var window = new Window(site, [stored.Key]);
        using var read = await new WindowReader(reading).ReadAsync(window, cancellationToken);
        if (read.Partitions.FirstOrDefault(p => p.Key == stored.Key) is { Error: { } error })
        {
            throw error;
        }

        await using var result = await destination.ReadRowsAsync(table, [stored.Key], cancellationToken);
        var schema = await destination.ReadSchemaAsync(table, cancellationToken) ?? TableSchema.Empty;
        List<ColumnDefinition> columns = [.. result.Columns.Select(c => schema.Find(c.Name)!)];
        var before = new RowSet(columns);
        await foreach (var row in result.Rows.WithCancellation(cancellationToken))
        {
            if (update != UpdateMethod.Append || Equals(row[columns.FindIndex(c => c.Name == "_run_id")], stored.RunId))
            {
                before.Add([.. row.Select((v, i) => RowSet.Canonical(v, columns[i].Type))]);
            }
        }

        var now = new RowSet(columns);
        foreach (var batch in ChosenRows.Of(read.Rows, [stored with { Rows = read.Partitions.First(p => p.Key == stored.Key).Rows }]).ReadBatches())
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                now.Add([.. columns.Select(c => batch.IndexOf(c.Name) is var at and >= 0 ? RowSet.Canonical(batch.Buffer(at), row, c.Type) : null)]);
            }
        }

        List<ColumnDefinition> missing = [.. read.Columns.Where(c => schema.Find(c.Name) is null)];
        return Compare(stored, before, now, missing, update == UpdateMethod.Merge);
    }

    private static VerifiedPartition Compare(PartitionRecord stored, RowSet before, RowSet now, IReadOnlyList<ColumnDefinition> missing, bool keepsGone)
    {
        var differences = new List<CellDifference>();
        var (cells, found) = (0L, 0L);
        foreach (var column in missing)
        {
            Tell("", column.Name, null, "a column the table does not have");
        }

        foreach (var key in before.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (had, has) = (before.Of(key), now.Of(key));
            for (var i = 0; i < Math.Max(had.Count, has.Count); i++)
            {
                if (i >= has.Count)
                {
                    if (!keepsGone)
                    {
                        Tell(key, "", "a row", null);
                    }
                }
                else if (i >= had.Count)
                {
                    Tell(key, "", null, "a row");
                }
                else
                {
                    for (var c = 0; c < had[i].Length; c++)
                    {
                        if (before.IsOurs(c))
                        {
                            continue;
                        }

                        cells++;
                        if (had[i][c] != has[i][c])
                        {
                            Tell(key, before.Columns[c].Name, had[i][c], has[i][c]);
                        }
                    }
                }
            }
        }

        return new VerifiedPartition(stored, before.Count, now.Count, cells, found, differences);

        void Tell(string row, string column, string? was, string? isNow)
        {
            found++;
            if (differences.Count < MostTold)
            {
                differences.Add(new CellDifference(row, column, was, isNow));
            }
        }
    }

    /// <summary>Rows by what their dimensions say, every value as one spelling whatever it came from.</summary>
    private sealed class RowSet(IReadOnlyList<ColumnDefinition> columns)
    {
        private readonly Dictionary<string, List<string?[]>> _rows = new(StringComparer.Ordinal);
        private readonly int[] _identity = [.. Enumerable.Range(0, columns.Count).Where(i => columns[i].Role is ColumnRole.Dimension or ColumnRole.Others || (columns[i].Role == ColumnRole.Metadata && columns.All(c => c.Role != ColumnRole.Dimension)))];

        private readonly int _segment = columns.ToList().FindIndex(c => c.Name == "segment");

        public IReadOnlyList<ColumnDefinition> Columns => columns;

        public long Count => _rows.Sum(r => (long)r.Value.Count);

        public IEnumerable<string> Keys => _rows.Keys;

        public void Add(string?[] row)
        {
            // No segment is empty in one table and null in another, as the column came to be.
            if (_segment >= 0 && row[_segment] is "")
            {
                row[_segment] = null;
            }

            var key = string.Join(" · ", _identity.Select(i => row[i]).Where(v => v is not (null or "false")).Distinct());
            if (!_rows.TryGetValue(key, out var rows))
            {
                _rows[key] = rows = [];
            }

            rows.Add(row);
        }

        /// <summary>The rows of a key, in an order that does not depend on how they came.</summary>
        public List<string?[]> Of(string key) =>
            _rows.TryGetValue(key, out var rows) ? [.. rows.OrderBy(r => string.Join('\u001f', r.Where((_, i) => !IsOurs(i))), StringComparer.Ordinal)] : [];

        /// <summary>What every reading writes anew.</summary>
        public bool IsOurs(int column) => columns[column].Role == ColumnRole.Run;

        public static string? Canonical(object? value, ColumnType type) => value switch
        {
            null => null,
            double number => Number(number),
            decimal money => money.ToString("0.####", CultureInfo.InvariantCulture),
            bool flag => flag ? "true" : "false",
            DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateTimeOffset instant => instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            long number when type == ColumnType.Double => Number(number),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };

        public static string? Canonical(ColumnBuffer buffer, int row, ColumnType type)
        {
            if (!buffer.IsPresent(row))
            {
                return null;
            }

            return (buffer.Type, type) switch
            {
                (_, ColumnType.Text) when buffer.Type is not (ColumnType.Text or ColumnType.Json) => ColumnText.Format(buffer, row),
                (ColumnType.Text or ColumnType.Json, _) => System.Text.Encoding.UTF8.GetString(buffer.GetUtf8(row)),
                (ColumnType.Double, _) => Number(buffer.GetDouble(row)),
                (ColumnType.Money, ColumnType.Double) => Number(buffer.GetInteger(row) / 10_000d),
                (ColumnType.Money, _) => Canonical(buffer.GetInteger(row) / 10_000m, type),
                (ColumnType.Boolean, ColumnType.Boolean) => buffer.GetInteger(row) != 0 ? "true" : "false",
                (ColumnType.Date, _) => Canonical(DateOnly.FromDayNumber((int)buffer.GetInteger(row) + ColumnText.UnixEpochDay), type),
                (ColumnType.Instant, _) => Canonical(ColumnText.Instant(buffer.GetInteger(row)), type),
                (_, ColumnType.Double) => Number(buffer.GetInteger(row)),
                _ => buffer.GetInteger(row).ToString(CultureInfo.InvariantCulture),
            };
        }

        private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);
    }
}
