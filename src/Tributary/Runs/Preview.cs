using System.Globalization;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>Reads windows of a plan, newest first, until there are rows enough to show.</summary>
internal sealed class Preview(ReportReading reading)
{
    // A few empty sites or days must not show an empty preview of a report that has rows.
    private const int MostWindows = 5;

    /// <summary>Reads a preview.</summary>
    public async Task<PreviewResult> ReadAsync(Plan plan, int sites, int rows, CancellationToken cancellationToken)
    {
        var warnings = new List<RunWarning>(plan.Notes);
        var reader = new WindowReader(reading);
        var layout = new TableLayout(reading.Report);
        var schema = TableSchema.Empty;
        var batches = new List<RowBatch>();
        var partitions = new List<ShapedPartition>();
        long found = 0;
        foreach (var window in plan.Windows.Take(MostWindows))
        {
            var smallest = Smallest(window);
            using var read = await reader.ReadAsync(smallest, cancellationToken);
            var proof = new ArchiveProof(reading, new ReadCost());
            foreach (var (key, emptiness) in await proof.OfAsync(smallest, read.Partitions, cancellationToken))
            {
                warnings.AddRange(new[] { proof.WarningOf(smallest.Site, key, emptiness) }.OfType<RunWarning>());
            }

            partitions.AddRange(read.Partitions);
            schema = layout.Merge(schema, read.Columns);
            warnings.AddRange(read.Warnings);
            batches.AddRange(read.Rows.ReadBatches());
            found += read.Rows.Count;
            if (found >= rows)
            {
                break;
            }
        }

        warnings.AddRange(Notes(schema));
        if (partitions.Max(p => p.OthersShare) is >= RunTally.NotableOthersShare and var share)
        {
            warnings.Add(new RunWarning(Check.Others, string.Create(CultureInfo.InvariantCulture, $"Matomo summed rows up into Others: {ArchiveLimits.ShareOf(share, reading.Report)}")));
        }

        if (found > 0 && ChosenColumns.WarningOf(reading.Details.Columns, schema, reading.Report) is { } missing)
        {
            warnings.Add(missing);
        }

        return new PreviewResult(schema.Columns, PreviewRows.Take(schema, batches, rows), plan.Summarize(sites, reading.LeastRequests, new ReportPace(null).ExpectedOf), warnings)
        {
            OthersShare = partitions.Max(p => p.OthersShare),
            OthersMetric = ArchiveLimits.MetricOf(reading.Report),
            ExpectedRows = partitions.Count == 0 ? null : (long)Math.Ceiling((double)partitions.Sum(p => p.Rows) / partitions.Count * plan.Partitions),
        };
    }

    /// <summary>What a person should know before the rows are stored.</summary>
    private IEnumerable<RunWarning> Notes(TableSchema schema)
    {
        if (reading.Details.Flatten is { } field)
        {
            yield return new RunWarning("flatten.repeats", $"Each row is one item of {field}: the other columns repeat on every item of the same row, so do not add their numbers up.") { IsNote = true };
        }

        var nested = schema.Columns.Where(c => c.Type == ColumnType.Json).Select(c => c.Name).ToList();
        if (nested.Count > 0 && reading.Details.Flatten is null)
        {
            yield return new RunWarning("flatten.possible", $"{string.Join(", ", nested)} {(nested.Count == 1 ? "holds" : "hold")} nested items as JSON text. Make one row of each item with --flatten: {string.Join(", ", ReportFields.FlattenChoices(reading.Report))}.") { IsNote = true };
        }
    }

    /// <summary>The newest partition alone: a preview reads only what it needs.</summary>
    private static Window Smallest(Window window) => window with { Partitions = [window.Partitions[^1]] };
}
