using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>Reads windows of a plan, newest first, until there are rows enough to show.</summary>
internal sealed class Preview(MatomoClient client, ReportDefinition report, Details details, TimeProvider clock, string stagingFolder)
{
    // A few empty sites or days must not show an empty preview of a report that has rows.
    private const int MostWindows = 5;

    /// <summary>Reads a preview.</summary>
    public async Task<PreviewResult> ReadAsync(Plan plan, int sites, int rows, CancellationToken cancellationToken)
    {
        var warnings = new List<RunWarning>(plan.Notes);
        var reader = new WindowReader(client, report, details, "preview", clock, stagingFolder);
        var layout = new TableLayout(report);
        var schema = TableSchema.Empty;
        var batches = new List<RowBatch>();
        long found = 0;
        foreach (var window in plan.Windows.Take(MostWindows))
        {
            using var read = await ReadAsync(reader, Smallest(window), warnings, cancellationToken);
            schema = layout.Merge(schema, read.Columns);
            warnings.AddRange(read.Warnings);
            batches.AddRange(read.Rows.ReadBatches());
            found += read.Rows.Count;
            if (found >= rows)
            {
                break;
            }
        }

        return new PreviewResult(schema.Columns, PreviewRows.Take(schema, batches, rows), plan.Summarize(sites), warnings);
    }

    /// <summary>The newest partition alone: a preview reads only what it needs.</summary>
    private static Window Smallest(Window window) => window with { Partitions = [window.Partitions[^1]] };

    private async Task<WindowRead> ReadAsync(WindowReader reader, Window window, List<RunWarning> warnings, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(window, cancellationToken);
        }
        catch (MatomoException error) when (error.Kind == MatomoErrorKind.NoDataForAction)
        {
            warnings.Add(new RunWarning("transitions.no_data", $"{window.Site.Name}: Matomo has no visits of this page in the period: no rows.", window.Site.Id, window.From) { IsNote = true });
            return WindowReader.Nothing(window, clock.GetUtcNow(), new RunnerOptions("preview", 1, stagingFolder));
        }
    }
}
