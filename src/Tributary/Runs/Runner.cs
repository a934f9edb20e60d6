using System.Globalization;
using Tributary.Destinations;
using Tributary.Matomo;
using Tributary.Matomo.Catalog;
using Tributary.Model;
using Tributary.Planning;
using Tributary.Shaping;

namespace Tributary.Runs;

/// <summary>One run of one DataSet over a plan: read → shape → stage → check → commit, window by window, several windows at once.</summary>
internal sealed class Runner(
    DataSetDefinition definition,
    string table,
    ReportReading reading,
    IDestination destination,
    Planner planner,
    int parallel) : IDisposable
{
    private readonly ReportDefinition _report = reading.Report;
    private readonly TimeProvider _clock = reading.Clock;
    private readonly TableLayout _layout = new(reading.Report);
    private readonly SemaphoreSlim _commitGate = new(1, 1);
    private readonly Lock _queueGate = new();
    private readonly RunTally _tally = new(reading.Report);
    private LinkedList<Window> _queue = new();
    private TableSchema? _schema;
    private RunError? _skipped;
    private int _planned;
    private int _done;
    private Exception? _stop;

    /// <summary>What ended the run before its plan was done; null when nothing did.</summary>
    public Exception? Stopped => _stop;

    /// <summary>Runs the plan.</summary>
    /// <param name="plan">The windows.</param>
    /// <param name="stored">The partitions stored before.</param>
    /// <param name="record">Told of every window, after its commit.</param>
    /// <param name="progress">Told of every window.</param>
    /// <param name="cancellationToken">Stops the run: a window in commit is finished, one being read is dropped.</param>
    public async Task<RunResult> RunAsync(Plan plan, IReadOnlyList<PartitionRecord> stored, Func<RunWindow, Task> record, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        foreach (var note in plan.Notes)
        {
            _tally.Warn(note);
        }

        _queue = new LinkedList<Window>(plan.Windows);
        _planned = plan.Windows.Count;
        var before = stored.ToDictionary(p => p.Key);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        void Report() => progress?.Report(new RunProgress(definition.Name, _done, _planned, _tally.Rows, _tally.Bytes, _clock.GetElapsedTime(started)));

        Report();
        var workers = Enumerable.Range(0, Math.Max(1, parallel)).Select(_ => WorkAsync(before, record, Report, stop));
        await Task.WhenAll(workers);
        return Result(plan, _clock.GetElapsedTime(started), cancellationToken.IsCancellationRequested);
    }

    /// <inheritdoc/>
    public void Dispose() => _commitGate.Dispose();

    private async Task WorkAsync(Dictionary<PartitionKey, PartitionRecord> before, Func<RunWindow, Task> record, Action report, CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested && Next() is { } window)
        {
            try
            {
                await WindowAsync(window, before, record, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (MatomoException error) when ((error.IsTooMuch || error.IsPart) && window.Halve() is var (first, second))
            {
                Split(first, second);
                continue;
            }
            catch (MatomoException error) when (error.Kind == MatomoErrorKind.VisitLogDisabled)
            {
                SkipSite(window.Site, error);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                await GiveUpAsync(window, error, record);
                if (IsTheEnd(error))
                {
                    _stop = error;
                    await stop.CancelAsync();
                }
            }

            Interlocked.Increment(ref _done);
            report();
        }
    }

    private async Task WindowAsync(Window window, Dictionary<PartitionKey, PartitionRecord> before, Func<RunWindow, Task> record, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        using var read = await new WindowReader(reading).ReadAsync(window, cancellationToken);
        var cost = new ReadCost();
        var emptiness = await new ArchiveProof(reading, cost).OfAsync(window, read.Partitions, cancellationToken);
        var (requests, bytes) = (read.Requests + cost.Requests, read.Bytes + cost.Bytes);
        _tally.Read(requests, bytes);
        foreach (var warning in read.Warnings)
        {
            _tally.Warn(warning);
        }

        var (commit, error) = Check(window, read, before, emptiness);
        if (commit.Count > 0)
        {
            await CommitAsync(WindowId(window), read, commit, cancellationToken);
            _tally.Committed(window.Site.Name, commit);
        }

        await record(Outcome(window, commit, requests, bytes, _clock.GetElapsedTime(started), error));
    }

    /// <summary>Which of the partitions read may replace what is stored.</summary>
    private (List<PartitionRecord> Commit, RunError? Error) Check(Window window, WindowRead read, Dictionary<PartitionKey, PartitionRecord> before, IReadOnlyDictionary<PartitionKey, Emptiness> emptiness)
    {
        var commit = new List<PartitionRecord>();
        RunError? error = null;
        var found = read.Partitions.GroupBy(p => p.Key).ToDictionary(g => g.Key, g => g.First());
        foreach (var key in window.Partitions)
        {
            if (!found.TryGetValue(key, out var shaped))
            {
                error = new RunError("matomo.unanswered", $"{window.Site.Name}: Matomo answered the request, but said nothing of {Iso(key.Start)}. The stored rows of that date were kept; the next run asks again.", Fault.Source);
                _tally.Failed(error, 1, key.SiteId, key.Start);
            }
            else if (shaped.Error is not null)
            {
                error = RunErrors.Of(shaped.Error);
                _tally.Failed(error, 1, key.SiteId, key.Start);
            }
            else if (emptiness.GetValueOrDefault(key) == Emptiness.NotArchived)
            {
                error = ArchiveProof.ErrorOf(window.Site, key);
                _tally.Failed(error, 1, key.SiteId, key.Start);
            }
            else if (!shaped.HasData && !definition.AllowEmpty && before.GetValueOrDefault(key) is { Rows: > 0, IsEmpty: false } full)
            {
                _tally.Warn(new RunWarning(
                    "partition.kept",
                    string.Create(CultureInfo.InvariantCulture, $"{window.Site.Name}: {Iso(key.Start)} came back without {(shaped.Rows == 0 ? "rows" : "anything but zeros")}, but {full.Rows} {(full.Rows == 1 ? "row is" : "rows are")} stored. They were kept; Matomo may be archiving again. Allow empty answers if the data was deleted on purpose."),
                    key.SiteId,
                    key.Start));
            }
            else
            {
                var doubt = ArchiveProof.WarningOf(window.Site, key, emptiness.GetValueOrDefault(key));
                if (doubt is not null)
                {
                    _tally.Warn(doubt);
                }

                commit.Add(new PartitionRecord(key, doubt is not null ? PartitionState.Provisional : planner.StateOf(key, SiteOf(window, key), definition.LookbackDays), shaped.Rows, read.ReadAt, reading.RunId)
                {
                    OthersShare = shaped.OthersShare,
                    Truncated = shaped.HasOthers ? ArchiveLimits.SettingOf(_report.Method) : null,
                    IsEmpty = !shaped.HasData,
                });
            }
        }

        return (commit, error);
    }

    private static MatomoSite SiteOf(Window window, PartitionKey key) => window.Sites.FirstOrDefault(s => s.Id == key.SiteId) ?? window.Site;

    private async Task CommitAsync(string windowId, WindowRead read, List<PartitionRecord> partitions, CancellationToken cancellationToken)
    {
        await _commitGate.WaitAsync(cancellationToken);
        try
        {
            // Nobody else changes the table while the DataSet runs.
            _schema ??= await destination.ReadSchemaAsync(table, cancellationToken);
            var commit = new WindowCommit
            {
                Table = table,
                Description = definition.Description,
                WindowId = windowId,
                Schema = _layout.Merge(_schema, read.Columns),
                Partitions = partitions,
                Rows = read.Rows,
            };

            // From here on the window is finished whole: stopping between data and record would only have it read again.
            await destination.CommitAsync(commit, CancellationToken.None);
            _schema = commit.Schema;
        }
        finally
        {
            _commitGate.Release();
        }
    }

    private async Task GiveUpAsync(Window window, Exception exception, Func<RunWindow, Task> record)
    {
        var error = RunErrors.Of(exception);
        _tally.Failed(error, window.Partitions.Count, window.Site.Id, window.Partitions[0].Period == Period.None ? null : window.From);
        if (error.Fault != Fault.Workspace)
        {
            await record(Outcome(window, [], 0, 0, TimeSpan.Zero, error));
        }
    }

    /// <summary>After these nothing else of the run can succeed: the account is refused, or there is nowhere to write.</summary>
    private static bool IsTheEnd(Exception error) =>
        RunErrors.StopsAccount(error) || RunErrors.Of(error).Fault is Fault.Workspace or Fault.Destination or Fault.Defect
        || error is MatomoException { Kind: MatomoErrorKind.UnknownMethod or MatomoErrorKind.PluginMissing or MatomoErrorKind.InvalidSegment or MatomoErrorKind.PeriodDisabled };

    private string WindowId(Window window) => $"{reading.RunId}/{window.Site.Id}/{Iso(window.From)}/{Iso(window.To)}/{window.Partitions[0].Segment}";

    private RunWindow Outcome(Window window, IReadOnlyList<PartitionRecord> partitions, int requests, long bytes, TimeSpan elapsed, RunError? error)
    {
        var dated = window.Partitions[0].Period != Period.None;
        return new RunWindow(WindowId(window), window.Site.Id, dated ? window.From : null, dated ? window.To : null, partitions, requests, bytes, elapsed, error);
    }

    /// <summary>The visits log of a site is off on all dates: asking for the others would only be refused again.</summary>
    private void SkipSite(MatomoSite site, MatomoException error)
    {
        _skipped = RunErrors.Of(error);
        _tally.Warn(new RunWarning(_skipped.Code, $"{site.Name} is left out. {_skipped.Message}", site.Id));
        lock (_queueGate)
        {
            for (var node = _queue.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Site.Id == site.Id)
                {
                    _queue.Remove(node);
                    _planned--;
                }

                node = next;
            }
        }
    }

    private Window? Next()
    {
        lock (_queueGate)
        {
            if (_queue.First is not { } first)
            {
                return null;
            }

            _queue.RemoveFirst();
            return first.Value;
        }
    }

    private void Split(Window first, Window second)
    {
        lock (_queueGate)
        {
            _queue.AddFirst(first);
            _queue.AddFirst(second);
            _planned++;
        }
    }

    private RunResult Result(Plan plan, TimeSpan elapsed, bool cancelled)
    {
        var warnings = _tally.Warnings();
        var status = cancelled && _stop is null
            ? RunStatus.Cancelled
            : _tally.HasFailures || (_skipped is not null && _tally.Partitions == 0)
                ? _tally.Partitions > 0 ? RunStatus.Partial : RunStatus.Failed
                : warnings.Any(w => !w.IsNote) ? RunStatus.SucceededWithWarnings : RunStatus.Succeeded;
        return new RunResult
        {
            DataSet = definition.Name,
            RunId = reading.RunId,
            Status = status,
            Rows = _tally.Rows,
            Partitions = _tally.Partitions,
            PartitionsSkipped = plan.Skipped,
            Requests = _tally.Requests,
            BytesRead = _tally.Bytes,
            Elapsed = elapsed,
            Warnings = warnings,
            Error = _stop is not null ? RunErrors.Of(_stop) : _tally.WorstFailure ?? (status == RunStatus.Failed ? _skipped : null),
        };
    }

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
