using System.Globalization;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Matomo.Replies;
using Tributary.Matomo.Requests;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>Reads one window: asks Matomo, shapes the reply, stages the rows.</summary>
internal sealed class WindowReader(MatomoClient client, ReportDefinition report, Details details, string runId, TimeProvider clock, string stagingFolder)
{
    // Live computes its answer from raw logs; 500 visits with their actions stay far below a PHP memory limit of 128 MB.
    private const int VisitsPerPage = 500;

    /// <summary>Reads a window. The rows of a window that fails are discarded.</summary>
    /// <exception cref="MatomoException">The window as a whole was not answered.</exception>
    public async Task<WindowRead> ReadAsync(Window window, CancellationToken cancellationToken)
    {
        var readAt = clock.GetUtcNow();
        var rows = new StagedRows(stagingFolder);
        try
        {
            var context = new RowContext(window.Site, runId, readAt, report.HasDates, details.Segments.Count > 0);
            var table = new TableBuilder(context, rows.Add);
            var (shaper, requests, bytes, notice) = await ReadAsync(window, table, cancellationToken);
            table.Flush();
            return new WindowRead(rows, [.. table.Columns], shaper.Partitions, readAt, requests, bytes, Warnings(window, shaper, notice));
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>The window of a report that has nothing to say: every partition without rows.</summary>
    public static WindowRead Nothing(Window window, DateTimeOffset readAt, RunnerOptions options) => new(
        new StagedRows(options.StagingFolder),
        [],
        [.. window.Partitions.Select(p => new ShapedPartition(p, 0, null, false, null))],
        readAt,
        1,
        0,
        []);

    private async Task<(IShaper Shaper, int Requests, long Bytes, string? Notice)> ReadAsync(Window window, TableBuilder table, CancellationToken cancellationToken)
    {
        var request = ReportRequests.Of(details, report, window);
        if (request.Method == "Live.getLastVisitsDetails")
        {
            return await ReadVisitsAsync(request, window, table, cancellationToken);
        }

        IShaper shaper = report.Method.StartsWith("Transitions.", StringComparison.Ordinal)
            ? new TransitionsShaper(report, table, window.Partitions[0], details.Columns)
            : new ReportShaper(report, table, ReportRequests.PeriodName(window.Partitions[0]), ReportRequests.HierarchyOf(details, report), PartitionOf(window, request), details.Columns);
        var result = await client.ReadAsync(request, shaper.Handler, cancellationToken);
        return (shaper, result.Attempts, result.Bytes, result.Notice);
    }

    /// <summary>Visits come newest first and only in pages; a page without rows is the end, a short one is not (matomo-org/matomo #7784).</summary>
    private async Task<(IShaper Shaper, int Requests, long Bytes, string? Notice)> ReadVisitsAsync(MatomoRequest request, Window window, TableBuilder table, CancellationToken cancellationToken)
    {
        var key = window.Partitions[0];
        var zone = SiteZone.Of(window.Site.TimeZone);
        IShaper shaper = report.Method switch
        {
            "ClickPath.getSteps" => new ClickPathSteps(report, table, key, zone, details.Columns),
            "ClickPath.getPaths" => new ClickPathPaths(report, table, key, zone, details.Columns, details.Steps),
            _ => new VisitPagesShaper(report, table, key, zone, details.Columns),
        };
        var (requests, bytes, notice) = (0, 0L, (string?)null);
        for (var offset = 0; ; offset += VisitsPerPage)
        {
            var page = await client.ReadAsync(request with { Limit = VisitsPerPage, Offset = offset }, shaper.Handler, cancellationToken);
            requests += page.Attempts;
            bytes += page.Bytes;
            notice ??= page.Notice;
            if (page.Rows == 0)
            {
                break;
            }
        }

        (shaper as ClickPathShaper)?.Complete();
        return (shaper, requests, bytes, notice);
    }

    private static Func<ReplyPart, PartitionKey?> PartitionOf(Window window, MatomoRequest request)
    {
        if (!request.KeyedByDate)
        {
            return _ => window.Partitions[0];
        }

        var byLabel = window.Partitions.ToDictionary(MatomoPeriods.Label, StringComparer.Ordinal);
        return part => part.Date is { } date ? byLabel.GetValueOrDefault(date) : null;
    }

    private static List<RunWarning> Warnings(Window window, IShaper shaper, string? notice)
    {
        var warnings = new List<RunWarning>();
        foreach (var unreadable in shaper.Unreadable)
        {
            warnings.Add(new RunWarning(
                "values.unreadable",
                string.Create(CultureInfo.InvariantCulture, $"{unreadable.Count} values of {unreadable.Column} could not be read and are null; the first is '{unreadable.Sample}'."),
                window.Site.Id,
                DatedStart(window)));
        }

        if (shaper.UnexpectedParts.Count > 0)
        {
            warnings.Add(new RunWarning(
                "dates.outside",
                $"Matomo answered dates nobody asked for ({string.Join(", ", shaper.UnexpectedParts.Take(3))}); they are not stored.",
                window.Site.Id,
                DatedStart(window)));
        }

        if (notice is not null)
        {
            warnings.Add(new RunWarning("matomo.notice", $"Matomo printed a PHP notice beside the data, which arrived whole: {notice}", window.Site.Id) { IsNote = true });
        }

        return warnings;
    }

    private static DateOnly? DatedStart(Window window) => window.Partitions[0].Period == Period.None ? null : window.From;
}
