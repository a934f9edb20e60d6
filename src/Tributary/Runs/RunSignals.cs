using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tributary.Destinations;
using Tributary.Model;

namespace Tributary.Runs;

/// <summary>What runs tell whoever measures or traces: nothing is sent unless somebody listens. Names only, never a token, an address with a query, or a row.</summary>
internal static class RunSignals
{
    private static readonly ActivitySource Source = new(Signals.Name);
    private static readonly Meter Meter = new(Signals.Name);

    private static readonly Counter<long> Runs = Meter.CreateCounter<long>("tributary.runs", null, "Runs that ended, by how.");
    private static readonly Histogram<double> RunSeconds = Seconds("tributary.run.duration", "How long runs took, by how they ended.");
    private static readonly Counter<long> Rows = Meter.CreateCounter<long>("tributary.rows", null, "Rows written.");
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("tributary.requests", null, "Requests sent to Matomo by runs.");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("tributary.reply", "By", "Bytes of replies read by runs.");
    private static readonly Histogram<double> CommitSeconds = Seconds("tributary.commit.duration", "How long commits to destinations took, by whether they were made.");

    /// <summary>Begins the trace of a run.</summary>
    public static Activity? BeginRun(string dataSet, string runId, string trigger) => Source.StartActivity("run")
        ?.SetTag("tributary.dataset", dataSet)
        .SetTag("tributary.run_id", runId)
        .SetTag("tributary.trigger", trigger);

    /// <summary>Ends it.</summary>
    public static void EndRun(Activity? run, RunResult result)
    {
        run?.SetTag("tributary.status", Word(result.Status)).SetTag("tributary.rows", result.Rows).SetTag("tributary.requests", result.Requests);
        if (result.Error is { } error)
        {
            run?.SetStatus(ActivityStatusCode.Error, error.Code);
        }
    }

    /// <summary>Counts a run that ended for good or will be tried again; one that went back into the queue has not ended.</summary>
    public static void CountRun(RunResult result)
    {
        var status = new KeyValuePair<string, object?>("status", Word(result.Status));
        Runs.Add(1, status);
        RunSeconds.Record(result.Elapsed.TotalSeconds, status);
        Rows.Add(result.Rows);
        Requests.Add(result.Requests);
        Bytes.Add(result.BytesRead);
    }

    /// <summary>Begins the trace of a window.</summary>
    public static Activity? BeginWindow(int site, DateOnly from, DateOnly to, int partitions) => Source.StartActivity("window")
        ?.SetTag("tributary.site_id", site)
        .SetTag("tributary.from", Iso(from))
        .SetTag("tributary.to", Iso(to))
        .SetTag("tributary.partitions", partitions);

    /// <summary>Commits, measured and traced.</summary>
    public static async Task CommitSeenAsync(this IDestination destination, WindowCommit commit, CancellationToken cancellationToken)
    {
        using var activity = Source.StartActivity("commit")
            ?.SetTag("tributary.table", commit.Table)
            .SetTag("tributary.partitions", commit.Partitions.Count)
            .SetTag("tributary.rows", commit.Rows.Count);
        var started = Stopwatch.GetTimestamp();
        var made = "no";
        try
        {
            await destination.CommitAsync(commit, cancellationToken);
            made = "yes";
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            activity?.SetStatus(ActivityStatusCode.Error, (error as TributaryException)?.Code);
            throw;
        }
        finally
        {
            CommitSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("made", made));
        }
    }

    // From a commit of milliseconds to a run of hours.
    private static Histogram<double> Seconds(string name, string description) => Meter.CreateHistogram(
        name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14_400] });

    private static string Word(RunStatus status) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    private static string? Iso(DateOnly day) => day == DateOnly.MinValue ? null : day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
